// Versions, for run.json and --version.

import { readFileSync } from "node:fs";
import { env } from "onnxruntime-common";

/** This package's version. */
export function packageVersion(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The versions that a result depends on. */
export function versions(): { gamelan: string; onnxruntime: string; node: string } {
  return {
    gamelan: packageVersion(),
    onnxruntime: env.versions.common,
    node: process.versions.node,
  };
}
