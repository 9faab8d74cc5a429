// Examples of the data that are chosen, or the one line that says why there are none.

import { useEffect, useState } from "preact/hooks";
import { ApiError, readDataPicture } from "../api.ts";

/** Milliseconds after the last key, while a path is typed. */
const PATIENCE = 500;

export interface DataPictureProps {
  readonly source: string;
  readonly imageSize?: string | undefined;
  readonly grey?: string | undefined;
}

export function DataPicture({ source, imageSize = "", grey = "" }: DataPictureProps) {
  const [shown, setShown] = useState<{ readonly address?: string; readonly problem?: string }>({});
  useEffect(() => {
    setShown({});
    if (source.trim() === "") return;
    const stop = new AbortController();
    let address: string | undefined;
    const timer = setTimeout(async () => {
      try {
        const picture = await readDataPicture({ source: source.trim(), imageSize, grey }, stop);
        if (stop.signal.aborted) return;
        address = URL.createObjectURL(picture);
        setShown({ address });
      } catch (error) {
        // Examples that cannot be drawn are no fault.
        if (error instanceof ApiError && error.status !== 404) setShown({ problem: error.message });
      }
    }, PATIENCE);
    return () => {
      stop.abort();
      clearTimeout(timer);
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [source, imageSize, grey]);
  if (shown.problem !== undefined) return <p class="notice small">{shown.problem}</p>;
  if (shown.address === undefined) return null;
  return <img class="data-picture" src={shown.address} alt={`Examples of ${source}`} />;
}
