"""A data set thinned until one class is most of it: accuracy that is nothing, and macro-F1 that says so."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.datasets.atelier.plan import ARTDL_COUNTS

from ._subject import place


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """Accuracy and macro-F1 of three readers of the labels on a thinned test set."""
    even = st.toggle("All classes as frequent as they were", key=f"{key}-even")
    pixels = catalogue.find("pixels")
    found = {
        "raw pixels, 20 neighbours": scores(images, pixels, "knn", even),
        f"{known.name}, 20 neighbours": scores(images, known, "knn", even),
        f"{known.name}, linear probe": scores(images, known, "linear", even),
    }
    first = next(iter(found.values()))
    bars = {f"always {first['majority']}": (first["baseline"], first["constant_f1"])}
    bars |= {name: (said["accuracy"], said["macro_f1"]) for name, said in found.items()}
    figure = go.Figure()
    for place_, (name, colour) in enumerate((("accuracy", 0), ("macro-F1", 1))):
        values = [pair[place_] for pair in bars.values()]
        figure.add_bar(
            y=list(bars),
            x=values,
            name=name,
            orientation="h",
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": figures.SEQUENCE[colour], "pattern": {"shape": "/" if place_ else ""}},
            hovertemplate=f"%{{y}}: {name} %{{x:.3f}}<extra></extra>",
        )
    figure.add_vline(x=first["baseline"], line={"color": "#8a8276", "width": 1, "dash": "dot"})
    figure.update_xaxes(range=[0, 1.08], tickformat=".1f", showgrid=False)
    figure.update_yaxes(autorange="reversed")
    spoken = "; ".join(f"{name}: accuracy {a:.2f}, macro-F1 {f:.2f}" for name, (a, f) in bars.items())
    figures.show(figure, key=f"{key}-bars", height=330, alt=spoken)
    st.markdown(
        f"**Always answering *{first['majority']}* is right for {first['baseline']:.0%} of the pictures and has a "
        f"macro-F1 of {first['constant_f1']:.2f}.** The dotted line is that accuracy: what does not pass it has "
        f"learned nothing that accuracy can show. {first['train']:,} pictures were learned from, "
        f"{first['test']:,} were read."
    )
    thinned = scores(images, pixels, "knn", False)
    return {
        "baseline": f"{thinned['baseline']:.2f}",
        "constant_f1": f"{thinned['constant_f1']:.2f}",
        "pixels": f"{thinned['accuracy']:.2f}",
        "pixels_f1": f"{thinned['macro_f1']:.2f}",
        "encoder": f"{scores(images, known, 'linear', False)['accuracy']:.2f}",
        "encoder_f1": f"{scores(images, known, 'linear', False)['macro_f1']:.2f}",
    }


def thinned(codes: np.ndarray, classes: int) -> np.ndarray:
    """Places of `codes` (n,) that are kept: all of the most frequent class, and of the k-th next as in ArtDL.

    The shares are the class counts of the ArtDL validation set (Milani and Fraternali 2021, arXiv:2010.11697); at
    least one picture of a class is kept.
    """
    counts = np.bincount(codes[codes >= 0], minlength=classes)
    ranks = np.argsort(-counts, kind="stable")
    kept = []
    for rank, code in enumerate(ranks):
        most = counts[ranks[0]] * ARTDL_COUNTS[min(rank, len(ARTDL_COUNTS) - 1)] / ARTDL_COUNTS[0]
        kept.append(np.flatnonzero(codes == code)[: max(1, round(most))])
    return np.sort(np.concatenate(kept))


def scores(images: ImageDataset, known: Known, probe: str, even: bool) -> dict:
    """What a probe reads of a thinned data set; `even`: of the whole one."""
    return _scores(place(images, known), probe, even, loading.vectors(known, images), images)


@st.cache_data(max_entries=32, show_spinner="Reading labels")
def _scores(key: str, probe: str, even: bool, _vectors: np.ndarray, _images: ImageDataset) -> dict:
    from contrastive.evaluate import Probe

    codes, classes = _images.codes(), _images.classes
    # All that is held out: thinned, the test pictures alone would be few.
    held = np.sort(np.concatenate([_images.rows("val"), _images.rows("test")]))
    train, test = (
        rows if even else rows[thinned(codes[rows], len(classes))]
        for rows in (some[codes[some] >= 0] for some in (_images.rows("train"), held))
    )
    report = Probe.read(probe)(_vectors[train], codes[train], _vectors[test], codes[test], classes)
    share = report.majority_baseline
    return {
        "accuracy": report.accuracy,
        "macro_f1": report.macro_f1,
        "baseline": share,
        "majority": report.majority_class,
        # Of the answered class precision is its share and recall 1; of all others F1 is 0.
        "constant_f1": 2 * share / (1 + share) / len(np.unique(codes[test])),
        "train": len(train),
        "test": len(test),
    }
