// The explorer of one run: opened from its files, and shown. Once these are fetched nothing is asked of a server.

import { useEffect, useState } from "preact/hooks";
import { Choice } from "../components/field.tsx";
import { formatCount } from "../format.ts";
import { Between } from "./between.tsx";
import { Dimensions } from "./dimensions.tsx";
import { type Exploration, openExploration } from "./exploration.ts";
import { CodeMap } from "./map.tsx";
import { judgesPictures, OwnPicture } from "./own.tsx";
import { ShownCard } from "./shown.tsx";
import type { ExplorerSource } from "./source.ts";
import "./explore.css";

export function Explorer({
  source,
  onOpen,
}: {
  /** The same while it is the same run. */
  readonly source: ExplorerSource;
  readonly onOpen?: (exploration: Exploration) => void;
}) {
  const [state, setState] = useState<{ readonly opened?: Exploration; readonly problem?: string }>({});
  useEffect(() => {
    const stop = new AbortController();
    let opened: Exploration | undefined;
    setState({});
    openExploration(source, stop.signal).then(
      (exploration) => {
        opened = exploration;
        if (stop.signal.aborted) exploration.networks.close();
        else {
          setState({ opened });
          onOpen?.(exploration);
        }
      },
      (error: unknown) => {
        if (!stop.signal.aborted)
          setState({ problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      stop.abort();
      opened?.networks.close();
    };
  }, [source]);
  const { opened, problem } = state;
  if (problem !== undefined) return <p class="notice bad">{problem}</p>;
  if (opened === undefined) return <p class="quiet">Codes and examples are being prepared …</p>;
  return <Opened exploration={opened} />;
}

function Opened({ exploration }: { readonly exploration: Exploration }) {
  const { map, spaces } = exploration;
  const space = exploration.space.value;
  const judges = judgesPictures(exploration);
  return (
    <div class="explore stack">
      <div class="row apart">
        <p class="quiet">
          {map.model} on {map.data}, round {formatCount(map.round)}
        </p>
        {spaces.length > 1 && (
          <Choice
            inline
            label="Move in"
            value={space!.name}
            onChange={(name) => exploration.setSpace(spaces.find((each) => each.name === name)!)}
            words={spaces.map(({ name, dimensions }) => ({
              value: name,
              text: `${name} of ${dimensions} numbers`,
            }))}
          />
        )}
      </div>
      {map.note !== undefined && <p class="notice warn">{map.note}</p>}
      {space !== undefined && (
        <>
          <div class="map-and-shown">
            <CodeMap exploration={exploration} />
            <div class="stack">
              <ShownCard exploration={exploration} />
              <Between exploration={exploration} />
            </div>
          </div>
          <Dimensions exploration={exploration} />
        </>
      )}
      {judges && <OwnPicture exploration={exploration} />}
      {space === undefined && !judges && (
        <p class="notice">
          {map.model} neither makes examples nor judges pictures, so there is nothing to explore.
        </p>
      )}
    </div>
  );
}
