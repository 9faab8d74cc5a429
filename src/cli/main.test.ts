import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { runCommand } from "./main.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-cli-"));
  await mkdir(join(directory, "runs", "vae-mnist-1"), { recursive: true });
  await writeFile(join(directory, "runs", "vae-mnist-1", "run.json"), "{}");
  await writeFile(join(directory, "notes.txt"), "no images");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("wrong use is one line and exit status 2", () => {
  test.each([
    ["trian", "unknown command 'trian'; did you mean train?"],
    ["zebra", "unknown command 'zebra'; gamelan --help shows how it is used"],
    ["help zebra", "no such command; gamelan --help shows how it is used"],
    ["--zebra", "unknown option '--zebra'; gamelan --help shows how it is used"],
    ["models vea", 'no model called "vea"; did you mean "vae"?'],
    ["models a b", "too many arguments for 'models'. Expected 1 argument but got 2; gamelan models --help"],
    ["train", "missing required argument 'model'; gamelan train --help shows how it is used"],
    ["train vea", 'no model called "vea"; did you mean "vae"?'],
    ["train vae --epoch 3", "unknown option '--epoch'; did you mean --epochs?"],
    ["train vae --epochs", "option '--epochs <n>' argument missing; gamelan train --help"],
    ["train vae --epochs 0", '--epochs is a number above 0, not "0"'],
    ["train vae --epochs many", '--epochs is a number above 0, not "many"'],
    ["train vae --rounds 1.5", '--rounds is a whole number from 1 to 10000000000, not "1.5"'],
    ["train vae --rounds 1e300", '--rounds is a whole number from 1 to 10000000000, not "1e300"'],
    [
      "train vae --data ring:train=100,validation=0,test=0 --epochs 1e300",
      "1e+300 epochs are more than a run may have, 10,000,000,000 rounds; ask for fewer",
    ],
    ["train vae --epochs 1 --rounds 1", "option '--epochs <n>' cannot be used with option '--rounds <n>'"],
    ["train vae --seed -1", '--seed is a whole number of at least 0, not "-1"'],
    ["train vae --seed 1e20", '--seed is a whole number from 0 to 9007199254740991, not "1e20"'],
    ["train vae --device gpu", '--device is cpu, webgpu or cuda, not "gpu"'],
    ["train vae --threads 0", '--threads is a whole number from 1 to 1024, not "0"'],
    ["train vae --validation 1", '--validation is a fraction of at least 0 and below 1, not "1"'],
    ["train vae --image-size 0", '--image-size is a whole number from 1 to 8192, not "0"'],
    ["train vae --grey --colour", "option '--grey' cannot be used with option '--colour'"],
    [
      "train vae --set latnet=3",
      'vae has no option "latnet"; did you mean "latent"? gamelan models vae lists',
    ],
    ["train vae --set latent=0", "latent=0 is not possible; latent of vae is a whole number from 1 to 65536"],
    [
      "train vae --set architecture=deep",
      "architecture=deep is not possible; architecture of vae is dense or conv",
    ],
    ["train vae --set latent", '"latent" is not a setting; write key=value'],
    [
      "train vae --data mnits",
      'no data called "mnits", and no file or folder of that name; did you mean "mnist"?',
    ],
    ["train vae --data ring:mods=3", 'ring has no option "mods"; did you mean "modes"?'],
    ["train vae --data notes.txt", "notes.txt is not of a known kind"],
    ["train dcgan --data ring", "dcgan needs images"],
    ["train vae --data glyphs:train=50 --out runs/vae-mnist-1", "is a run already"],
    [
      "studio --export site --port 80",
      "option '--export <folder>' cannot be used with option '--port <n>'; gamelan studio --help",
    ],
    ["studio --export site zebra", `no run "zebra"; there is ${join("runs", "vae-mnist-1")}`],
    ["resume", "missing required argument 'run'"],
    ["resume vae-mnist-2", `no run "vae-mnist-2"; did you mean "${join("runs", "vae-mnist-1")}"?`],
    ["resume zebra", `no run "zebra"; there is ${join("runs", "vae-mnist-1")}`],
    ["resume vae-mnist-1", "run.json is damaged"],
    ["resume runs", "runs is not a run: it has no run.json"],
    ["resume notes.txt", "notes.txt is a file"],
    ["generate vae-mnist-1 --count 0", '--count is a whole number from 1 to 10000000, not "0"'],
    ["generate nothing", 'no run "nothing"'],
    ["reconstruct nothing", 'no run "nothing"'],
    ["reconstruct vae-mnist-1 --split tets", '--split is train, validation or test, not "tets"'],
    ["export nothing", 'no run "nothing"'],
    ["data mnits", 'no data called "mnits"'],
    ["data pull", "missing required argument 'name'; gamelan data pull --help shows how it is used"],
    ["data pull mnits", 'no data called "mnits" can be fetched; did you mean "mnist"?'],
    ["data pull mnist --from ftp://x", "--from is an address that begins with https:// or http://"],
    ["bench dense-gam", 'no workload called "dense-gam"; did you mean "dense-gan"?'],
    ["bench --steps 0", '--steps is a whole number from 1 to 1000000, not "0"'],
  ])("gamelan %s", async (line, message) => {
    const { status, stdout, stderr } = await gamelan(line.split(" "), { directory });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^gamelan: [^\n]+\n$/);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test("an option that is given nothing is refused, before the current folder is taken for it", async () => {
    for (const line of [
      ["sweep", "spec.json", "--out", ""],
      ["studio", "--export", ""],
      ["export", "run", "--out", ""],
    ]) {
      const { status, stderr } = await gamelan(line);
      expect([status, stderr]).toEqual([
        2,
        `gamelan: ${line.at(-2)} was given nothing; say what, or leave it out\n`,
      ]);
    }
  });

  test("with --json standard output has it too", async () => {
    const finished = await gamelan(["train", "vea", "--json"]);
    expect(lastJson(finished)).toEqual({ error: 'no model called "vea"; did you mean "vae"?' });
    expect(finished.status).toBe(2);
  });
});

describe("help", () => {
  test("lists the commands, with or without being asked", async () => {
    for (const argv of [[], ["--help"], ["help"]]) {
      const { status, stdout, stderr } = await gamelan(argv);
      for (const name of ["models", "data", "train", "resume", "generate", "reconstruct", "export", "bench"])
        expect(stdout).toContain(`\n  ${name} `);
      expect(stdout).toContain("Exit status: 0 done, 1 failed, 2 wrong use");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
  });

  test.each(["models", "data", "data pull", "train", "resume", "generate", "reconstruct", "export", "bench"])(
    "%s has examples, --json and --quiet",
    async (name) => {
      const { status, stdout } = await gamelan([...name.split(" "), "--help"]);
      expect(stdout).toContain(`\nExamples:\n  gamelan ${name}`);
      expect(stdout).toContain("--json");
      expect(stdout).toContain("--quiet");
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(status).toBe(0);
    },
  );

  test("the version is the package's", async () => {
    const { status, stdout } = await gamelan(["--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });
});

describe("a fault of our own", () => {
  const broken = (environment: Record<string, string>, message = "a fault\nof two lines") => {
    let stderr = "";
    const status = runCommand(["models"], {
      stdout: {
        write() {
          throw new TypeError(message);
        },
      },
      stderr: { write: (text) => (stderr += text) },
      environment,
      onStop: () => () => {},
    });
    return status.then((value) => ({ status: value, stderr }));
  };

  test("is one line that says how to see more", async () => {
    const { status, stderr } = await broken({});
    expect(stderr).toBe(
      "gamelan: a fault of two lines; this is a fault in gamelan itself, GAMELAN_DEBUG=1 shows where\n",
    );
    expect(status).toBe(1);
  });

  test("memory that ran out is none", async () => {
    for (const message of ["Array buffer allocation failed", "Status Message: std::bad_alloc"])
      expect(await broken({}, message)).toEqual({
        status: 1,
        stderr: `gamelan: memory ran out (${message}); smaller batches, images or models take less\n`,
      });
  });

  test("has its trace with GAMELAN_DEBUG", async () => {
    const { stderr } = await broken({ GAMELAN_DEBUG: "1" });
    expect(stderr).toContain("main.test.ts");
  });
});
