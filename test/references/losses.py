#!/usr/bin/env python3
"""Values and gradients of losses, by PyTorch in float64, for src/losses/*.test.ts.

Run:  python test/references/losses.py > test/references/losses.json && npx biome format --write test/references
"""
import torch
import torch.distributions as D
import torch.nn.functional as F

from writing import document, drawn, numbers

ROWS = {"adversarial": [], "reconstruction": [], "likelihoods": [], "divergences": [], "discrepancy": [],
        "sparsity": [], "classification": []}


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

row("likelihoods", "bernoulliLogLikelihood", {"x": X.round(), "output": Y},
    lambda x, output: D.Bernoulli(logits=output).log_prob(x).flatten(1).sum(1))
for deviation in (1, 0.1, 2.5):
    row("likelihoods", "gaussianLogLikelihood", {"x": X, "output": Y},
        lambda x, output: D.Normal(output, deviation).log_prob(x).flatten(1).sum(1), deviation=deviation)


def discretised_logistic(x, mean, log_scale):
    """A difference of two values of the distribution function, in float64."""
    scale = torch.exp(log_scale)
    above = torch.where(x > 1 - 0.5 / 255, 1.0, torch.sigmoid((x - mean + 0.5 / 255) / scale))
    below = torch.where(x < 0.5 / 255, 0.0, torch.sigmoid((x - mean - 0.5 / 255) / scale))
    return torch.log(above - below).flatten(1).sum(1)


GREY = X.clone()
GREY[0, 0, 0, 0], GREY[1, 0, 1, 0], GREY[2, 1, 1, 1] = 0, 1, 0
GREY[:, 1, 0, 0] = 1
row("likelihoods", "discretisedLogisticLogLikelihood",
    {"x": GREY, "output": (GREY * 64).round() / 64 + Y / 32, "logScale": drawn(SHAPE, 9) / 2 - 2.5},
    lambda x, output, logScale: discretised_logistic(x, output, logScale))


def beta_binomial(x, log_alpha, log_beta):
    k, trials = x * 255, torch.tensor(255.0, dtype=torch.float64)
    alpha, beta, g = torch.exp(log_alpha), torch.exp(log_beta), torch.lgamma
    coefficient = g(trials + 1) - g(k + 1) - g(trials - k + 1)
    above = g(k + alpha) + g(trials - k + beta) - g(trials + alpha + beta)
    below = g(alpha) + g(beta) - g(alpha + beta)
    return (coefficient + above - below).flatten(1).sum(1)


row("likelihoods", "betaBinomialLogLikelihood",
    {"x": GREY, "logAlpha": drawn(SHAPE, 15) * 2, "logBeta": drawn(SHAPE, 16) * 2},
    lambda x, logAlpha, logBeta: beta_binomial(x, logAlpha, logBeta))


def log_prior_ratio(mean, deviation, noise):
    drawn_code = mean + deviation * noise
    prior = D.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return (prior.log_prob(drawn_code) - D.Normal(mean, deviation).log_prob(drawn_code)).sum(1)


def discrepancy(x, y, kernel):
    """Pair by pair, as the definition says."""
    def k(a, b):
        distance, scales = ((a - b) ** 2).sum(), [6 * c for c in (0.1, 0.2, 0.5, 1, 2, 5, 10)]
        if kernel == "gaussian":
            return sum(torch.exp(-distance / scale) for scale in scales)
        return sum(scale / (scale + distance) for scale in scales)

    def within(rows):
        count = len(rows)
        pairs = [k(rows[i], rows[j]) for i in range(count) for j in range(count) if i != j]
        return sum(pairs) / (count * (count - 1))
    return within(x) + within(y) - 2 * sum(k(a, b) for a in x for b in y) / (len(x) * len(y))


CODE = {"mean": drawn([4, 3], 5), "logVariance": drawn([4, 3], 6) * 2}
row("divergences", "standardNormalDivergence", CODE,
    lambda mean, logVariance: D.kl_divergence(D.Normal(mean, torch.exp(logVariance / 2)), D.Normal(0.0, 1.0)))

NOISE = drawn([4, 3], 10)
row("divergences", "logPriorRatio", {**CODE, "noise": NOISE},
    lambda mean, logVariance, noise: log_prior_ratio(mean, torch.exp(logVariance / 2), noise))

FIRST, SECOND = drawn([5, 3], 11), drawn([4, 3], 12) + 0.5
for kernel in ("inverse-multiquadratic", "gaussian"):
    row("discrepancy", "maximumMeanDiscrepancy", {"first": FIRST, "second": SECOND},
        lambda first, second: discrepancy(first, second, kernel), kernel=kernel)

ACTIVATIONS = torch.sigmoid(drawn([6, 4], 13))
row("sparsity", "absoluteSum", {"code": drawn([6, 4], 14)}, lambda code: code.norm(p=1, dim=1).mean())
for share in (0.05, 0.5):
    row("sparsity", "activationDivergence", {"code": (ACTIVATIONS * 1024).round() / 1024},
        lambda code: D.kl_divergence(D.Bernoulli(torch.tensor(share, dtype=torch.float64)),
                                     D.Bernoulli(code.mean(0))).sum(), share=share)

LABELS = [3, 0, 1, 3, 2]
LOGITS = drawn([5, 4], 8) * 4
LOGITS[1] *= 60  # far beyond where exp overflows
row("classification", "crossEntropy", {"logits": LOGITS},
    lambda logits: F.cross_entropy(logits, torch.tensor(LABELS)), labels=LABELS)

document("losses.py", ROWS)
