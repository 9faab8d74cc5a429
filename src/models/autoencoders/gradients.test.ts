import { checkGradients } from "../../../test/support/check-gradients.ts";
import { AUTOENCODERS } from "../../../test/support/games/autoencoders.ts";

checkGradients(AUTOENCODERS);
