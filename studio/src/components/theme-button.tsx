// Goes from the system's colours to light ones, to dark ones, and back.

import { nextTheme, themeChoice } from "../theme-choice.ts";

const themes = { system: "◐", light: "☀", dark: "☾" } as const;

export function ThemeButton() {
  const choice = themeChoice.value;
  const said = choice === "system" ? "as the system" : choice;
  return (
    <button
      type="button"
      class="plain"
      onClick={nextTheme}
      aria-label={`Theme: ${said}`}
      title={`Theme: ${said}`}
    >
      <span aria-hidden="true">{themes[choice]}</span>
    </button>
  );
}
