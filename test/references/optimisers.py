#!/usr/bin/env python3
"""Ten steps of each optimiser on a small problem, by PyTorch in float64, for src/nn/optimisers.test.ts.

The problem: minimise Σ aᵢ·(wᵢ − tᵢ)⁴/4 + (Σ w)²/2, whose slopes differ by orders of magnitude; the last weight has
none at all.

Run:  python test/references/optimisers.py > test/references/optimisers.json && npx biome format --write test/references
"""
import torch

from writing import document, numbers

FACTORS = torch.tensor([1.0, 0.25, 16.0, 1e-3, 0.0], dtype=torch.float64)
TARGETS = torch.tensor([0.5, -2.0, 1.0, 3.0, 0.0], dtype=torch.float64)
START = torch.tensor([2.0, 1.0, -0.5, -1.5, 0.75], dtype=torch.float64)
COUPLED = torch.tensor([1.0, 1.0, 1.0, 1.0, 0.0], dtype=torch.float64)


def steps(options, build, clip=None):
    weights = START.clone().requires_grad_(True)
    optimiser = build([weights])
    path = []
    for _ in range(10):
        optimiser.zero_grad()
        loss = (FACTORS * (weights - TARGETS) ** 4).sum() / 4 + (COUPLED * weights).sum() ** 2 / 2
        loss.backward()
        if clip is not None:
            norm = weights.grad.norm()
            weights.grad.mul_(min(1.0, clip / norm.item()))
        optimiser.step()
        path.append(numbers(weights)["data"])
    return {"options": options, "path": path}


O = torch.optim
document("optimisers.py", {
    "factors": [numbers(FACTORS)], "targets": [numbers(TARGETS)], "start": [numbers(START)],
    "coupled": [numbers(COUPLED)],
    "runs": [
        steps({"kind": "sgd", "learningRate": 0.004}, lambda p: O.SGD(p, lr=0.004)),
        steps({"kind": "sgd", "learningRate": 0.002, "momentum": 0.9}, lambda p: O.SGD(p, lr=0.002, momentum=0.9)),
        steps({"kind": "sgd", "learningRate": 0.002, "momentum": 0.8, "nesterov": True},
              lambda p: O.SGD(p, lr=0.002, momentum=0.8, nesterov=True)),
        steps({"kind": "sgd", "learningRate": 0.1, "clipNorm": 2}, lambda p: O.SGD(p, lr=0.1), clip=2),
        steps({"kind": "rmsprop", "learningRate": 0.05}, lambda p: O.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-7)),
        steps({"kind": "rmsprop", "learningRate": 0.05, "rho": 0.5, "epsilon": 0.5},
              lambda p: O.RMSprop(p, lr=0.05, alpha=0.5, eps=0.5)),
        steps({"kind": "adam", "learningRate": 0.1}, lambda p: O.Adam(p, lr=0.1, eps=1e-7)),
        steps({"kind": "adam", "learningRate": 0.1, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8},
              lambda p: O.Adam(p, lr=0.1, betas=(0.5, 0.999))),
        steps({"kind": "adam", "learningRate": 0.2, "beta1": 0, "beta2": 0.9, "epsilon": 0.5},
              lambda p: O.Adam(p, lr=0.2, betas=(0.0, 0.9), eps=0.5)),
        steps({"kind": "adam", "learningRate": 0.02, "beta1": 0.9, "beta2": 0, "epsilon": 0.25},
              lambda p: O.Adam(p, lr=0.02, betas=(0.9, 0.0), eps=0.25)),
        steps({"kind": "adam", "learningRate": 0.1, "beta2": 0.9999, "clipNorm": 1},
              lambda p: O.Adam(p, lr=0.1, betas=(0.9, 0.9999), eps=1e-7), clip=1),
        steps({"kind": "adamw", "learningRate": 0.1, "weightDecay": 0.5},
              lambda p: O.AdamW(p, lr=0.1, eps=1e-7, weight_decay=0.5)),
        steps({"kind": "adamw", "learningRate": 0.1}, lambda p: O.AdamW(p, lr=0.1, eps=1e-7, weight_decay=0.004)),
    ],
})
