// The address after the #: `#/run/vae-mnist-1?smooth=1`. The first part names the view, the second what it shows.

import { signal } from "@preact/signals";

export interface Route {
  /** A view's name: "train", "run", … */
  readonly view: string;
  /** What it shows, such as a run's name; "" for none. */
  readonly parameter: string;
  readonly query: URLSearchParams;
}

/** "#/run/NAME?a=b" in its parts. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...rest] = path.split("/");
  return { view: view || "train", parameter: decode(rest.join("/")), query: new URLSearchParams(query) };
}

/** The address of a view, for links. */
export function hrefOf(view: string, parameter = "", query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  const path = parameter === "" ? view : `${view}/${encodeURIComponent(parameter)}`;
  return `#/${path}${search === "" ? "" : `?${search}`}`;
}

/** Goes to a view. `replace`: the present address is not to be gone back to. */
export function goTo(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(undefined, "", href);
  else history.pushState(undefined, "", href);
  route.value = parseRoute(href);
}

/** What the address says now. */
export const route = signal(parseRoute(globalThis.location?.hash ?? ""));

globalThis.addEventListener?.("hashchange", () => {
  route.value = parseRoute(location.hash);
});
globalThis.addEventListener?.("popstate", () => {
  route.value = parseRoute(location.hash);
});

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
