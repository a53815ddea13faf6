"""Style invariance: what does not move scores one, what has collapsed scores by chance, and it is kept on disk."""

import json
from pathlib import Path

import numpy as np
import pytest

from contrastive import catalogue, datasets, style_invariance
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.evaluate import examine
from contrastive.style_invariance import held_out, kept, likeness, measured, others

RNG = np.random.default_rng(0)


def test_unmoved_vectors_score_one_and_exchanged_ones_nothing() -> None:
    h = RNG.random((40, 8)).astype(np.float32)
    cosines, hits = likeness(h, h)
    assert cosines == pytest.approx(np.ones(40), abs=1e-5)
    assert hits == pytest.approx(np.ones(40))
    centred = h - h.mean(0)
    cosines, hits = likeness(h, np.roll(h, 1, 0))
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    assert cosines == pytest.approx((unit * np.roll(unit, 1, 0)).sum(1), abs=1e-5)
    assert hits.sum() == 0


def test_a_collapsed_encoder_retrieves_by_chance() -> None:
    h = np.tile(RNG.random((1, 8)).astype(np.float32), (20, 1))
    for views in (h, h * (1 + 1e-7)):
        cosines, hits = likeness(h, views)
        assert cosines.mean() == 0
        assert hits.mean() == pytest.approx(1 / 20)
    with pytest.raises(UserError, match="not numbers"):
        likeness(h, h * np.nan)


def test_partners_have_another_style_where_there_is_one() -> None:
    labels = np.array([0, 0, 1, 1, 2, 0, 1, 2] * 5)
    chosen = others(labels, seed=0)
    assert (labels[chosen] != labels).all()
    assert np.array_equal(chosen, others(labels, seed=0))
    for labels in (np.full(30, -1), np.zeros(30, dtype=int)):
        chosen = others(labels, seed=1)
        assert (chosen != np.arange(30)).all()
        assert len(np.unique(chosen)) > 10


def test_held_out_are_test_pictures_or_evenly_spread() -> None:
    images = datasets.load("digits")
    rows = held_out(images, 30, 0)
    assert len(np.unique(rows)) == 30
    assert set(rows) <= set(images.rows("test"))
    train = images.split("train")
    assert held_out(train, 4, 0).tolist() == [i * len(train) // 4 for i in range(4)]
    assert len(held_out(images.subset([0, 1, 2]), 200, 0)) <= 3
    with pytest.raises(UserError, match="at least two pictures"):
        held_out(images.subset([0]), 200, 0)


def test_it_measures_reads_both_labels_and_keeps_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    images, known = datasets.load("atelier"), catalogue.find("pixels")
    images = images.subset(np.sort(np.concatenate([images.rows("train")[::5], images.rows("test")[::5]])))
    assert kept(known, images, pictures=16) is None
    told: list[tuple[int, int]] = []
    found = measured(known, images, pictures=16, progress=lambda *said: told.append(said))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert (found.content_column, found.style_column, found.pictures) == ("subject", "style", 16)
    assert found.cosine_interval[0] <= found.cosine <= found.cosine_interval[1]
    assert found.retrieval_interval[0] <= found.retrieval <= found.retrieval_interval[1]
    for column, share in (("subject", found.content), ("style", found.style)):
        report = examine(known, "linear", images.split("train"), images.split("test"), column=column)
        assert share == report.accuracy
    assert kept(known, images, pictures=16) == found
    monkeypatch.setattr(style_invariance, "likeness", lambda *_: pytest.fail("it was kept"))
    assert measured(known, images, pictures=16) == found
    assert kept(known, images, pictures=16, network="light-adaconv") is None
    assert kept(known, images, pictures=16, seed=1) is None


def test_a_stopped_measurement_keeps_nothing() -> None:
    images, known = datasets.load("digits"), catalogue.find("pixels")

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(known, images, pictures=8, progress=stop)
    assert kept(known, images, pictures=8) is None


def test_vectors_made_elsewhere_cannot_be_measured(tmp_path: Path) -> None:
    from contrastive import vectors

    images = datasets.load("digits")
    np.save(tmp_path / "v.npy", RNG.random((len(images), 4)).astype(np.float32))
    images.table[["id"]].to_csv(tmp_path / "v.csv", index=False)
    vectors.add("brought", images, vectors.read(tmp_path / "v.npy", tmp_path / "v.csv"), data="digits")
    with pytest.raises(UserError, match="made elsewhere"):
        measured(catalogue.find("brought"), images)
    vectors.remove("brought")


def test_the_verb_prints_a_row_an_encoder(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["style-report", "pixels", "untrained", "--dataset", "digits", "--pictures", "8"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "| `pixels` |" in said
    assert "| `untrained` |" in said
    assert main([*arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["encoders"]
    assert [row["encoder"] for row in rows] == ["pixels", "untrained"]
    assert rows[0]["content"] is rows[0]["style"] is None, "digits have neither column"
    assert main([*arguments, "--network", "nothing"]) == 2
    assert main(["style-report", "nobody"]) == 2
