// Saving what is drawn as a file.

/** Offers bytes as a file to be saved. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Firefox still reads it for a moment.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Offers what a canvas shows as a PNG. */
export async function saveCanvas(name: string, canvas: HTMLCanvasElement): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("this browser could not make a PNG of the picture");
  saveFile(name.endsWith(".png") ? name : `${name}.png`, blob);
}

/** Words as a file's name. */
export const fileName = (...words: readonly string[]): string =>
  words
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "picture";
