// compress and decompress.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { encodeNpy, readNpy } from "../data/index.ts";

const GLYPHS = "glyphs:train=60,validation=20,test=30";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const bytes = (name: string) => readFile(join(directory, name));
const images = async (name: string) => readNpy(await bytes(name), name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-compress-"));
  const small = "--threads 1 --set batch=10 --rounds 3 --quiet";
  const dense = "--set architecture=dense --set widths=16 --set latent=3";
  for (const line of [
    `vae --data ${GLYPHS} ${dense} --set likelihood=discretised-logistic --image-size 14 --out runs/vae`,
    `vae --data ${GLYPHS} ${dense} --out runs/other`,
    `gan --data ${GLYPHS} --set preset=points --out runs/gan`,
  ])
    expect(await run(`train ${line} ${small}`)).toMatchObject({ status: 0 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("compress and decompress", () => {
  test("without loss, the test split comes back byte for byte", async () => {
    const finished = await run("compress vae --lossless --json");
    const json = lastJson(finished);
    expect(json).toMatchObject({
      run: join("runs", "vae"),
      split: "test",
      mode: "lossless",
      count: 30,
      bytes: (await bytes("vae-compressed.gmln")).length,
      bound: expect.any(Number),
      out: "vae-compressed.gmln",
    });
    expect(json.bitsPerPixel).toBe(((json.bytes as number) * 8) / (30 * 14 * 14));
    expect(finished.stderr).toMatch(/^to decode it, the run is needed: [\d,]+ bytes of weights\n$/);
    const { stdout } = await run("decompress vae-compressed.gmln --threads 2");
    expect(stdout).toBe("30 images, lossless: vae-compressed.npy\n");
    const { shape, values } = await images("vae-compressed.npy");
    expect([shape, values.constructor]).toEqual([[30, 1, 14, 14], Uint8Array]);
    // What was decoded can be compressed again: to the same file.
    const again = await run("compress vae vae-compressed.npy --lossless -o again.gmln");
    expect(again.stdout).toMatch(
      /^30 images of vae-compressed\.npy in [\d,]+ bytes, \d\.\d{3} bits a pixel, the model's bound is \d\.\d{3}: again\.gmln\n$/,
    );
    expect((await bytes("again.gmln")).equals(await bytes("vae-compressed.gmln"))).toBe(true);
  });

  test("into a file of its own ending and no other, so that no picture or run is written over", async () => {
    for (const out of ["photo.png", "runs/vae/run.json", "plain"]) {
      const { status, stderr } = await run(`compress vae --count 2 -o ${out}`);
      expect([status, stderr]).toEqual([2, `gamelan: --out cannot be "${out}"; here it takes FILE.gmln\n`]);
    }
  });

  test("with loss, to a folder of pictures", async () => {
    const { stdout } = await run(
      `compress vae ${GLYPHS}+negative --split train --count 7 --step 2 -o some.gmln`,
    );
    expect(stdout).toMatch(
      /^7 images of .* \(train\) in \d+ bytes, \d\.\d{3} bits a pixel, mean squared error 0\.\d+: some\.gmln\n$/,
    );
    await run("decompress some.gmln -o some/");
    await run("decompress some.gmln -o some.npy");
    expect(await readdir(join(directory, "some"))).toHaveLength(7);
    const { values } = await images("some.npy");
    const last = decode(await bytes("some/0007.png"));
    expect([last.width, last.height]).toEqual([14, 14]);
    expect([...last.data]).toEqual([...values.subarray(6 * 196)].map(Number));
    // A folder goes in as it came out, here without loss.
    expect((await run("compress vae some --lossless -o folder.gmln")).stdout).toMatch(/^7 images of some /);
    await run("decompress folder.gmln -o folder");
    for (const name of await readdir(join(directory, "some")))
      expect(decode(await bytes(`folder/${name}`)).data).toEqual(decode(await bytes(`some/${name}`)).data);
  });

  test("one picture", async () => {
    await run("compress vae --count 1 --lossless -o one.gmln");
    expect((await run("decompress one.gmln -o one.png")).stdout).toBe("1 image, lossless: one.png\n");
    expect(lastJson(await run("decompress one.gmln -o one.png --run runs/vae --json"))).toEqual({
      run: join("runs", "vae"),
      file: "one.gmln",
      mode: "lossless",
      exact: true,
      count: 1,
      shape: [1, 1, 14, 14],
      out: "one.png",
    });
    const back = await run("compress vae one.png --lossless -o back.gmln");
    expect(back.status).toBe(0);
    expect((await bytes("back.gmln")).equals(await bytes("one.gmln"))).toBe(true);
  });

  test("numbers in [0, 1] are bytes, or refused", async () => {
    const levels = Float32Array.from({ length: 2 * 196 }, (_, index) => (index % 256) / 255);
    await writeFile(join(directory, "floats.npy"), encodeNpy(levels, [2, 1, 14, 14]));
    expect((await run("compress vae floats.npy --lossless -o floats.gmln")).status).toBe(0);
    await run("decompress floats.gmln -o floats-back.npy");
    expect([...(await images("floats-back.npy")).values]).toEqual(
      Array.from(levels, (_, index) => index % 256),
    );
    await writeFile(join(directory, "between.npy"), encodeNpy(levels.fill(0.001, 5, 6), [2, 1, 14, 14]));
    expect((await run("compress vae between.npy --lossless")).stderr).toBe(
      "gamelan: only images of bytes are coded without loss, and these have values between two bytes\n",
    );
    expect((await run("compress vae between.npy -o between.gmln")).status).toBe(0);
  });

  test("what cannot be is said in one line", async () => {
    const refusal = async (line: string) => {
      const { status, stderr } = await run(line);
      expect(status).toBe(2);
      return stderr;
    };
    await mkdir(join(directory, "mixed"));
    for (const [name, size] of [
      ["a.png", 4],
      ["b.png", 6],
    ] as const) {
      const image = { width: size, height: size, channels: 1, data: new Uint8Array(size * size) };
      await writeFile(join(directory, "mixed", name), encode(image));
    }
    expect(await refusal("compress vae mixed --lossless")).toBe(
      "gamelan: images of mixed sizes in mixed: a.png is 4×4 and b.png is 6×6, and the run was trained on images of " +
        "14×14, grey; without loss nothing is resized: train on images of that form, or leave out --lossless\n",
    );
    expect(await refusal("compress gan")).toBe(
      "gamelan: gan does not encode and decode, which compressing needs; it has generate, realness\n",
    );
    expect(await refusal("compress other --lossless")).toMatch(
      /^gamelan: this model knows pixels of two levels/,
    );
    expect(await refusal("compress vae --lossless --step 1")).toContain("cannot be used with");
    expect(await refusal("compress vae --step 0")).toBe('gamelan: --step is a number above 0, not "0"\n');
    expect(await refusal(`compress vae ${GLYPHS} --lossless`)).toBe(
      `gamelan: ${GLYPHS} holds images of 28×28, grey, and the run was trained on images of 14×14, grey; without ` +
        "loss nothing is resized: train on images of that form, or leave out --lossless\n",
    );

    await run("compress vae --count 3 -o few.gmln");
    expect(await refusal("decompress few.gmln --run other")).toMatch(
      /^gamelan: few\.gmln was made with another model than runs.other is now: run vae, fingerprint [0-9a-f]{16}\n$/,
    );
    expect(await refusal("decompress few.gmln -o few.jpg")).toContain(
      "it takes FILE.png, FILE.npy or a folder",
    );
    const file = await bytes("few.gmln");
    await writeFile(join(directory, "cut.gmln"), file.subarray(0, -1));
    expect(await refusal("decompress cut.gmln")).toMatch(
      /^gamelan: cut\.gmln is damaged: it should have \d+ bytes/,
    );
    expect(await refusal("decompress runs/vae/run.json")).toBe(
      "gamelan: runs/vae/run.json is no file of gamelan compress: it does not begin with GMLN\n",
    );
    await rm(join(directory, "runs", "gone"), { recursive: true, force: true });
    await run(`train vae --data ${GLYPHS} --set architecture=dense --rounds 1 --quiet --out runs/gone`);
    await run("compress gone --count 3 -o gone.gmln");
    await rm(join(directory, "runs", "gone"), { recursive: true });
    expect(await refusal("decompress gone.gmln")).toBe(
      'gamelan: gone.gmln was made with the run "gone", which is not here; tell with --run where it is\n',
    );
  });
});
