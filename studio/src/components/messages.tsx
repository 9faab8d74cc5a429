// Short messages at the lower edge, read out by screen readers. Those that tell of a failure stay until closed
// or until something else is attempted.

import { signal } from "@preact/signals";
import { ApiError } from "../api.ts";
import "./messages.css";

interface Message {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
}

const messages = signal<readonly Message[]>([]);
const SECONDS = 5;
const MOST = 4;
let last = 0;

/** Says something in passing. */
export function say(text: string): void {
  const id = add(text, false);
  setTimeout(() => drop(id), SECONDS * 1000);
}

/** Says what went wrong; for what nobody expected see the console. */
export function sayFailure(error: unknown): void {
  if (!(error instanceof ApiError)) console.error(error);
  add(error instanceof Error ? error.message : String(error), true);
}

/** Runs a deed and says what went wrong with it, if anything. What went wrong before is no news any more. */
export async function attempt(deed: () => Promise<unknown>): Promise<void> {
  messages.value = messages.value.filter(({ bad }) => !bad);
  try {
    await deed();
  } catch (error) {
    sayFailure(error);
  }
}

export function Messages() {
  return (
    <div class="messages" role="status" aria-live="polite">
      {messages.value.map(({ id, text, bad }) => (
        <div key={id} class={bad ? "message bad" : "message"}>
          <span>{text}</span>
          <button type="button" class="plain" aria-label="Close this message" onClick={() => drop(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

function add(text: string, bad: boolean): number {
  const id = ++last;
  const others = messages.value.filter((message) => message.text !== text);
  messages.value = [...others, { id, text, bad }].slice(-MOST);
  return id;
}

function drop(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id);
}
