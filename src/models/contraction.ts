// A contractive encoder's penalty (Rifai et al. 2011): E‖∂E(x)/∂x‖²_F, exact, one product with the Jacobian for each
// number of a code, or estimated without bias from a few random projections: E_v ‖vᵀ ∂E(x)/∂x‖² = ‖∂E(x)/∂x‖²_F for
// v ~ N(0, I).

import { z } from "zod";
import type { RoundInputs } from "../game/model.ts";
import { estimatedJacobianNorm, jacobianNorm } from "../losses/index.ts";
import type { Tensor } from "../tensor/index.ts";
import { onlyWith } from "./effects.ts";

export const contractionOptions = (lambda: number) => ({
  lambda: z.number().min(0).default(lambda).describe("weight of the squared norm of the code's Jacobian"),
  jacobian: z.enum(["estimate", "exact"]).default("estimate").describe("how the norm is computed"),
  projections: onlyWith(z.int().min(1).max(64).default(1).describe("random projections of an estimate"), {
    option: "jacobian",
    is: ["estimate"],
  }),
});

/** The penalty of the codes of a batch, a scalar. */
export const contractionOf = (
  code: Tensor,
  x: Tensor,
  { jacobian, projections }: { readonly jacobian: "estimate" | "exact"; readonly projections: number },
  { normal }: Pick<RoundInputs, "normal">,
): Tensor =>
  jacobian === "exact"
    ? jacobianNorm(code, x)
    : estimatedJacobianNorm(code, x, normal(projections, ...code.shape));
