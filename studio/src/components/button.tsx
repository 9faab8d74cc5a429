// A button that does something that takes a while: it cannot be pressed again until it is done, and what goes wrong
// is said.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { attempt } from "./messages.tsx";

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: () => unknown;
  readonly kind?: "primary" | "plain";
  readonly disabled?: boolean;
  /** Said to screen readers and shown on hovering, where the text alone does not tell. */
  readonly label?: string;
  /** For buttons that switch something on and off. */
  readonly pressed?: boolean;
}

export function Button({ children, onPress, kind, disabled = false, label, pressed }: ButtonProps) {
  const [busy, setBusy] = useState(false);
  return (
    <button
      type="button"
      class={kind}
      disabled={disabled || busy}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={() => {
        void attempt(async () => {
          const result = onPress();
          if (!(result instanceof Promise)) return;
          setBusy(true);
          try {
            await result;
          } finally {
            setBusy(false);
          }
        });
      }}
    >
      {children}
    </button>
  );
}
