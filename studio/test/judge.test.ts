// The view Judge in real Chromium: the strongest anomalies with maps of their errors; images before and after.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { train } from "../../src/training/train.ts";
import { type DrivenStudio, driveStudio, narrow, whyNot } from "./chromium.ts";

const name = whyNot === undefined ? "the view Judge" : `the view Judge (skipped: ${whyNot})`;

describe.skipIf(whyNot !== undefined)(name, () => {
  let driven: DrivenStudio;
  beforeAll(async () => {
    driven = await driveStudio();
    const request = {
      model: "autoencoder",
      data: "glyphs:classes=digits,train=200,validation=0,test=40",
      imageSize: 14,
      options: { widths: [16], latent: 4, batch: 20 },
      rounds: 60,
      threads: 1,
      out: join(driven.runs, "digits"),
    };
    for await (const _ of (await train(request)).events());
  });
  afterAll(() => driven?.close());

  test("shows what is strange, and images before and after with their bytes", async () => {
    const page = await driven.open("#/judge", { viewport: narrow });
    await page.getByRole("link", { name: /^digits/ }).click();
    await page.getByRole("button", { name: "Find the strangest" }).click();
    await page.getByText("40 of glyphs (test), by mean squared error").waitFor();
    expect(await page.getByRole("img", { name: /^Error of each pixel/ }).count()).toBe(12);

    const compressed = page.getByRole("row", { name: /^compressed/ });
    await compressed.waitFor();
    const bytes = async () =>
      Number((await compressed.getByRole("cell").first().innerText()).replace(",", ""));
    const before = await bytes();
    const step = page.getByRole("slider", { name: "Step of codes" });
    await step.focus();
    const answered = page.waitForResponse(/compression$/);
    await step.press("End");
    await answered;
    await page.getByText(/^4$/).waitFor();
    await expect.poll(bytes).toBeLessThan(before);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(narrow.width);

    // What cannot be done is said in one line.
    await page.getByLabel("Data", { exact: true }).fill("ring");
    await page.getByLabel("Data", { exact: true }).press("Enter");
    await page.getByText(/ring holds vectors of 2/).waitFor();
    expect(driven.faults.filter((fault) => !fault.includes("400"))).toEqual([]);
  });
});
