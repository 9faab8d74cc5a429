import { checkGradients } from "../../../test/support/check-gradients.ts";
import { FUSIONS } from "../../../test/support/games/fusions.ts";
import { PUBLISHED_FUSIONS } from "../../../test/support/games/fusions-published.ts";

checkGradients(FUSIONS.filter((setting) => !PUBLISHED_FUSIONS.includes(setting)));
