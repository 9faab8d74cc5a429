// Opens a trained run, makes new images with it and draws them as text.
//
//   node examples/generate-from-run.ts runs/vae-glyphs-1 3

import { open } from "gamelan";

const [path, count = "3"] = process.argv.slice(2);
if (path === undefined) {
  console.error("which run? give its folder, such as runs/vae-glyphs-1");
  process.exit(2);
}

const model = await open(path);
try {
  console.log(`${model.description.model} after ${model.round} rounds; it can ${model.roles.join(", ")}`);
  const { shape, data } = await model.generate(Number(count), { seed: 7 });
  const [images = 0, channels = 1, height, width] = shape;
  if (height === undefined || width === undefined) console.log(data);
  else
    for (let image = 0; image < images; image++) {
      const first = image * channels * height * width;
      for (let y = 0; y < height; y += 2) {
        const row = data.subarray(first + y * width, first + (y + 1) * width);
        console.log(Array.from(row, (value) => " .:-=+*#%@"[Math.floor(value * 9.99)]).join(""));
      }
    }
} finally {
  await model.close();
}
