"""What answers: neighbours of a query under one encoder, in words and figures."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from _ui import loading
from _ui.near.query import Query
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.neighbours import Index, tally, towards, unlike_below, votes

OTHER, TEST = "other classes only", "test pictures only"


@dataclass(frozen=True)
class Answer:
    """Neighbours in order: scores (k,) and rows (k,) of the set; `best`: the top similarity without any filter."""

    scores: np.ndarray
    rows: np.ndarray
    best: float
    index: Index


def answer(
    known: Known,
    images: ImageDataset,
    asked: list[Query],
    examples: tuple[list[int], list[int]],
    k: int,
    only: list[str],
) -> Answer:
    """Search with one query, or with several and examples of the set as one direction.

    Raises UserError for vectors made elsewhere that are asked about a new picture.
    """
    vectors = loading.vectors(known, images)
    key = f"{known.hash(images)} {images.fingerprint}"
    with st.spinner("Making the index", show_time=True):
        index = loading.index(key, vectors)
    more, less = examples
    likes = np.stack([query.vector(known, images) for query in asked] + [np.asarray(vectors[row]) for row in more])
    dislikes = np.asarray(vectors)[less] if less else None
    direction = likes if len(likes) == 1 and dislikes is None else towards(likes, dislikes)

    own = asked[0].row if len(asked) == 1 else None
    used = {*more, *less} | ({own} if own is not None else set())
    plain = np.array([own if own is not None else -1])
    top = index.search(direction, 1, exclude=plain)[0]
    among = allowed(images, own, only, used)
    if among is None:
        scores, rows = index.search(direction, k, exclude=plain)
    else:
        scores, rows = index.search(direction, k, among=among)
    return Answer(scores[0], rows[0], float(top[0, 0]) if top.size else 1.0, index)


def allowed(images: ImageDataset, own: int | None, only: list[str], used: set[int]) -> np.ndarray | None:
    """(n,) which pictures may answer; None for all but the one that is asked about."""
    if not only and len(used) <= 1:
        return None
    among = np.ones(len(images), bool)
    among[list(used)] = False
    if TEST in only:
        among &= (images.table["split"] == "test").to_numpy()
    if OTHER in only and own is not None:
        codes = images.codes()
        among &= codes != codes[own] if codes[own] >= 0 else True
    return among


@st.cache_data(max_entries=32, show_spinner=False)
def unlike(key: str, _index: Index) -> float:
    """Similarity below which a picture is unlike anything in the set; `key` names encoder and data."""
    return unlike_below(_index)


def vote_sentence(known: Known, images: ImageDataset, found: Answer, own: int | None) -> str:
    """Who the neighbours are, and what they vote for, in one or two sentences; empty without labels."""
    codes, rows = images.codes(), found.rows
    if not len(rows) or not (codes[rows] >= 0).any():
        return ""
    winner = int(votes(codes, rows[None], found.scores[None])[0][0])
    untold = " The encoder was never told so." if known.saw_labels is False else ""
    name, count = images.classes[winner], len(rows)
    truth = int(codes[own]) if own is not None else -1
    if truth < 0:
        said = f"**{(codes[rows] == winner).sum()} of {count} neighbours are *{name}*.**{untold}"
    elif truth == winner:
        said = f"**{(codes[rows] == truth).sum()} of {count} neighbours are *{name}*, as it is.**{untold}"
    else:
        same = (codes[rows] == truth).sum()
        said = f"**{same} of {count} neighbours are *{images.classes[truth]}*, as it is.** More vote for *{name}*."
    shares = tally(codes, rows[None], found.scores[None], len(images.classes))[0]
    first = np.argsort(-shares, kind="stable")[:3]
    spoken = ", ".join(f"*{images.classes[c]}* {shares[c]:.0%}" for c in first if shares[c] >= 0.005)
    return f"{said} Near ones count for more in the vote: {spoken}."


def moves(first: np.ndarray, second: np.ndarray) -> list[str]:
    """How the ranks of `second` differ from `first`: "same rank", "3 up", "2 down", or "new" for each."""
    place = {int(row): rank for rank, row in enumerate(first)}
    notes = []
    for rank, row in enumerate(second):
        change = place[int(row)] - rank if int(row) in place else None
        if change is None:
            notes.append("new")
        else:
            notes.append("=" if change == 0 else f"\u2191 {change}" if change > 0 else f"\u2193 {-change}")
    return notes
