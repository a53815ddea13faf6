"""Precision at k against a slow loop, and for neighbours that are known."""

import json

import numpy as np
import pytest

from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.precision import precision


def test_equals_the_slow_loop() -> None:
    rng = np.random.default_rng(0)
    vectors, codes = rng.normal(size=(40, 6)), rng.integers(-1, 3, 40)
    queries, candidates = np.arange(0, 40, 2), np.arange(5, 40)
    found = precision(vectors, codes, k=4, queries=queries, candidates=candidates)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    hits, chances = [], []
    for q in queries:
        if codes[q] < 0:
            continue
        others = [c for c in candidates if c != q and codes[c] >= 0]
        best = sorted(others, key=lambda c: -(unit[q] @ unit[c]))[:4]
        hits.append(np.mean([codes[c] == codes[q] for c in best]))
        chances.append(np.mean([codes[c] == codes[q] for c in others]))
    assert found.mean == pytest.approx(np.mean(hits))
    assert found.chance == pytest.approx(np.mean(chances))
    assert found.interval[0] <= found.mean <= found.interval[1]
    assert found.queries == len(hits)


def test_too_few_pictures_and_no_labels_are_sentences() -> None:
    rows = np.arange(4)
    with pytest.raises(UserError, match="None of the queries"):
        precision(np.eye(4), np.full(4, -1), queries=rows, candidates=rows)
    with pytest.raises(UserError, match="4 labelled pictures"):
        precision(np.eye(4), np.zeros(4, int), queries=rows, candidates=rows)


def test_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--dataset", "digits", "--size", "16", "--where", "digit=3", "--json"]
    assert main(["precision", "pixels", "untrained", *flags]) == 0
    said = json.loads(capsys.readouterr().out)["results"]
    assert [row["encoder"] for row in said] == ["pixels", "untrained"]
    assert all(row["mean"] > 0.5 > row["chance"] for row in said)
    assert main(["precision", "pixels", "--dataset", "digits", "--where", "digit=x"]) == 2
    assert "'digit=x' chooses nothing" in capsys.readouterr().err
