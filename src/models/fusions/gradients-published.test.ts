import { checkGradients } from "../../../test/support/check-gradients.ts";
import { PUBLISHED_FUSIONS } from "../../../test/support/games/fusions-published.ts";
import { TRANSLATION } from "../../../test/support/games/translation.ts";

checkGradients([...PUBLISHED_FUSIONS, ...TRANSLATION]);
