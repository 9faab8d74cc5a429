// A profile for people: tables for the terminal and the report, and a picture.

import { barChart } from "../pictures/bar-chart.ts";
import type { Chart } from "../pictures/chart.ts";
import { type ProfiledPart, type RoundProfile, strays, tally } from "../runtime/profile.ts";
import type { Pass } from "../tensor/index.ts";

export interface ProfileTable {
  readonly heading: readonly string[];
  /** The first cell is a name, the others are numbers. */
  readonly rows: readonly (readonly string[])[];
}

const PASSES: readonly Pass[] = ["forward", "backward", "optimiser"];

/** What is in no layer, by what it is for. */
const OUTSIDE: Readonly<Record<Pass, string>> = {
  data: "data",
  forward: "losses",
  backward: "losses",
  optimiser: "small weights together",
  averages: "averages of weights",
};

const layerOf = ({ layer, pass }: ProfiledPart) => layer ?? (pass === null ? "the runtime" : OUTSIDE[pass]);

/** Operators and layers in a table; the others are one line. */
const MOST_ROWS = 20;

/** Where the profile was made and how long a round takes, in a sentence. */
export function profileSummary(profile: RoundProfile): string {
  const { phase, round, rounds, milliseconds, profiledMilliseconds, memory } = profile;
  // A device may still be at work when the call is over.
  const between = Math.max(0, profiledMilliseconds - sum(profile.parts));
  return (
    `phase ${phase}, after round ${round}: ${digits(milliseconds)} ms a round; ${digits(profiledMilliseconds)} ms ` +
    `while ${rounds} rounds were profiled, ${digits(between)} of them between nodes` +
    (memory === null ? "" : `; at most ${digits(memory / 2 ** 20)} MiB of values at once`)
  );
}

/** Operators that ran on the CPU though another device was asked for, in a sentence; "" where there are none. */
export function straysSummary(profile: RoundProfile): string {
  const names = tally(strays(profile), (part) => `${part.operator} (${layerOf(part)})`);
  if (names.length === 0) return "";
  const { device } = profile;
  return `not on ${device} but on the CPU: ${names.map(({ name, nodes }) => (nodes > 1 ? `${nodes} ${name}` : name)).join(", ")}`;
}

/** By operator, by layer and by player. Milliseconds are those of one profiled round. */
export function profileTables({ parts }: RoundProfile): ProfileTable[] {
  const whole = sum(parts);
  const share = (milliseconds: number) => `${((100 * milliseconds) / whole).toFixed(1)} %`;
  const operators = tally(parts, ({ operator }) => operator).map(({ name, nodes, milliseconds }) => ({
    name,
    numbers: [nodes, milliseconds],
  }));
  const byPass = (nameOf: (part: ProfiledPart) => string) =>
    tally(parts, nameOf).map(({ name, milliseconds }) => {
      const own = parts.filter((part) => nameOf(part) === name);
      const passes = PASSES.map((pass) => sum(own.filter((part) => part.pass === pass)));
      return { name, numbers: [...passes, milliseconds] };
    });
  const rowsOf = (items: readonly { name: string; numbers: readonly number[] }[], whole: readonly number[]) =>
    withRest(items).map(({ name, numbers }) => [
      name,
      ...numbers.map((value, column) => (whole.includes(column) ? String(value) : digits(value))),
      share(numbers.at(-1)!),
    ]);
  const passes = ["forward", "backward", "optimiser", "ms", "share"];
  return [
    { heading: ["operator", "nodes", "ms", "share"], rows: rowsOf(operators, [0]) },
    { heading: ["layer", ...passes], rows: rowsOf(byPass(layerOf), []) },
    {
      heading: ["player", ...passes],
      rows: rowsOf(
        byPass(({ player }) => player ?? "nobody"),
        [],
      ),
    },
  ];
}

function withRest<Item extends { name: string; numbers: readonly number[] }>(items: readonly Item[]) {
  if (items.length <= MOST_ROWS) return items;
  const rest = items.slice(MOST_ROWS - 1);
  const numbers = rest[0]!.numbers.map((_, column) =>
    rest.reduce((total, item) => total + item.numbers[column]!, 0),
  );
  return [...items.slice(0, MOST_ROWS - 1), { name: `${rest.length} others`, numbers }];
}

/** Bars: each layer's time, forward, backward and for the optimiser, and each operator's. */
export function profileChart(profile: RoundProfile, title: string): Promise<Chart> {
  const passes = [...PASSES, "other"];
  const [operators, layers] = profileTables(profile);
  const bar = (parts: readonly ProfiledPart[]) => {
    const of = (wanted: (pass: Pass | null) => boolean) => sum(parts.filter(({ pass }) => wanted(pass)));
    return [
      ...PASSES.map((pass) => of((other) => other === pass)),
      of((pass) => pass === null || !PASSES.includes(pass)),
    ];
  };
  const panel = (label: string, table: ProfileTable, nameOf: (part: ProfiledPart) => string) => {
    const named = new Set(table.rows.map(([name]) => name));
    const shown = (part: ProfiledPart) => (named.has(nameOf(part)) ? nameOf(part) : table.rows.at(-1)![0]!);
    return {
      label,
      bars: table.rows.map(([name]) => ({
        name: name!,
        values: bar(profile.parts.filter((part) => shown(part) === name)),
      })),
    };
  };
  return barChart({
    title,
    xLabel: "milliseconds of a round",
    series: passes,
    panels: [panel("layer", layers!, layerOf), panel("operator", operators!, ({ operator }) => operator)],
  });
}

const sum = (parts: readonly ProfiledPart[]) =>
  parts.reduce((total, { milliseconds }) => total + milliseconds, 0);

/** Three digits that tell, never an exponent. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
