// Chromium for tests of the page: Debian's, or that which CHROMIUM names, or one of Playwright's own; and the studio
// on a folder of runs, with the page as it was built.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { pageFolder } from "../../src/studio/page.ts";
import { type Studio, startStudio } from "../../src/studio/server.ts";
import type { TrialRunner } from "../../src/sweep/run-trial.ts";

const candidates = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  playwrightsOwn(),
];

const executable = candidates.find((path) => path !== undefined && existsSync(path));
/** The page that is tested; GAMELAN_PAGE names another than that of `npm run build`. */
export const page = process.env.GAMELAN_PAGE ?? pageFolder;

/** Why no page can be driven here; undefined where it can. For the names of tests that are skipped. */
export const whyNot =
  executable === undefined
    ? "no Chromium; CHROMIUM names one"
    : existsSync(join(page, "index.html"))
      ? undefined
      : "the page is not built; npm run build";

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 390, height: 844 };

export interface DrivenStudio {
  readonly studio: Studio;
  /** The folder of its runs. */
  readonly runs: string;
  readonly browser: Browser;
  /** A fresh page, in light colours at 1280 pixels unless told; what goes wrong in it is in `faults`. */
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
  /** Errors of pages, and what they asked of others than the studio. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** A studio on an empty folder of runs, and a browser. */
export async function driveStudio({ runner }: { readonly runner?: TrialRunner } = {}): Promise<DrivenStudio> {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-page-"));
  const runs = join(folder, "runs");
  const studio = await startStudio({
    folder: runs,
    port: 0,
    page,
    ...(runner === undefined ? {} : { runner }),
  });
  const browser = await chromium.launch({ executablePath: executable!, args: ["--no-sandbox"] });
  const faults: string[] = [];
  return {
    studio,
    runs,
    browser,
    faults,
    async open(hash, options = {}) {
      const context = await browser.newContext({ viewport: wide, colorScheme: "light", ...options });
      // Only against pages that hang: a busy machine is no failure.
      context.setDefaultTimeout(120_000);
      const opened = await context.newPage();
      opened.on("pageerror", (error) => faults.push(error.message));
      opened.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      opened.on("request", (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(studio.url))
          faults.push(request.url());
      });
      await opened.goto(`${studio.url}${hash}`);
      return opened;
    },
    async close() {
      await browser.close();
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function playwrightsOwn(): string | undefined {
  try {
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}
