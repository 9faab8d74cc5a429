// Training from the page, in real Chromium: a run is begun from the form, its pictures change, it is paused, resumed
// and stopped; the page may be closed meanwhile; runs are compared.

import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runTrial } from "../../src/sweep/run-trial.ts";
import { type DrivenStudio, driveStudio, narrow, whyNot } from "./chromium.ts";

const name = whyNot === undefined ? "the page" : `the page (skipped: ${whyNot})`;

describe.skipIf(whyNot !== undefined)(name, () => {
  let driven: DrivenStudio;
  beforeAll(async () => {
    // In this process, as the test knows no built one.
    driven = await driveStudio({ runner: runTrial });
  });
  afterAll(() => driven?.close());

  test("trains: start, watch, pause, close, resume, stop, compare", async () => {
    const page = await driven.open("#/train");
    await page.getByText("None yet.").waitFor();

    // The form follows from the model's schema.
    await page.getByLabel("Model", { exact: true }).selectOption("autoencoder");
    await page.getByText("Options of autoencoder").click();
    const latent = page.getByRole("textbox", { name: "latent" });
    expect(await latent.getAttribute("placeholder")).toMatch(/^\d+$/);
    await latent.fill("0");
    await page.getByText("it is a whole number from 1 to 65536").waitFor();
    expect(await page.getByRole("button", { name: "Start training" }).isDisabled()).toBe(true);
    await latent.fill("4");
    await page.getByRole("textbox", { name: "widths" }).fill("16");
    // What would change nothing is left out.
    const architecture = page.getByRole("combobox", { name: "architecture" });
    await architecture.selectOption("conv");
    await page.getByRole("textbox", { name: "widths" }).waitFor({ state: "detached" });
    await architecture.selectOption("");
    await page.getByRole("textbox", { name: "filters" }).waitFor({ state: "detached" });
    expect(await page.getByRole("textbox", { name: "widths" }).inputValue()).toBe("16");
    await page.getByLabel("Data", { exact: true }).selectOption("(other)");
    await page
      .getByLabel("Path or derived source")
      .fill("glyphs:classes=digits,train=400,validation=40,test=40");
    await page.getByLabel("Unit of the length").selectOption("rounds");
    await page.getByLabel("Length", { exact: true }).fill("half");
    await page.getByText("it is a whole number of at least 1").waitFor();
    await page.getByText("Length is not possible").waitFor();
    await page.getByLabel("Length", { exact: true }).fill("1000000");
    await page.getByText("Data, seed, device, name").click();
    await page.getByLabel("Image size").fill("14");
    await page.getByLabel("Threads").fill("1");
    await page.getByLabel("Name", { exact: true }).fill("first");
    await page.getByRole("button", { name: "Start training" }).click();

    // It is shown, and trains.
    await page.getByRole("heading", { name: "first", level: 1 }).waitFor();
    expect(page.url()).toContain("#/run/first");
    await page.getByRole("heading", { name: "Losses" }).waitFor();
    await page.getByRole("heading", { name: "Gradients" }).waitFor();

    await page.getByRole("button", { name: /^Pause/ }).click();
    await page.locator(".chip.paused").waitFor();
    // What was closed is there again.
    await page.close();
    const again = await driven.open("#/run/first");
    await again.getByRole("button", { name: "Resume" }).click();
    await again.locator(".chip.training").waitFor();
    await again.getByRole("button", { name: /^Stop here/ }).click();
    await again.locator(".chip.finished").waitFor();
    await again.getByRole("heading", { name: /^Measured at round/ }).waitFor();
    await again.getByRole("link", { name: "reconstruct.onnx" }).waitFor();
    await again.getByLabel("to round").fill("1");
    await again.getByText(/^it is a whole number above/).waitFor();
    expect(await again.getByRole("button", { name: "Train on" }).isDisabled()).toBe(true);

    // Another like it, shorter, to its end; its pictures are a film.
    await again.getByRole("link", { name: "Another like it" }).click();
    await again.getByText("with the settings of first").waitFor();
    await again.getByText("Options of autoencoder").click();
    await again.getByRole("textbox", { name: "latent" }).fill("2");
    await again.getByLabel("Length", { exact: true }).fill("200");
    await again.getByText("Data, seed, device, name").click();
    await again.getByLabel("Name", { exact: true }).fill("second");
    await again.getByRole("button", { name: "Start training" }).click();
    await again.getByRole("heading", { name: "second", level: 1 }).waitFor();
    await again.locator(".chip.finished").waitFor();
    const picture = again.getByRole("img", { name: /^reconstructed, round/ });
    const newest = await picture.getAttribute("src");
    const scrub = again.getByRole("slider", { name: "Round of training" });
    await scrub.focus();
    await scrub.press("Home");
    await again
      .getByRole("region", { name: "Pictures through training" })
      .getByText(/^round 5$/)
      .waitFor();
    expect(await picture.getAttribute("src")).not.toBe(newest);
    await scrub.press("End");
    await again.getByText(", the newest").waitFor();
    expect(await picture.getAttribute("src")).toBe(newest);

    // A plot is saved.
    const [download] = await Promise.all([
      again.waitForEvent("download"),
      again.getByRole("button", { name: "Save Losses as PNG" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("losses.png");

    // Both compared.
    await again.getByRole("link", { name: "Compare" }).last().click();
    await again.getByRole("checkbox", { name: "first" }).check();
    const differing = again.getByRole("region", { name: "Where they differ" });
    await differing.getByRole("row", { name: /latent 2 4/ }).waitFor();
    await again.getByRole("img", { name: /^reconstructed of first/ }).waitFor();
    expect(driven.faults).toEqual([]);
  });

  test("shows no more than fits, at 390 pixels, light and dark", async () => {
    // Names may be long.
    const long = `a${"-long".repeat(15)}`;
    await cp(join(driven.runs, "second"), join(driven.runs, long), { recursive: true });
    for (const hash of [
      "#/train",
      `#/run/${long}`,
      `#/compare?runs=first,${long}`,
      `#/explore/${long}`,
      `#/judge/${long}`,
    ])
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await driven.open(hash, { viewport: narrow, colorScheme });
        await page.getByRole("heading").first().waitFor({ state: "attached" });
        await page.waitForLoadState("networkidle");
        const { wide, theme } = (await page.evaluate(
          "({ wide: document.documentElement.scrollWidth, theme: document.documentElement.dataset.theme })",
        )) as { wide: number; theme: string };
        expect([hash, wide]).toEqual([hash, narrow.width]);
        expect(theme).toBe(colorScheme);
        await page.context().close();
      }
    expect(driven.faults).toEqual([]);
  });

  test("works by keyboard", async () => {
    const page = await driven.open("#/train");
    await page.getByRole("link", { name: "second" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("studio-main");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.labels[0].textContent")).toBe("Model");
    // To the run, and its film by arrow keys.
    await page.getByRole("link", { name: "second" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("slider", { name: "Round of training" }).focus();
    await page.keyboard.press("ArrowLeft");
    await page
      .getByRole("region", { name: "Pictures through training" })
      .getByText(/^round 195$/)
      .waitFor();
    expect(await namelessStops(page)).toEqual([]);
    await page.getByRole("button", { name: "Theme: as the system" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.context().close();
    expect(driven.faults).toEqual([]);
  });

  test("says in one line that a run is not there", async () => {
    const page = await driven.open("#/run/none");
    await page.getByText('there is no run "none"').waitFor();
    // Where others are compared with it, they have the colours of their curves.
    const colourOf = async (runs: string) => {
      const compared = await driven.open(`#/compare?runs=${runs}`);
      const mark = await compared
        .locator("label", { hasText: /^second$/ })
        .locator("i")
        .getAttribute("style");
      await compared.context().close();
      return mark;
    };
    expect(await colourOf("none,second")).toBe(await colourOf("second"));
    await page.context().close();
    // The browser tells of the 404 that was asked for.
    driven.faults.length = 0;
  });
});

/** What Tab reaches from here on that has no name. */
async function namelessStops(page: Page): Promise<string[]> {
  const nameless = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const [what, name] = (await page.evaluate(
      `(({ tagName, className, ariaLabel, labels, textContent }) =>
        [tagName + " " + className, ariaLabel || labels?.[0]?.textContent || textContent])(document.activeElement)`,
    )) as [string, string];
    if (what.startsWith("BODY")) return nameless;
    if (name.trim() === "") nameless.push(what);
  }
}
