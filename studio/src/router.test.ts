import { expect, test } from "vitest";
import { hrefOf, parseRoute } from "./router.ts";

test("addresses and what they say", () => {
  expect(parseRoute("")).toMatchObject({ view: "train", parameter: "" });
  expect(parseRoute("#/run/vae-mnist-1")).toMatchObject({ view: "run", parameter: "vae-mnist-1" });
  expect(parseRoute("#/compare?runs=a,b").query.get("runs")).toBe("a,b");
  expect(parseRoute("#/run/%E0%A4%A").parameter).toBe("%E0%A4%A");
});

test("lead back to what they were made of", () => {
  for (const [view, parameter, query] of [
    ["run", "a name/with: signs?", {}],
    ["compare", "", { runs: "a&b,c" }],
  ] as const) {
    const route = parseRoute(hrefOf(view, parameter, query));
    expect([route.view, route.parameter, Object.fromEntries(route.query)]).toEqual([view, parameter, query]);
  }
});
