#!/usr/bin/env python3
"""Values and gradients of losses, by PyTorch in float64, for src/losses/*.test.ts.

Run:  python test/references/losses.py > test/references/losses.json && npx biome format --write test/references
"""
import torch
import torch.distributions as D
import torch.nn.functional as F

from writing import document, drawn, numbers

ROWS = {"adversarial": [], "reconstruction": [], "divergences": [], "classification": []}


def row(group, name, inputs, compute, **more):
    held = {key: value.clone().requires_grad_(True) for key, value in inputs.items()}
    loss = compute(**held)
    (loss * drawn(loss.shape, 7) if loss.dim() else loss).sum().backward()
    ROWS[group].append({
        "name": name, **more, "inputs": {key: numbers(value) for key, value in held.items()},
        "loss": numbers(loss), "upstream": numbers(drawn(loss.shape, 7)) if loss.dim() else None,
        "gradients": {key: numbers(value.grad) for key, value in held.items() if value.grad is not None},
    })


ONE, ZERO = torch.ones(8, 1, dtype=torch.float64), torch.zeros(8, 1, dtype=torch.float64)
bce = F.binary_cross_entropy_with_logits
FAMILY = {
    "minimax": (lambda real, generated: bce(real, ONE) + bce(generated, ZERO),
                lambda real, generated: -bce(generated, ZERO),
                lambda real, generated: -bce(real, ONE)),
    "non-saturating": (lambda real, generated: bce(real, ONE) + bce(generated, ZERO),
                       lambda real, generated: bce(generated, ONE),
                       lambda real, generated: bce(real, ZERO)),
    "least-squares": (lambda real, generated: (F.mse_loss(real, ONE) + F.mse_loss(generated, ZERO)) / 2,
                      lambda real, generated: F.mse_loss(generated, ONE) / 2,
                      lambda real, generated: F.mse_loss(real, ZERO) / 2),
    "hinge": (lambda real, generated: F.hinge_embedding_loss(real, -ONE, margin=1.0)
              + F.hinge_embedding_loss(-generated, -ONE, margin=1.0),
              lambda real, generated: -generated.mean(),
              lambda real, generated: real.mean()),
    "wasserstein": (lambda real, generated: generated.mean() - real.mean(),
                    lambda real, generated: -generated.mean(),
                    lambda real, generated: real.mean()),
    "relativistic": (lambda real, generated: bce(real - generated, ONE),
                     lambda real, generated: bce(generated - real, ONE),
                     lambda real, generated: bce(real - generated, ZERO)),
    "reverse-kl": (lambda real, generated: bce(real, ONE) + bce(generated, ZERO),
                   lambda real, generated: bce(generated, ONE) - bce(generated, ZERO),
                   lambda real, generated: bce(real, ZERO) - bce(real, ONE)),
}
SCORES = {"real": drawn([8, 1], 1) * 2, "generated": drawn([8, 1], 2) * 2}
SCORES["real"][0], SCORES["generated"][0] = 60, 45  # far beyond where exp overflows nothing but digits
for name, (critic, generator, encoder) in FAMILY.items():
    row("adversarial", name, SCORES, critic, player="critic")
    row("adversarial", name, SCORES, generator, player="generator")
    row("adversarial", name, SCORES, encoder, player="encoder")

SHAPE = [3, 2, 2, 2]
X, Y = torch.rand(SHAPE, generator=torch.Generator().manual_seed(3), dtype=torch.float64), drawn(SHAPE, 4) * 3
X = (X * 255).round() / 255
row("reconstruction", "meanSquaredError", {"x": X, "output": Y}, lambda x, output: F.mse_loss(output, x))
row("reconstruction", "meanAbsoluteError", {"x": X, "output": Y}, lambda x, output: F.l1_loss(output, x))
row("reconstruction", "binaryCrossEntropy", {"x": X, "output": Y}, lambda x, output: bce(output, x))
row("reconstruction", "bernoulliNegativeLogLikelihood", {"x": X.round(), "output": Y},
    lambda x, output: -D.Bernoulli(logits=output).log_prob(x).sum() / 3)
for deviation in (1, 0.1, 2.5):
    row("reconstruction", "gaussianNegativeLogLikelihood", {"x": X, "output": Y},
        lambda x, output: -D.Normal(output, deviation).log_prob(x).sum() / 3, deviation=deviation)

CODE = {"mean": drawn([4, 3], 5), "logVariance": drawn([4, 3], 6) * 2}
row("divergences", "standardNormalDivergence", CODE,
    lambda mean, logVariance: D.kl_divergence(D.Normal(mean, torch.exp(logVariance / 2)), D.Normal(0.0, 1.0)))

LABELS = [3, 0, 1, 3, 2]
LOGITS = drawn([5, 4], 8) * 4
LOGITS[1] *= 60  # far beyond where exp overflows
row("classification", "crossEntropy", {"logits": LOGITS},
    lambda logits: F.cross_entropy(logits, torch.tensor(LABELS)), labels=LABELS)

document("losses.py", ROWS)
