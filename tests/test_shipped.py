"""What the repository ships is what its cards say, is used without computing, and is small."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
import torch

from contrastive import catalogue, datasets
from contrastive.datasets.atelier.source import SHIPPED
from contrastive.embed import embed, encode
from contrastive.evaluate import knn, linear_probe
from contrastive.storage import ROOT, pretrained_dir

MAPPED = ["atelier-tiny", "digits-tiny"]
NAMES = ["art-small", *MAPPED]


def test_the_encoders_are_there_and_suit_their_data() -> None:
    assert [known.name for known in catalogue.shipped()] == NAMES
    assert catalogue.default_for("atelier") == "atelier-tiny"
    assert catalogue.default_for("folder:anything") == catalogue.default_for("museum:query=monet") == "art-small"
    assert catalogue.default_for("digits") == catalogue.default_for("mnist:somewhere") == "digits-tiny"


def test_everything_shipped_is_small() -> None:
    folders = [SHIPPED.parent, pretrained_dir()]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    # Style networks have a limit of their own, in tests/style; so has the largest encoder.
    art = pretrained_dir() / "art-small" / "encoder.safetensors"
    total = sum(path.stat().st_size for path in files if path.name != "style.safetensors" and path != art)
    assert total < 10 * 2**20
    assert art.stat().st_size < 10_000_000
    bundle = SHIPPED.stat().st_size + sum(
        p.stat().st_size for p in (pretrained_dir() / "atelier-tiny").rglob("*.npy")
    )
    assert bundle < 8 * 2**20, "a thousand paintings with their embeddings"


@pytest.mark.parametrize("name", NAMES)
def test_the_card_is_true(name: str) -> None:
    known = catalogue.find(name)
    card, weights = known.card, known.path / "encoder.safetensors"
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == card["sha256"]
    assert card["command"].startswith("python -m contrastive train --dataset")
    assert {"config", "seed", "trained_on", "measured_on"} <= card.keys()
    images = datasets.load(card["dataset"])
    assert images.fingerprint == card["measured_on"]["fingerprint"]

    vectors = np.asarray(embed(known, images))
    some = np.arange(0, len(images), 50)
    again = encode(known.load(images), torch.from_numpy(images.pixels[some]))
    np.testing.assert_allclose(vectors[some], again, atol=1e-3, rtol=1e-3)

    train, test, labels = images.rows("train"), images.rows("test"), images.codes()
    for probe, grade in (("linear", linear_probe), ("knn", knn)):
        report = grade(vectors[train], labels[train], vectors[test], labels[test], images.classes)
        assert report.accuracy == pytest.approx(card["accuracy"][probe], abs=0.02)

    untrained = np.asarray(embed("untrained", images))
    for probe, grade in (("linear", linear_probe), ("knn", knn)):
        report = grade(untrained[train], labels[train], untrained[test], labels[test], images.classes)
        assert card["accuracy"][probe] > report.accuracy, "training was worth it"
    assert card["accuracy"]["linear"] < 0.99 or name == "digits-tiny", "the atelier's probe does not saturate"


@pytest.mark.parametrize("name", MAPPED)
def test_embedding_and_maps_need_no_computation(name: str) -> None:
    code = (
        "import sys; from contrastive import catalogue, datasets, maps; from contrastive.embed import embed;"
        f"known = catalogue.find({name!r}); images = datasets.load(known.card['dataset']);"
        "vectors = embed(known, images);"
        "names = [catalogue.map_name(known, images, m, 2, 0, {n: k.default for n, k in maps.KNOBS[m].items()})"
        " for m in maps.KNOBS];"
        "found = [(known.path / 'maps' / name).is_file() for name in names];"
        "print(len(vectors), found, [m for m in ('torch', 'umap', 'openTSNE', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    count, rest = done.stdout.split(maxsplit=1)
    assert int(count) >= 1000
    assert rest.strip() == "[True, True, True] []"
