// The studio's page.
//
// People look at generative models; reading numbers is second. So every view is built around pictures, with curves
// beside them on the same clock of rounds, and everything that is drawn can be saved.
//
// The page is a shell and some views. The shell (app.tsx) has the navigation and the theme, and shows the view that
// the address names: what stands after the # is a path such as run/vae-mnist-1 (router.ts). A view is a folder with
// an index.tsx and a row in views.ts, which loads it only when it is first shown; so the first page stays small, and
// ONNX Runtime comes only with the views that compute (onnx/runtime.ts).
//
// What views share: `components` (buttons, fields, plots, pictures, messages), `api.ts` (all that is asked of the
// server, with the types of src/studio/contract.ts), `theme.css` (every colour and measure, light and dark).
// State that outlives a view is a signal in a module; all other state belongs to a component.
//
// Nothing here asks for anything outside of the server it came from.

import { render } from "preact";
import { App } from "./app.tsx";
import "./theme.css";
import "./style.css";

render(<App />, document.getElementById("studio")!);
