// The explorer as a page of its own, which `gamelan studio --export` writes beside the files of one run. It asks for
// nothing but files beside it.

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Messages } from "../components/messages.tsx";
import { ThemeButton } from "../components/theme-button.tsx";
import { Explorer } from "./explorer.tsx";
import { folderSource } from "./source.ts";
import "../theme.css";
import "../style.css";

const source = folderSource("./explorer");

function Page() {
  const [run, setRun] = useState("");
  useEffect(() => {
    if (run !== "") document.title = run;
  }, [run]);
  return (
    <>
      <header class="bar">
        <span class="brand">
          <img src="./icon.svg" alt="" width="22" height="22" />
          <h1>{run}</h1>
        </span>
        <ThemeButton />
      </header>
      <main>
        <Explorer source={source} onOpen={({ map }) => setRun(map.run)} />
      </main>
      <Messages />
    </>
  );
}

render(<Page />, document.getElementById("explorer")!);
