// Every view of the page, by the name that addresses it. A view is loaded when it is first shown.

import type { ComponentType } from "preact";

/** What a view is given. */
export interface ViewProps {
  /** What stands after its name in the address, such as a run's name; "" for nothing. */
  readonly parameter: string;
  readonly query: URLSearchParams;
}

export interface View {
  readonly title: string;
  /** Whether the navigation names it; the others are reached from a run. */
  readonly listed: boolean;
  /** The entry of the navigation that it belongs to, where it has none of its own. */
  readonly below?: string;
  readonly load: () => Promise<{ readonly default: ComponentType<ViewProps> }>;
}

export const views: Readonly<Record<string, View>> = {
  train: { title: "Train", listed: true, load: () => import("./train/index.tsx") },
  run: { title: "Run", listed: false, below: "train", load: () => import("./run/index.tsx") },
  compare: { title: "Compare", listed: true, load: () => import("./compare/index.tsx") },
  plane: { title: "Plane", listed: true, load: () => import("./plane/index.tsx") },
  explore: { title: "Explore", listed: true, load: () => import("./explore/index.tsx") },
  judge: { title: "Judge", listed: true, load: () => import("./judge/index.tsx") },
};
