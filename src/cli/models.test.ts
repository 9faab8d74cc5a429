import { expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { catalogue } from "../models/catalogue.ts";

test("lists every model", async () => {
  const { status, stdout, stderr } = await gamelan(["models"]);
  for (const { name, summary } of catalogue)
    expect(stdout).toMatch(new RegExp(`^${name} .*${summary.slice(0, 10)}`, "m"));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const listed = lastJson(await gamelan(["models", "--json"])).models;
  expect(listed).toEqual(catalogue.map(({ name, family, summary }) => ({ name, family, summary })));
});

test("lists a model's options with defaults, meanings and ranges", async () => {
  const { status, stdout } = await gamelan(["models", "autoencoder"]);
  expect(stdout).toContain(
    "  architecture=dense  fully connected, or convolutional for images (dense or conv)\n",
  );
  expect(stdout).toContain("  widths=128,64 ");
  expect(stdout).toContain("(a number above 0)");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(status).toBe(0);
});

test("every model can be listed, also as JSON", async () => {
  for (const { name } of catalogue) {
    const finished = await gamelan(["models", name, "--json"]);
    expect(finished.stdout.trimEnd().split("\n")).toHaveLength(1);
    const { options } = lastJson(finished) as { options: { name: string }[] };
    expect(options.map((option) => option.name)).toContain("batch");
  }
});
