import { afterEach, expect, test, vi } from "vitest";
import { UserError } from "../errors.ts";
import { probeDevice } from "./devices.ts";
import { DEVICES, type Device } from "./engine.ts";
import { builtDevices } from "./node.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A module that the probing process loads before anything else. */
const meanwhile = (code: string) =>
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${encodeURIComponent(code)}`);

async function refusal(device: Device): Promise<string> {
  const error = await probeDevice(device).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message.split("\n")).toHaveLength(1);
  return message;
}

const built = await builtDevices();
const withWebgpu = test.skipIf(!built.includes("webgpu"));

test("the CPU is not probed", async () => {
  meanwhile("process.kill(process.pid, 'SIGKILL')");
  await probeDevice("cpu");
});

test("a device of another name is refused", async () => {
  expect(await refusal("gpu" as Device)).toBe('no such device "gpu"; use cpu, webgpu, cuda');
});

test.each(DEVICES.filter((device) => !built.includes(device)))(
  "%s is refused where the runtime was built without it",
  async (device) => {
    expect(await refusal(device)).toMatch(`${device}: ONNX Runtime for ${process.platform}`);
  },
);

test.skipIf(process.platform !== "linux" || !built.includes("webgpu"))(
  "webgpu is refused where there is no driver",
  async () => {
    vi.stubEnv("VK_DRIVER_FILES", "/nowhere.json");
    vi.stubEnv("VK_ICD_FILENAMES", "/nowhere.json");
    expect(await refusal("webgpu")).toBe(
      "webgpu: no adapter was found (a GPU with a driver for Vulkan, Metal or Direct3D 12); use --device cpu",
    );
  },
);

test.skipIf(!built.includes("cuda"))("cuda is refused where no GPU may be seen", async () => {
  vi.stubEnv("CUDA_VISIBLE_DEVICES", "");
  expect(await refusal("cuda")).toBe(
    "cuda: ONNX Runtime's CUDA provider, a library of CUDA 12 or a GPU is missing; use --device cpu",
  );
});

withWebgpu("a driver that ends its process does not end this one", async () => {
  meanwhile("process.exit(7)");
  expect(await refusal("webgpu")).toBe("webgpu: crashed when it was tried (exit status 7); use --device cpu");
});

test.skipIf(process.platform === "win32" || !built.includes("webgpu"))(
  "the signal of a crash is told",
  async () => {
    meanwhile("process.kill(process.pid, 'SIGSEGV')");
    expect(await refusal("webgpu")).toBe("webgpu: crashed when it was tried (SIGSEGV); use --device cpu");
  },
);

withWebgpu("other failures are told by the last line of the runtime's message", async () => {
  meanwhile("process.send({ error: 'source.cc:1 Create()\\nout of memory\\n' })");
  expect(await refusal("webgpu")).toBe("webgpu: failed (out of memory); use --device cpu");
});

withWebgpu("a device that computes something else is refused", async () => {
  const outputs =
    "{ 'metrics/loss': Float32Array.of(1, 2), 'next/filter': new Float32Array(32), 'next/weights': new Float32Array(18) }";
  meanwhile(`process.send({ outputs: ${outputs} })`);
  expect(await refusal("webgpu")).toMatch(
    /^webgpu: its results differ from the CPU's \(.* by [\d.]+ %\), as with a faulty driver; use --device cpu$/,
  );
});

withWebgpu("a device that gives nothing is refused", async () => {
  meanwhile("process.send({ outputs: {} })");
  expect(await refusal("webgpu")).toMatch(/^webgpu: its results differ from the CPU's \(.* altogether\)/);
});
