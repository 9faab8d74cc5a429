import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { readNpy, writeNpy } from "../data/index.ts";

const GLYPHS = "glyphs:train=400,validation=40,test=40";
const small = ["--data", GLYPHS, "--threads", "1", "--set", "batch=20"];

let directory = "";
const run = (line: string, options: Parameters<typeof gamelan>[1] = {}) =>
  gamelan(line.split(" "), { directory, ...options });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-cli-train-"));
  const made = await gamelan(
    ["train", "vae", ...small, "--set", "architecture=dense", "--set", "widths=32", "--rounds", "12"].concat([
      "--out",
      join(directory, "runs", "vae"),
      "--quiet",
    ]),
  );
  expect(made).toEqual({ status: 0, stdout: `${join(directory, "runs", "vae")}\n`, stderr: "" });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("train", () => {
  test("shows progress, and at the end what there is and what to do next", async () => {
    const { status, stdout, stderr } = await gamelan(
      ["train", "autoencoder", ...small, "--set", "widths=32,16", "--epochs", "0.5"],
      { directory },
    );
    expect(stderr).toMatch(/^autoencoder on glyphs:\S+: [\d,]+ weights, 20 rounds an epoch, in runs/);
    expect(stderr).toMatch(/100 % {2}10\/10 rounds .* autoencoder 0\.\d+\n/);
    expect(stderr).not.toContain("\x1b");
    const path = join("runs", "autoencoder-glyphs-train-400-validation-40-test-40-1");
    expect(stdout).toMatch(/^autoencoder on glyphs:\S+: 10 rounds in [\d.]+ s\n/);
    expect(stdout).toContain(`  folder    ${path}\n`);
    expect(stdout).toMatch(/\n {2}test {6}mse 0\.\d+\n/);
    expect(stdout).toContain(join(path, "samples", "reconstructed-0000010.png"));
    expect(stdout).toContain(join(path, "models", "encode.onnx"));
    expect(stdout).toContain(`next: gamelan reconstruct ${path} --out reconstructed.png\n`);
    expect(status).toBe(0);
    const description = JSON.parse(await readFile(join(directory, path, "run.json"), "utf8"));
    expect(description).toMatchObject({
      model: "autoencoder",
      options: { widths: [32, 16], batch: 20 },
      epochs: 0.5,
    });
  });

  test("with --json standard output is one object", async () => {
    const finished = await gamelan(
      ["train", "vae", ...small, "--set", "architecture=dense", "--rounds", "4", "--seed", "3", "--json"],
      { directory },
    );
    expect(finished.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(finished.stderr).toContain("4/4 rounds");
    expect(lastJson(finished)).toMatchObject({
      model: "vae",
      data: GLYPHS,
      round: 4,
      rounds: 4,
      reason: "finished",
      seconds: expect.any(Number),
      metrics: { vae: expect.any(Number), "vae/divergence": expect.any(Number) },
      test: { mse: expect.any(Number) },
      files: { models: expect.any(Array), pictures: expect.any(Array) },
    });
  });

  test("--profile shows where the time goes", async () => {
    const { status, stdout, stderr } = await gamelan(
      ["train", "autoencoder", ...small, "--set", "widths=32", "--rounds", "3", "--profile"].concat([
        "--out",
        join("runs", "profiled"),
      ]),
      { directory },
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(/phase train, after round 1: [\d.]+ ms a round; [\d.]+ ms while \d+ rounds/);
    expect(stderr).toMatch(/\noperator +nodes +ms +share\n/);
    expect(stderr).toMatch(/\nencoder\/dense1 +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ %\n/);
    expect(stdout).toContain(join("runs", "profiled", "profile-train.png"));
    const { phases } = JSON.parse(
      await readFile(join(directory, "runs", "profiled", "profile.json"), "utf8"),
    ) as { phases: { device: string; threads: number }[] };
    expect(phases).toEqual([expect.objectContaining({ device: "cpu", threads: 1 })]);
  });

  test("in a terminal a line moves below a picture", async () => {
    const { stderr } = await gamelan(["train", "autoencoder", ...small, "--rounds", "3"], {
      directory,
      terminal: true,
      environment: { TERM: "xterm-256color" },
    });
    expect(stderr).toContain("▀");
    expect(stderr).toContain("\r");
    expect(stderr).toContain("3/3 rounds");
  });

  test("a model without a reconstruction is followed by generate", async () => {
    const { stdout } = await gamelan(
      ["train", "gan", "--data", "ring:train=200,validation=0,test=20", "--rounds", "2", "--threads", "1"],
      { directory },
    );
    expect(stdout).toMatch(/next: gamelan generate runs\S+ --count 64 --out generated.png\n/);
  });

  test("Ctrl-C saves and says how to go on; what goes on ends as if never stopped", async () => {
    const length = ["--rounds", "30"];
    const whole = await gamelan(["train", "autoencoder", ...small, ...length, "--out", "runs/whole"], {
      directory,
    });
    expect(whole.status).toBe(0);
    const stopped = await gamelan(["train", "autoencoder", ...small, ...length, "--out", "runs/stopped"], {
      directory,
      stopAt: "weights",
    });
    expect(stopped.status).toBe(130);
    expect(stopped.stdout).toBe("");
    expect(stopped.stderr).toContain("stopping and saving; Ctrl-C again stops at once, without saving\n");
    const path = join("runs", "stopped");
    expect(stopped.stderr).toMatch(
      /gamelan: stopped after \d+ of 30 rounds, all saved; go on with: gamelan resume /,
    );
    expect(stopped.stderr).toContain(`gamelan resume ${path}\n`);

    const resumed = await run("resume stopped --json --threads 1");
    expect(resumed.status).toBe(0);
    expect(lastJson(resumed)).toMatchObject({ round: 30, reason: "finished" });
    const weights = (name: string) =>
      readFile(join(directory, "runs", name, "checkpoints", "round-000030.safetensors"));
    expect((await weights("stopped")).equals(await weights("whole"))).toBe(true);
  });
});

describe("the best networks", () => {
  const best = [
    "train",
    "vae",
    ...small,
    "--set",
    "architecture=dense",
    "--set",
    "widths=32",
    "--rounds",
    "40",
  ];

  test("are kept, and the run says of which round they are and whether it ended early", async () => {
    const asked = ["--validate-every", "1", "--best", "vae/divergence", "--patience", "2", "--out", "best"];
    const shown = await gamelan([...best, ...asked], { directory });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toMatch(
      /\n {2}best {6}round \d+, with vae\/divergence [\d.]+ on the validation split\n {2}early {5}of 40 rounds asked for; nothing got better\n/,
    );
    const again = await run("resume best");
    expect(again.stderr).toMatch(
      /ended early before, after \d+ of 40 rounds, since nothing got better; --epochs or --rounds gives/,
    );
    expect(again.stdout).toMatch(/early +of 40 rounds asked for; nothing got better/);
    const longer = lastJson(await run("resume best --rounds 60 --json")) as { round: number; best: object };
    expect(longer.best).toMatchObject({ measure: "vae/divergence", round: expect.any(Number) });
  });

  test("are refused by a measure that is not taken, and patience for nothing", async () => {
    const refused = async (...asked: string[]) => (await gamelan([...best, ...asked], { directory })).stderr;
    expect(await refused("--best", "fid")).toBe(
      'gamelan: nothing called "fid" is measured on the validation split; there is mse, vae, vae/distortion, vae/divergence\n',
    );
    expect(await refused("--patience", "3")).toMatch(/^gamelan: --patience waits for something better; /);
    expect(await refused("--goal", "most")).toBe(
      "gamelan: --goal is of the measure that --best names; give both\n",
    );
    expect(await refused("--best", "vae", "--goal", "up")).toMatch(/--goal is least or most/);
  });
});

describe("resume", () => {
  test("makes a run longer, and says where there is nothing to do", async () => {
    const longer = await run("resume vae --rounds 15 --json");
    expect(longer.stderr).toContain("going on after round 12\n");
    expect(lastJson(longer)).toMatchObject({ round: 15, rounds: 15, reason: "finished" });
    const done = await run("resume vae --rounds 15");
    expect(done.stderr).toContain("all 15 rounds were played before; --epochs or --rounds asks for more\n");
    expect(done.status).toBe(0);
  });
});

describe("generate", () => {
  test("codes come from N(0, I), or from a mixture fitted to those of the examples", async () => {
    const made = async (prior: string) => {
      expect((await run(`generate vae --count 3 --out prior.npy${prior}`)).status).toBe(0);
      return readFile(join(directory, "prior.npy"));
    };
    const own = await made("");
    expect(await made(" --prior normal")).toEqual(own);
    expect(await made(" --prior mixture --components 2")).not.toEqual(own);
    const wrong = await run("generate vae --prior uniform");
    expect(wrong.status).not.toBe(0);
    expect(wrong.stderr).toContain('--prior is normal or mixture, not "uniform"');
  });

  test("a grid, the same for the same seed", async () => {
    const first = await run("generate vae --count 9 --seed 7 --out a.png --json");
    expect(lastJson(first)).toEqual({
      run: join("runs", "vae"),
      count: 9,
      seed: 7,
      shape: [9, 1, 28, 28],
      out: "a.png",
    });
    await run("generate runs/vae/ --count 9 --seed 7 --out b.png");
    await run("generate vae --count 9 --seed 8 --out c.png");
    const [a, b, c] = await Promise.all(
      ["a", "b", "c"].map((name) => readFile(join(directory, `${name}.png`))),
    );
    expect(a!.equals(b!)).toBe(true);
    expect(a!.equals(c!)).toBe(false);
  });

  test("numbers, files, and a name of its own", async () => {
    await run("generate vae --count 3 --out made/x.npy");
    const { shape, values } = readNpy(await readFile(join(directory, "made", "x.npy")), "x.npy");
    expect(shape).toEqual([3, 1, 28, 28]);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    await run("generate vae --count 3 --out images");
    expect(await readdir(join(directory, "images"))).toEqual(["0001.png", "0002.png", "0003.png"]);
    const { stdout } = await run("generate vae --count 2");
    expect(stdout).toBe("2 examples, seed 0: vae-generated.png\n");
  });

  test("points of the plane are a chart, and no folder of images", async () => {
    await run(
      "train gan --data ring:train=200,validation=0,test=20 --rounds 2 --threads 1 --out runs/ring --quiet",
    );
    await run("generate ring --count 50 --out ring.png");
    expect((await readFile(join(directory, "ring.png"))).subarray(1, 4).toString()).toBe("PNG");
    const { status, stderr } = await run("generate ring --out points/");
    expect(stderr).toBe('gamelan: --out cannot be "points/"; here it takes FILE.png or FILE.npy\n');
    expect(status).toBe(2);
  });

  test("a model without a prior draws from a mixture; one without codes says so", async () => {
    await run(`train autoencoder --data ${GLYPHS} --rounds 2 --threads 1 --out runs/ae --quiet`);
    expect((await run("generate ae --count 2")).stdout).toBe("2 examples, seed 0: ae-generated.png\n");
    expect((await run("generate ae --count 9999999")).stderr).toMatch(
      /^gamelan: at most \d+ of these examples can be made at once, not 9999999/,
    );
    const { status, stderr } = await run("generate ring --prior mixture");
    expect(stderr).toBe(
      "gamelan: gan does not encode and decode, so no codes can be drawn for it; leave out the prior\n",
    );
    expect(status).toBe(2);
  });
});

describe("reconstruct", () => {
  test("pairs, and the error between them", async () => {
    const finished = await run("reconstruct vae --count 10 --out pairs.png");
    expect(finished.stdout).toMatch(/^10 examples of test, mean squared error 0\.\d+: pairs\.png\n$/);
    const json = lastJson(await run("reconstruct vae --count 10 --out r.npy --json"));
    expect(json).toMatchObject({ split: "test", count: 10, shape: [10, 1, 28, 28], out: "r.npy" });
    expect(json.mse).toBeGreaterThan(0);
    expect(finished.stdout).toContain(Number((json.mse as number).toPrecision(4)).toString());
  });

  test("other data, brought to size and colour", async () => {
    const colour = Float32Array.from({ length: 5 * 3 * 14 * 14 }, (_, index) => (index % 7) / 7);
    await writeNpy(join(directory, "colour.npy"), colour, [5, 3, 14, 14]);
    const { status, stdout } = await run("reconstruct vae --input colour.npy --out other.png");
    expect(stdout).toMatch(/^5 examples of colour\.npy, mean squared error/);
    expect(status).toBe(0);
    expect((await run("reconstruct vae --input ring")).stderr).toBe(
      "gamelan: ring holds vectors of 2, and the run was trained on images of 28×28, grey; give data of that form\n",
    );
    const none = await run(`reconstruct vae --input glyphs:train=20,validation=0,test=9 --split validation`);
    expect(none.stderr).toContain("has no validation examples; choose --split train or test");
    const test = await run("reconstruct vae --input glyphs:train=20,validation=0,test=9");
    expect(test.stdout).toContain("9 examples of glyphs:train=20,validation=0,test=9 (test)");
  });
});

test("of data too few for a test split, what comes next is of the training examples", async () => {
  await writeNpy(join(directory, "few.npy"), new Uint8Array(4 * 64), [4, 8, 8]);
  const line = "train autoencoder --data few.npy --rounds 2 --set batch=4 --set widths=4 --out runs/few";
  const { stdout } = await run(`${line} --threads 1`);
  const [, next = ""] = /next: gamelan (.*)\n/.exec(stdout)!;
  expect(next).toMatch(/^reconstruct runs\S+few --split train --out reconstructed\.png$/);
  expect(await run(next)).toMatchObject({ status: 0 });
  expect((await run("reconstruct few")).stderr).toBe(
    "gamelan: few.npy has no test examples; choose --split train\n",
  );
  const evaluated = await run("evaluate few");
  expect(evaluated.status).toBe(2);
  expect(evaluated.stderr).toContain("no reconstruction: there are no test examples\n");
});

test("export writes a file a role", async () => {
  const { stdout } = await run("export vae --out onnx");
  const roles = ["encode", "decode", "generate", "reconstruct", "evidence", "posterior", "likelihood"];
  const files = roles.map((role) => join("onnx", `${role}.onnx`));
  expect(stdout.trimEnd().split("\n").sort()).toEqual([...files].sort());
  expect((await readdir(join(directory, "onnx"))).length).toBe(roles.length);
  const json = lastJson(await run("export vae --json"));
  expect(json).toMatchObject({
    run: join("runs", "vae"),
    files: expect.arrayContaining([join("runs", "vae", "models", "encode.onnx")]),
  });
});

test("a truncated picture among the data is one line, and no run is left behind", async () => {
  await writeFile(join(directory, "broken.npy"), "\x93NUMPY");
  const { status, stderr } = await run("train autoencoder --data broken.npy --out runs/never");
  expect(stderr).toMatch(/^gamelan: broken\.npy [^\n]+\n$/);
  expect(status).toBe(2);
  expect(await readdir(join(directory, "runs"))).not.toContain("never");
});
