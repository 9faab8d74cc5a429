import { checkGradients } from "../../../test/support/check-gradients.ts";
import { GANS } from "../../../test/support/games/gans.ts";

// Dense GANs take the interpreter long, and differ in losses that are tested by themselves.
checkGradients(
  GANS.filter(
    ({ model, label }) => model !== "gan" || label === "relativistic" || label === "penalty gradient",
  ),
);
