import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("ONNX Runtime leaves nothing in the user's folders", async () => {
  const home = await mkdtemp(join(tmpdir(), "gamelan-home-"));
  try {
    const engine = new URL("../../dist/runtime/node.js", import.meta.url).href;
    const script = `const { nodeEngine, builtDevices } = await import(${JSON.stringify(engine)});
      await builtDevices();
      await nodeEngine.create(new Uint8Array([1]), { device: "cpu" }).catch(() => {});`;
    const { ORT_DISABLE_TELEMETRY: _, ...environment } = process.env;
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...environment, HOME: home, USERPROFILE: home, XDG_CACHE_HOME: join(home, "cache") },
    });
    expect(await readdir(home)).toEqual([]);
  } finally {
    await rm(home, { recursive: true });
  }
});
