// The shell: navigation, theme, messages, and the view that the address names.

import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Messages } from "./components/messages.tsx";
import { ThemeButton } from "./components/theme-button.tsx";
import { goTo, hrefOf, type Route, route } from "./router.ts";
import { type ViewProps, views } from "./views.ts";

export function App() {
  const { view } = route.value;
  const current = views[view] === undefined ? "train" : (views[view].below ?? view);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("studio-main")?.focus()}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href={hrefOf("train")}>
          <img src="./icon.svg" alt="" width="22" height="22" />
          Gamelan
        </a>
        <nav aria-label="Views">
          {Object.entries(views)
            .filter(([, { listed }]) => listed)
            .map(([name, { title }]) => (
              <a key={name} href={hrefOf(name)} aria-current={name === current ? "page" : undefined}>
                {title}
              </a>
            ))}
        </nav>
        <ThemeButton />
      </header>
      <main id="studio-main" tabIndex={-1}>
        <ViewOf route={route.value} />
      </main>
      <Messages />
    </>
  );
}

type Loaded =
  | { readonly view: string; readonly component: ComponentType<ViewProps> }
  | { readonly view: string; readonly problem: string };

function ViewOf({ route: { view, parameter, query } }: { readonly route: Route }) {
  const [loaded, setLoaded] = useState<Loaded>();
  const first = useRef(true);
  const known = views[view];
  useEffect(() => {
    if (known === undefined) {
      goTo(hrefOf("train"), { replace: true });
      return;
    }
    document.title = `${parameter === "" ? known.title : parameter} · Gamelan studio`;
    let wanted = true;
    known.load().then(
      ({ default: component }) => wanted && setLoaded({ view, component }),
      () =>
        wanted && setLoaded({ view, problem: "This view could not be loaded; is the server still there?" }),
    );
    // After a change of view, the keyboard goes on from its beginning.
    if (!first.current) document.getElementById("studio-main")?.focus({ preventScroll: true });
    first.current = false;
    return () => {
      wanted = false;
    };
  }, [view, parameter, known]);
  if (loaded?.view !== view) return <p class="quiet">Loading …</p>;
  if ("problem" in loaded) return <p class="notice bad">{loaded.problem}</p>;
  const Component = loaded.component;
  return <Component key={parameter} parameter={parameter} query={query} />;
}
