// Light or dark: as the system has it, unless told. What is told is kept in this browser.

import { effect, signal } from "@preact/signals";

export type ThemeChoice = "system" | "light" | "dark";

const KEY = "gamelan-theme";
const choices: readonly ThemeChoice[] = ["system", "light", "dark"];
const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);
system.addEventListener("change", () => {
  systemIsDark.value = system.matches;
});

export const themeChoice = signal<ThemeChoice>(kept());

/** "light" or "dark"; what draws on a canvas reads it, to draw again when it changes. */
export const theme = signal<"light" | "dark">("light");

effect(() => {
  const { value } = themeChoice;
  theme.value = value === "system" ? (systemIsDark.value ? "dark" : "light") : value;
  document.documentElement.dataset.theme = theme.value;
});

/** Goes to the next choice. */
export function nextTheme(): void {
  const next = choices[(choices.indexOf(themeChoice.value) + 1) % choices.length]!;
  themeChoice.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

/** The value of a CSS variable of theme.css, such as "--ink"; read it where `theme` is read. */
export function themeColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Colours of series, told apart by people with any kind of colour vision; they repeat after the seventh. */
export function seriesColour(index: number): string {
  return themeColour(`--series-${(index % 7) + 1}`);
}

function kept(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return choices.find((choice) => choice === value) ?? "system";
  } catch {
    return "system";
  }
}
