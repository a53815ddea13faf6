"""What the report reads: which labels, with which probe, on which split, before or after the head."""

from dataclasses import dataclass

import streamlit as st

from _ui import address
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.embed import projects
from contrastive.evaluate.spec import FUNCTIONS

WORDS = {
    "linear": "linear",
    "sgd": "step by step",
    "knn": "neighbours",
    "kmeans": "k-means",
    "finetune": "fine-tuned",
}
SPLITS = {"test": "test", "val": "validation", "train": "train"}
MEANT = (
    "Linear: logistic regression. Step by step: the same cuts, found by gradient descent. Neighbours: a vote of the "
    "20 nearest. k-means: clusters named afterwards. Fine-tuned: a copy of the encoder goes on learning with labels."
)


@dataclass(frozen=True)
class Choice:
    """One report: its label column, probe and split, and whether projections are read instead of vectors."""

    column: str
    probe: str
    split: str
    after_head: bool


def choose(images: ImageDataset, known: Known) -> Choice:
    """The controls above the report; their values stand in the address."""
    columns = [images.target, *(name for name in images.label_columns if name != images.target)]
    # Vectors made elsewhere have no network that could go on learning; pixels have no weights.
    tunes = known.kind != "vectors" and known.name != "pixels"
    probes = {name: WORDS.get(name, name) for name in FUNCTIONS if name != "finetune" or tunes}
    splits = {name: word for name, word in SPLITS.items() if len(images.rows(name))}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = columns[0]
        if len(columns) > 1:
            column = address.choice("Labels", dict(zip(columns, columns, strict=True)), key="report-column")
        probe = address.choice("Probe", probes, key="probe", help=MEANT)
        split = address.choice(
            "Read on",
            splits,
            key="report-split",
            help="Test pictures were kept from the probe. Train tells how much it has memorised.",
        )
        after_head = False
        if projects(known) and probe != "finetune":
            after_head = (
                address.choice(
                    "Vectors",
                    {"before": "before the head", "after": "after the head"},
                    key="report-head",
                    help="Training looks at what a projection head makes of the vectors; afterwards it is left off. "
                    "What it has thrown away can still be read before it.",
                )
                == "after"
            )
    return Choice(column, probe, split, after_head)
