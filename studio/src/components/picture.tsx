// A picture of pixels, enlarged with hard edges, with a caption and a button that saves it.

import type { ComponentChildren } from "preact";
import { Button } from "./button.tsx";
import { fileName, saveFile } from "./save.ts";
import "./picture.css";

export interface PictureProps {
  readonly source: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly caption?: ComponentChildren;
  /** Each of its pixels is a square, however large it is shown. */
  readonly pixelated?: boolean;
  /** Loads only when it comes into sight. */
  readonly lazy?: boolean;
  /** The name it is saved by; no button without. */
  readonly save?: string;
}

export function Picture({ source, alt, caption, pixelated = false, lazy = false, save }: PictureProps) {
  return (
    <figure class={pixelated ? "picture pixelated" : "picture"}>
      <img src={source} alt={alt} loading={lazy ? "lazy" : "eager"} decoding="async" />
      {(caption !== undefined || save !== undefined) && (
        <figcaption class="row apart small quiet">
          <span>{caption}</span>
          {save !== undefined && (
            <Button
              kind="plain"
              label={`Save ${alt} as PNG`}
              onPress={async () => saveFile(`${fileName(save)}.png`, await (await fetch(source)).blob())}
            >
              PNG
            </Button>
          )}
        </figcaption>
      )}
    </figure>
  );
}
