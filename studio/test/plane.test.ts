// The plane, in real Chromium: games played by turns and by rounds in the browser itself, on a ring and on a drawing.

import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { decode } from "fast-png";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DrivenStudio, driveStudio, narrow, whyNot } from "./chromium.ts";

const name = whyNot === undefined ? "the plane" : `the plane (skipped: ${whyNot})`;

describe.skipIf(whyNot !== undefined)(name, () => {
  let driven: DrivenStudio;
  beforeAll(async () => {
    driven = await driveStudio();
  });
  afterAll(() => driven?.close());

  /** A checksum of what the plane shows. */
  const pixels = async (page: Page): Promise<number> => {
    const shown = await page.evaluate("document.querySelector('.plane-canvas canvas').toDataURL()");
    return crc32(shown as string);
  };
  /** The picture once it no longer changes. */
  const settled = async (page: Page): Promise<number> => {
    for (let last = await pixels(page); ; ) {
      await page.waitForTimeout(300);
      const next = await pixels(page);
      if (next === last) return next;
      last = next;
    }
  };
  /** Until a picture is another one than before, or one of before again. */
  const becomes = (page: Page) => expect.poll(() => pixels(page), { timeout: 30_000 });
  const lossOf = (page: Page, player: string) => page.locator(`[data-player="${player}"]`).textContent();
  const button = (page: Page, label: string) => page.getByRole("button", { name: label, exact: true });
  /** Networks of a few units, so that a loaded machine is quick too. */
  const small = async (page: Page): Promise<void> => {
    await page.getByLabel("Model").selectOption("lsgan");
    await page.getByText("Options of lsgan").click();
    await page.getByRole("textbox", { name: "widths" }).fill("16");
    await page.getByRole("textbox", { name: "batch" }).fill("16");
  };

  test("plays a ring: a turn, a round, on and on; begins anew; saves", async () => {
    const page = await driven.open("#/plane");
    await page.getByText("next: critic (turn 1 of 2)").waitFor();
    // Models that need images are not offered.
    await page.locator("option", { hasText: /^lsgan$/ }).waitFor({ state: "attached" });
    expect(await page.locator("option", { hasText: /^dcgan$/ }).count()).toBe(0);
    await small(page);
    await page.getByText("round 0, next: critic").waitFor();
    const first = await settled(page);

    // A turn of the critic: nobody else's loss is told, and the generator's points stay.
    expect([await lossOf(page, "critic"), await lossOf(page, "generator")]).toEqual(["–", "–"]);
    await button(page, "Play one turn").click();
    await page.getByText("round 0, next: generator (turn 2 of 2)").waitFor();
    const critic = await lossOf(page, "critic");
    expect(Number(critic)).toBeGreaterThan(0);
    expect(await lossOf(page, "generator")).toBe("–");
    await button(page, "Play one turn").click();
    await page.getByText("round 1, next: critic").waitFor();
    expect(Number(await lossOf(page, "generator"))).toBeGreaterThan(0);
    expect(await lossOf(page, "critic")).toBe(critic);
    await button(page, "Play one round").click();
    await page.getByText("round 2, next: critic").waitFor();
    const second = await lossOf(page, "critic");
    expect(second).not.toBe(critic);

    // It plays, points move, and it stops.
    await button(page, "Play").click();
    await page.getByText(/round \d{2,}, next/).waitFor();
    await button(page, "Pause").click();
    await button(page, "Play").waitFor();
    expect(await pixels(page)).not.toBe(first);
    expect(await lossOf(page, "critic")).not.toBe(second);
    await page.getByRole("row", { name: /modes covered .* \d of 8/ }).waitFor();
    await page.getByRole("row", { name: /Jensen–Shannon .* nats/ }).waitFor();

    // Other layers are other pictures.
    const without = await settled(page);
    await page.getByLabel("Pull on points").check();
    await page.getByText("where its maker's loss pulls a point").waitFor();
    await becomes(page).not.toBe(without);
    await page.getByLabel("Field").selectOption("none");
    await page.getByText("critic's score (").waitFor({ state: "detached" });

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      button(page, "Save the plane as PNG").click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^plane-lsgan-on-a-ring-round-\d+\.png$/);
    const picture = decode(await readFile(await download.path()));
    expect(Math.min(picture.width, picture.height)).toBeGreaterThan(700);

    // The same seed begins the same.
    await button(page, "Reset: begin anew, with the same seed").click();
    await page.getByText("round 0, next: critic").waitFor();
    await button(page, "Play one turn").click();
    await page.getByText("turn 2 of 2").waitFor();
    expect(await lossOf(page, "critic")).toBe(critic);
    expect(driven.faults).toEqual([]);
    await page.context().close();
  });

  test("plays a drawing, made with the pointer or with keys; reconstructions, phases", async () => {
    const page = await driven.open("#/plane", { viewport: narrow, colorScheme: "dark" });
    await page.getByText("next: critic (turn 1 of 2)").waitFor();
    await page.getByLabel("Data").selectOption("drawn");
    await page.getByText("Draw something in the plane.").waitFor();
    expect(await button(page, "Play").isDisabled()).toBe(true);

    const canvas = page.getByRole("application");
    await canvas.scrollIntoViewIfNeeded();
    const { x, y, width } = (await canvas.boundingBox())!;
    await page.mouse.move(x + 0.2 * width, y + 0.3 * width);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.7 * width, { steps: 8 });
    await page.mouse.up();
    await page.getByText("round 0, next: critic").waitFor();
    const one = await settled(page);
    // A second stroke by keyboard, which is then taken back.
    await canvas.focus();
    await canvas.press(" ");
    for (let step = 0; step < 3; step++) await canvas.press("Shift+ArrowRight");
    await canvas.press(" ");
    await page.getByText("round 0, next: critic").waitFor();
    await canvas.blur();
    await becomes(page).not.toBe(one);
    await canvas.focus();
    await canvas.press("Backspace");
    await canvas.blur();
    await becomes(page).toBe(one);

    // A fusion of two phases that reconstructs.
    await page.getByLabel("Model").selectOption("latent-gan");
    await page.getByText("next: autoencoder (turn 1 of 1)").waitFor();
    await button(page, "Play one round").click();
    await page.getByText("round 1, next: autoencoder").waitFor();
    await page.getByText("from a real point to its reconstruction").waitFor();
    await page.getByRole("row", { name: /reconstruction/ }).waitFor();
    await page.getByRole("button", { name: "2. play" }).click();
    await page.getByText("next: critic (turn 1 of 4)").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(narrow.width);

    // What was drawn is still there when one comes back; and nothing remains once it is cleared.
    await page.getByRole("link", { name: "Train" }).click();
    await page.getByRole("link", { name: "Plane" }).click();
    await page.getByLabel("Data").selectOption("drawn");
    await page.getByText("round 0, next: critic").waitFor();
    await button(page, "Clear").click();
    await page.getByText("Draw something in the plane.").waitFor();
    expect(driven.faults).toEqual([]);
    await page.context().close();
  });

  test("says in one line what is not possible, and when a game diverges", async () => {
    const page = await driven.open("#/plane?model=lsgan&data=grid");
    await page.getByText("next: critic (turn 1 of 2)").waitFor();
    expect(await page.getByLabel("Data").inputValue()).toBe("grid");
    await small(page);
    await page.getByRole("textbox", { name: /^learningRate/ }).fill("0");
    await page.getByText("learningRate not possible").waitFor();
    await page.getByRole("textbox", { name: /^learningRate/ }).fill("1e30");
    await page.getByText("learningRate not possible").waitFor({ state: "detached" });
    await page.getByText("round 0, next: critic").waitFor();
    await button(page, "Play").click();
    await page.getByText(/diverged before round .* try a lower learningRate/).waitFor();
    await button(page, "Play").waitFor();
    expect(driven.faults).toEqual([]);
    await page.context().close();
    // A model that the address names wrongly: another is played.
    const wrong = await driven.open("#/plane?model=gna");
    await wrong.getByText('did you mean "gan"').waitFor();
    await wrong.getByText("round 0, next: critic").waitFor();
    // The browser tells of the 400 that was asked for.
    driven.faults.length = 0;
    await wrong.context().close();
  });
});
