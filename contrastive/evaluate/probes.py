"""Probes: simple classifiers on frozen embeddings."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np

from contrastive.errors import UserError
from contrastive.evaluate.grading import grade, grade_scores
from contrastive.evaluate.inputs import Count, Positive, Seed, classes_of, labelled, split, standardise
from contrastive.evaluate.report import Report
from contrastive.neighbours import Index, tally, unit_rows


def linear_probe(
    train_vectors: np.ndarray,
    train_labels: np.ndarray,
    test_vectors: np.ndarray,
    test_labels: np.ndarray,
    classes: Sequence[str],
    *,
    scale: bool = True,
    sampler: Literal["none", "weighted"] = "none",
    seed: Seed = 0,
    max_iter: Count = 1000,
) -> Report:
    """Logistic regression on the embeddings: can the classes be told apart by straight cuts?

    Features are standardised by the training images unless `scale` is false, as in study A; scikit-learn's default
    L2 penalty (C = 1). With `sampler` "weighted" an image counts the more the rarer its class, so that all classes
    weigh alike: what a weighted sampler comes to where nothing is drawn.
    Shape: vectors (n, d) and (m, d), labels (n,) and (m,), -1 = unlabelled. Confidence is the probability of
    the answer. Stopping at `max_iter` is said in the note. Errors: UserError for too few labels or classes,
    NaN, or unequal widths. Source: Alain and Bengio 2016, arXiv:1610.01644.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    train, known, test, asked = split(train_vectors, train_labels, test_vectors, test_labels, len(classes))
    if scale:
        train, test = standardise(train, test)
    model = LogisticRegression(
        max_iter=max_iter, random_state=seed, class_weight="balanced" if sampler == "weighted" else None
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(train, known)
    note = ""
    if model.n_iter_.max() >= max_iter:
        note = f"The linear probe stopped after {max_iter} iterations before it had converged."
    scores = np.full((len(test), len(classes)), -np.inf)
    scores[:, model.classes_] = model.predict_proba(test)
    return grade_scores("linear", classes, known, asked, scores, note=note, seed=seed)


def knn(
    train_vectors: np.ndarray,
    train_labels: np.ndarray,
    test_vectors: np.ndarray,
    test_labels: np.ndarray,
    classes: Sequence[str],
    *,
    k: Count = 20,
    metric: Literal["cosine", "euclidean"] = "cosine",
    temperature: Positive | None = None,
) -> Report:
    """The nearest training images vote: do images of one class lie together?

    With the cosine metric a vote weighs exp(similarity / temperature), the temperature being 0.1 unless told; with
    the Euclidean one exp(-distance / temperature), and unless told every vote counts alike, as in study A
    (temperature inf). `k` is clipped to the labelled training images. Shape: vectors (n, d) and (m, d), labels
    (n,) and (m,), -1 = unlabelled. Confidence is the share of the vote that the answer got. Source: InstDisc,
    arXiv:1805.01978, section 3.4. Errors: UserError as for `linear_probe`, and for k below 1 or a temperature that
    is not positive.
    """
    train, known, test, asked = split(train_vectors, train_labels, test_vectors, test_labels, len(classes))
    if metric == "cosine":
        nearness, indices = Index(train, approximate=False).search(test, k)
    else:
        nearness, indices = _nearest(train, test, k)
    if temperature is None:
        temperature = 0.1 if metric == "cosine" else np.inf
    scores = tally(known, indices, nearness, len(classes), temperature=temperature)
    predicted, confidence = scores.argmax(axis=1), scores.max(axis=1)
    scores[:, np.setdiff1d(np.arange(len(classes)), known)] = -np.inf
    return grade("knn", classes, known, asked, predicted, scores=scores, confidence=confidence)


def _nearest(train: np.ndarray, test: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Minus the Euclidean distance and the row numbers of the k nearest of train (n, d): both (m, k)."""
    from sklearn.neighbors import NearestNeighbors

    if k < 1:
        raise UserError(f"Asked for {k} neighbours.", "Ask for at least one.")
    distances, indices = (
        NearestNeighbors(n_neighbors=min(k, len(train)), algorithm="brute").fit(train).kneighbors(test)
    )
    return -distances, indices


def kmeans_accuracy(
    vectors: np.ndarray, labels: np.ndarray, classes: Sequence[str], *, seed: Seed = 0, restarts: Count = 10
) -> Report:
    """k-means finds as many groups as there are classes, then groups get the names that fit best.

    Do the classes form clusters of their own, without a label being shown? Vectors are brought to unit length
    (spherical distances, as everywhere in this program); labels only choose the one-to-one naming of the
    clusters, by Hungarian matching. Shape: vectors (n, d), labels (n,), -1 = unlabelled: not clustered, but
    assigned. The same images serve as training and test. Confidence is empty. Source: Kuhn 1955,
    doi:10.1002/nav.3800020109. Errors: UserError for too few labels or classes, or NaN; `restarts` below 1.
    """
    from scipy.optimize import linear_sum_assignment
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    if restarts < 1:
        raise UserError(f"k-means cannot run {restarts} times.", "Use at least one restart.")
    directions = unit_rows(vectors)
    truth = classes_of(labels, len(directions), len(classes))
    labelled(directions, truth, which="given")
    present = np.unique(truth[truth >= 0])
    model = KMeans(len(present), n_init=restarts, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        clusters = model.fit_predict(directions[truth >= 0])
    note = ""
    if len(np.unique(clusters)) < len(present):
        note = f"Only {len(np.unique(clusters))} distinct groups were found for {len(present)} classes."
    agreement = np.zeros((len(present), len(present)), dtype=np.int64)  # [cluster][class]
    np.add.at(agreement, (clusters, np.searchsorted(present, truth[truth >= 0])), 1)
    _, named = linear_sum_assignment(agreement, maximize=True)
    predicted = present[named[model.predict(directions)]]
    return grade("kmeans", classes, truth, truth, predicted, note=note, seed=seed)
