#!/usr/bin/env python3
"""Metrics by SciPy, scikit-learn, NumPy and PyTorch in float64, for src/metrics/*.test.ts.

Run:  python test/references/metrics.py > test/references/metrics.json && npx biome format --write test/references
"""
import warnings

import numpy as np
import scipy
import sklearn
import torch
from scipy.linalg import sqrtm
from scipy.spatial.distance import pdist
from scipy.stats import pearsonr
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from writing import array, correlated, document, drawn, numbers, rounded


# Fréchet distance. Of singular covariances the root of the product is ill-conditioned; the sum of its eigenvalues is
# the sum of the singular values of the product of the roots.
def frechet(name, a, b):
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    if min(len(a), len(b)) > a.shape[1]:
        trace = np.trace(sqrtm(first @ second)).real
    else:
        roots = [(v * np.sqrt(np.clip(w, 0, None))) @ v.T for w, v in map(np.linalg.eigh, (first, second))]
        trace = np.linalg.svd(roots[0] @ roots[1], compute_uv=False).sum()
    distance = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(first) + np.trace(second) - 2 * trace
    return {"name": name, "a": array(a), "b": array(b), "covariance": array(first), "distance": rounded(distance)}


FRECHET = [
    frechet("more rows than dimensions", correlated(20, 4, 1), correlated(15, 4, 2) * 0.5 + 1),
    frechet("fewer rows than dimensions", correlated(4, 6, 3), correlated(5, 6, 4)),
]


# Kernel distance.
def kernel(a, b):
    options = {"degree": 3, "gamma": 1 / a.shape[1], "coef0": 1}
    within = []
    for rows in (a, b):
        values = polynomial_kernel(rows, rows, **options)
        within.append((values.sum() - np.trace(values)) / (len(rows) * (len(rows) - 1)))
    distance = sum(within) - 2 * polynomial_kernel(a, b, **options).mean()
    return {"a": array(a), "b": array(b), "distance": rounded(distance)}


KERNEL = [kernel(correlated(20, 4, 5), correlated(15, 4, 6) + 0.5)]

# Neighbours: three classes that overlap.
LABELS = np.arange(90) % 3
CODES = drawn([90, 4], 7).numpy() + LABELS[:, None] * 0.75
NEIGHBOURS = []
for distance in ("euclidean", "cosine"):
    for k in (1, 4):
        model = KNeighborsClassifier(k, metric=distance, algorithm="brute").fit(CODES[:60], LABELS[:60])
        distances, indices = model.kneighbors(CODES[60:], k + 1)
        assert (np.diff(distances) > 1e-9).all(), "ties would leave the order open"
        NEIGHBOURS.append({
            "distance": distance, "k": k, "indices": array(indices[:, :k]), "distances": array(distances[:, :k]),
            "accuracy": rounded(model.score(CODES[60:], LABELS[60:])),
        })

# Duplicates.
REAL, GENERATED = drawn([60, 3], 8).numpy(), drawn([60, 3], 9).numpy()
GENERATED[:20] = GENERATED[20:40] + drawn([20, 3], 10).numpy() / 16
DUPLICATES = []
for quantile in (0.05, 0.33):
    nearest = [NearestNeighbors(n_neighbors=2).fit(rows).kneighbors(rows)[0][:, 1] for rows in (REAL, GENERATED)]
    threshold = np.quantile(nearest[0], quantile)
    assert np.abs(nearest[1] - threshold).min() > 1e-9
    DUPLICATES.append({"real": array(REAL), "generated": array(GENERATED), "quantile": quantile,
                       "threshold": rounded(threshold), "share": rounded((nearest[1] <= threshold).mean())})

# Mixtures of Gaussians, from a given start.
POINTS = drawn([90, 3], 11).numpy() * [1, 0.5, 2] + np.array([[0, 0, 0], [2, 1, 0], [0, 3, 2]])[LABELS]
START = POINTS[:3]
MIXTURES = []
for steps, tolerance in ((1, 0), (5, 0), (500, 1e-12)):
    model = GaussianMixture(3, reg_covar=0, tol=tolerance, max_iter=steps, weights_init=[0.5, 0.25, 0.25],
                            means_init=START, precisions_init=[np.eye(3)] * 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(POINTS)
    MIXTURES.append({
        "steps": steps, "tolerance": tolerance, "points": array(POINTS), "start": array(START),
        "weights": array(model.weights_), "means": array(model.means_), "covariances": array(model.covariances_),
        "logLikelihood": rounded(model.score(POINTS)), "logDensity": array(model.score_samples(POINTS[:8])),
    })

# Likelihood.
WEIGHTS = drawn([5, 6], 12) * 40 - torch.tensor([[0], [700], [-800], [1000], [0]])
WEIGHTS[4, 1:] = -5000
LIKELIHOOD = [{"logWeights": numbers(WEIGHTS),
               "logLikelihood": numbers(torch.logsumexp(WEIGHTS, 1) - np.log(WEIGHTS.shape[1]))}]


# Collapse of codes.
def collapse(name, codes, inputs):
    singular = np.linalg.svd(codes - codes.mean(0), compute_uv=False)
    shares = singular / singular.sum()
    shares = shares[shares > 0]
    before, after = pdist(inputs), pdist(codes)
    factors = after / before
    return {
        "name": name, "codes": array(codes), "inputs": array(inputs),
        "effectiveRank": rounded(np.exp(-(shares * np.log(shares)).sum())),
        "distanceCorrelation": rounded(pearsonr(before, after).statistic),
        "distanceEvenness": rounded(factors.mean() ** 2 / (factors ** 2).mean()),
        "deviation": rounded(np.sqrt(codes.var(0).mean())),
    }


INPUTS = drawn([24, 5], 13).numpy()
COLLAPSE = [
    collapse("a projection", INPUTS @ drawn([5, 3], 14).numpy(), INPUTS),
    collapse("fewer codes than units", drawn([4, 6], 15).numpy(), INPUTS[:4]),
    collapse("unrelated", drawn([24, 4], 16).numpy() + 100, INPUTS),
]

document("metrics.py", {
    "frechet": FRECHET, "kernel": KERNEL,
    "codes": [array(CODES)], "labels": [array(LABELS)], "neighbours": NEIGHBOURS,
    "duplicates": DUPLICATES, "mixtures": MIXTURES, "likelihood": LIKELIHOOD, "collapse": COLLAPSE,
}, f"NumPy {np.__version__}, SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}, PyTorch {torch.__version__}")
