#!/usr/bin/env python3
"""Quality of images, samples, scores and codes by NumPy, SciPy and scikit-learn in float64, for src/metrics/*.test.ts.

Run:  python test/references/quality.py > test/references/quality.json && npx biome format --write test/references
"""
import warnings

import numpy as np
import scipy
import sklearn
from scipy.stats import mannwhitneyu
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import trustworthiness
from sklearn.metrics import average_precision_score, log_loss, precision_recall_curve, roc_auc_score, roc_curve
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from writing import array, correlated, document, drawn, rounded


# Similarity of images: window by window, with the whole two-dimensional window, as the formulas stand.
def picture(shape, seed):
    """Made of whole numbers, so that a test can make the same one without storing it."""
    n, c, y, x = np.indices(shape)
    return ((x * (seed + 3) + y * 5 + (x * y) % (7 + seed) * 9 + c * 40 + n * 17) % 256) / 256


def window(height, width):
    axes = [np.arange(min(11, side)) - (min(11, side) - 1) / 2 for side in (height, width)]
    weights = np.exp(-(axes[0][:, None] ** 2 + axes[1][None] ** 2) / (2 * 1.5 ** 2))
    return weights / weights.sum()


def similarity(x, y):
    weights = window(*x.shape)
    mean = lambda image: np.einsum(
        "ijkl,kl->ij", np.lib.stride_tricks.sliding_window_view(image, weights.shape), weights)
    mean_x, mean_y = mean(x), mean(y)
    variance_x, variance_y = mean(x ** 2) - mean_x ** 2, mean(y ** 2) - mean_y ** 2
    covariance = mean(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + 1e-4) / (mean_x ** 2 + mean_y ** 2 + 1e-4)
    structure = (2 * covariance + 9e-4) / (variance_x + variance_y + 9e-4)
    return (luminance * structure).mean(), structure.mean()


def halved(image):
    even = np.pad(image, [(0, side % 2) for side in image.shape], mode="edge")
    return even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).mean((1, 3))


def multi_scale(x, y, scales):
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[:scales]
    if scales < 5:
        weights = weights / weights.sum()
    product = 1
    for scale in range(scales):
        whole, structure = similarity(x, y)
        product *= max(whole if scale == scales - 1 else structure, 0) ** weights[scale]
        x, y = halved(x), halved(y)
    return product


def images(shape, scales, inverted=False):
    original = picture(shape, 1)
    image = 1 - original if inverted else (original * 3 + picture(shape, 4)) / 4
    squared = ((image - original) ** 2).mean((1, 2, 3))
    over = lambda of: array([np.mean([of(x, y) for x, y in zip(*pair)]) for pair in zip(image, original)])
    return {
        "shape": list(shape), "inverted": inverted, "scales": scales,
        "squared": array(squared), "absolute": array(np.abs(image - original).mean((1, 2, 3))),
        "peakSignalToNoise": array(-10 * np.log10(squared)),
        "similarity": over(lambda x, y: similarity(x, y)[0]),
        "multiScale": over(lambda x, y: multi_scale(x, y, scales)),
    }


IMAGES = [
    images((2, 3, 28, 28), 2), images((1, 1, 8, 20), 1), images((1, 1, 16, 16), 1, inverted=True),
    images((1, 2, 33, 45), 2), images((1, 1, 161, 176), 5),
]


# Manifolds of features.
def inside(queries, centres, k):
    radii = NearestNeighbors(n_neighbors=k + 1).fit(centres).kneighbors(centres)[0][:, k]
    distances = pairwise_distances(queries, centres)
    assert np.abs(distances - radii).min() > 1e-9, "ties would leave it open who is inside"
    return distances <= radii


def manifold(real, generated, k):
    balls = inside(generated, real, k)
    return {
        "k": k, "real": array(real), "generated": array(generated),
        "precision": rounded(balls.any(1).mean()), "recall": rounded(inside(real, generated, k).any(1).mean()),
        "density": rounded(balls.sum() / (k * len(generated))), "coverage": rounded(balls.any(0).mean()),
    }


MANIFOLDS = [
    manifold(correlated(40, 3, 20), correlated(30, 3, 21) * 0.75 + 0.5, 3),
    manifold(correlated(25, 3, 22), correlated(35, 3, 23) * 1.5 + 1, 5),
]


# Detection, with many ties in the first case.
def detection(positives, negatives):
    truth = np.r_[np.ones(len(positives)), np.zeros(len(negatives))]
    scores = np.r_[positives, negatives]
    alarms, found, thresholds = roc_curve(truth, scores, drop_intermediate=False)
    precisions, recalls, _ = precision_recall_curve(truth, scores)
    wins = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
    variance = wins.mean(1).var(ddof=1) / len(positives) + wins.mean(0).var(ddof=1) / len(negatives)
    # The bootstrap, within either kind, of the library's own average precision.
    draws = np.random.default_rng(0)
    redrawn = lambda kind: draws.choice(kind, len(kind))
    bootstrap = [
        average_precision_score(truth, np.r_[redrawn(positives), redrawn(negatives)]) for _ in range(20_000)]
    return {
        "averagePrecisionError": rounded(np.std(bootstrap, ddof=1)),
        "positives": array(positives), "negatives": array(negatives),
        "falseAlarmRates": array(alarms), "detectionRates": array(found), "thresholds": array(thresholds[1:]),
        "precisions": array(precisions[:-1][::-1]), "recalls": array(recalls[:-1][::-1]),
        "area": rounded(roc_auc_score(truth, scores)), "standardError": rounded(np.sqrt(variance)),
        "averagePrecision": rounded(average_precision_score(truth, scores)),
    }


DETECTION = [
    detection(np.round(drawn([20], 24).numpy() * 2) / 2 + 0.5, np.round(drawn([30], 25).numpy() * 2) / 2),
    detection(drawn([12], 26).numpy() + 1, drawn([40], 27).numpy()),
]

# Neighbourhoods that codes keep.
INPUTS = correlated(40, 5, 28)
PROJECTED = INPUTS @ drawn([5, 2], 29).numpy() + drawn([40, 2], 30).numpy() / 4
NEIGHBOURHOODS = []
for k in (1, 5, 12):
    NEIGHBOURHOODS.append({
        "k": k, "codes": array(PROJECTED), "inputs": array(INPUTS),
        "trustworthiness": rounded(trustworthiness(INPUTS, PROJECTED, n_neighbors=k)),
        "continuity": rounded(trustworthiness(PROJECTED, INPUTS, n_neighbors=k)),
    })


# Linear probes. Of two classes scikit-learn fits one row of weights, which is penalised half as much as two.
def probe(classes, penalty):
    labels = np.arange(90) % classes * 2 + 1
    codes = (drawn([90, 4], 31).numpy() + labels[:, None] * 0.5) * [1, 4, 0.25, 1] + [0, 30, 0, -2]
    model = LogisticRegression(C=(2 if classes == 2 else 1) / penalty, solver="newton-cg", tol=1e-12, max_iter=10_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = make_pipeline(StandardScaler(), model).fit(codes[:60], labels[:60])
    scaler = whole[0]
    weights = model.coef_ if classes > 2 else np.r_[-model.coef_, model.coef_] / 2
    biases = model.intercept_ if classes > 2 else np.r_[-model.intercept_, model.intercept_] / 2
    weights = weights / scaler.scale_
    return {
        "penalty": penalty, "codes": array(codes), "labels": array(labels), "weights": array(weights),
        "biases": array(biases - weights @ scaler.mean_), "accuracy": rounded(whole.score(codes[60:], labels[60:])),
        "crossEntropy": rounded(log_loss(labels[60:], whole.predict_proba(codes[60:]))),
    }


PROBES = [probe(3, 1), probe(3, 0.01), probe(2, 4)]


# Principal components.
def components(rows, others, count):
    model = PCA(count, svd_solver="full").fit(rows)
    codes = model.transform(others)
    return {
        "rows": array(rows), "others": array(others), "mean": array(model.mean_), "components": array(model.components_),
        "variances": array(model.explained_variance_), "explained": array(model.explained_variance_ratio_),
        "codes": array(codes), "rebuilt": array(model.inverse_transform(codes)),
    }


PRINCIPAL = [components(correlated(20, 5, 32) + 10, correlated(6, 5, 33) + 10, 3)]

# Memorisation: a third of the samples are nearly copies.
TRAINING, HELD_OUT, GENERATED = (correlated(count, 3, seed) for count, seed in ((40, 34), (25, 35), (30, 36)))
GENERATED[:10] = TRAINING[5:15] + drawn([10, 3], 37).numpy() / 16
near, beside = (NearestNeighbors(n_neighbors=1).fit(TRAINING).kneighbors(rows) for rows in (GENERATED, HELD_OUT))
sample, other = near[0][:, 0], beside[0][:, 0]
order = np.argsort(sample)[:5]
MEMORISATION = [{
    "training": array(TRAINING), "heldOut": array(HELD_OUT), "generated": array(GENERATED), "quantile": 0.2,
    "nearer": rounded(mannwhitneyu(other, sample).statistic / (len(other) * len(sample))),
    "ratio": rounded(np.median(sample) / np.median(other)), "threshold": rounded(np.quantile(other, 0.2)),
    "copies": rounded((sample <= np.quantile(other, 0.2)).mean()),
    "samples": array(order), "examples": array(near[1][order, 0]), "distances": array(sample[order]),
}]

document("quality.py", {
    "images": IMAGES, "manifolds": MANIFOLDS, "detection": DETECTION, "neighbourhoods": NEIGHBOURHOODS,
    "probes": PROBES, "principal": PRINCIPAL, "memorisation": MEMORISATION,
}, f"NumPy {np.__version__}, SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}")
