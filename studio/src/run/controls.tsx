// What can be done with a run: pause, resume, stop, train on, begin another like it, look closer.

import { useState } from "preact/hooks";
import { pauseRun, type RunSummary, resumeRun, stopRun } from "../api.ts";
import { Button } from "../components/button.tsx";
import { say } from "../components/messages.tsx";
import { formatCount } from "../format.ts";
import { hrefOf } from "../router.ts";
import { problemOf } from "../train/number-fields.ts";

export interface ControlsProps {
  readonly run: RunSummary;
  /** Roles that lie as .onnx files. */
  readonly roles: readonly string[];
  readonly onChange: () => void;
}

export function Controls({ run: { name, state, round, rounds }, roles, onChange }: ControlsProps) {
  const [longer, setLonger] = useState("");
  const doing = (deed: () => Promise<RunSummary>, done: (run: RunSummary) => string) => async () => {
    try {
      say(done(await deed()));
    } finally {
      onChange();
    }
  };
  const more =
    rounds === undefined ? undefined : Math.max(round, rounds) + Math.max(1, Math.round(rounds / 2));
  const wanted = longer.trim() === "" ? more : Number(longer);
  const wrong = problemOf(longer, {
    schema: { type: "integer", minimum: round + 1 },
    allowed: `a whole number above ${formatCount(round)}`,
  });
  return (
    <div class="row controls">
      {state === "training" && (
        <>
          <Button
            onPress={doing(
              () => pauseRun(name),
              ({ round }) => `${name} is saved at round ${formatCount(round)}`,
            )}
            label="Pause: save the run and end its process; it can be resumed"
          >
            Pause
          </Button>
          <Button
            onPress={doing(
              () => stopRun(name),
              ({ round }) => `${name} ends at round ${formatCount(round)}`,
            )}
            label="Stop here: end the run at this round; its networks, measures and report are written"
          >
            Stop here
          </Button>
        </>
      )}
      {state === "paused" && (
        <>
          <Button
            kind="primary"
            onPress={doing(
              () => resumeRun(name),
              () => `${name} goes on`,
            )}
          >
            Resume
          </Button>
          {round > 0 && (
            <Button
              onPress={doing(
                () => stopRun(name),
                ({ round }) => `${name} ends at round ${formatCount(round)}`,
              )}
              label="Stop here: end the run at this round; its networks, measures and report are written"
            >
              Stop here
            </Button>
          )}
        </>
      )}
      {state === "finished" && (
        <form class="row" onSubmit={(event) => event.preventDefault()}>
          <label class="small quiet" for="train-on">
            to round
          </label>
          <input
            id="train-on"
            class="longer"
            inputMode="numeric"
            autocomplete="off"
            placeholder={String(more ?? "")}
            aria-invalid={wrong === undefined ? undefined : "true"}
            aria-describedby={wrong === undefined ? undefined : "train-on-problem"}
            value={longer}
            onInput={({ currentTarget }) => setLonger(currentTarget.value)}
          />
          {wrong !== undefined && (
            <span id="train-on-problem" class="problem small">
              {wrong}
            </span>
          )}
          <Button
            disabled={wrong !== undefined}
            onPress={doing(
              () => resumeRun(name, wanted === undefined ? {} : { rounds: wanted }),
              () => `${name} goes on`,
            )}
          >
            Train on
          </Button>
        </form>
      )}
      {roles.length > 0 && (
        <a class="button" href={hrefOf("explore", name)}>
          Explore
        </a>
      )}
      {roles.length > 0 && (
        <a class="button" href={hrefOf("judge", name)}>
          Judge
        </a>
      )}
      <a class="button" href={hrefOf("compare", "", { runs: name })}>
        Compare
      </a>
      <a class="button" href={hrefOf("train", "", { from: name })}>
        Another like it
      </a>
    </div>
  );
}
