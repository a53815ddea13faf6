"""How little a style moves each encoder's vectors, beside what can be read from them: a table, as it is measured."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from _ui import background
from contrastive import catalogue, style_invariance
from contrastive.catalogue import BASELINES, Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.storage import data_dir
from contrastive.style_invariance import StyleInvariance

MOST_RUNS = 8
HEADS = ("Encoder", "Invariance", "Own picture", "Content", "Style")
Found = StyleInvariance | UserError
_shares: dict[str, float] = {}
"""How far each measurement is, 0 to 1, by the name of its work."""


def score(known: Known, images: ImageDataset) -> None:
    """The table for the encoder of the sidebar, what is shipped, the baselines and the runs on this data set."""
    background.streamed("style-score", partial(_draw, compared(known, images), images))


def compared(known: Known, images: ImageDataset) -> list[Known]:
    """The encoders with a network that are held against each other, the one of the sidebar first."""
    trained = [run.id for run in Run.all() if run.config.dataset == images.name][:MOST_RUNS]
    trained = [name for name in trained if (Run.open(name).path / "encoder.safetensors").is_file()]
    suits = images.name.partition(":")[0]
    shipped = catalogue.shipped()
    fitting = [each for each in shipped if suits in each.card.get("suits", [])] or shipped
    names = dict.fromkeys([known.name, *(each.name for each in fitting), *trained, *BASELINES])
    return [each for each in map(catalogue.find, names) if each.kind != "vectors"]


def sentence(found: list[StyleInvariance]) -> str:
    """Who knows its pictures again, and what else can be read from its vectors, from the figures alone."""
    best = max(found, key=lambda each: each.cosine)
    said = f"**{best.encoder} is moved least by a style ({best.cosine:.2f})**"
    if best.content is None:
        return f"{said}; without labels nobody can say whether it tells pictures apart at all."
    richest = max((each for each in found if each.content is not None), key=lambda each: each.content or 0.0)
    if richest is best:
        return f"{said}, and most can be read from it, too: {best.content_column} {best.content:.2f}."
    return (
        f"{said}, with {best.content_column} read from it at {best.content:.2f}; most is read from "
        f"{richest.encoder} ({richest.content:.2f}), which a style moves more ({richest.cosine:.2f})."
    )


def frame(found: list[StyleInvariance]) -> pd.DataFrame:
    """All figures as a table, one row an encoder."""
    rows = []
    for each in found:
        row = asdict(each)
        for name in ("cosine", "retrieval"):
            row[f"{name}_low"], row[f"{name}_high"] = row.pop(f"{name}_interval")
        rows.append(row)
    return pd.DataFrame(rows)


def _draw(chosen: list[Known], images: ImageDataset) -> bool:
    works = {each.name: _look(each, images) for each in chosen}
    done = all(each is not None for each in works.values())
    if not done:
        shares = [1.0 if works[each.name] else _shares.get(_key(each, images), 0.0) for each in chosen]
        ready = sum(each is not None for each in works.values())
        st.progress(sum(shares) / len(shares), f"Measuring: {ready} of {len(works)} encoders")
    measured = [each for each in works.values() if isinstance(each, StyleInvariance)]
    if done and measured:
        st.markdown(sentence(measured))
    if any(works.values()):
        st.html(_table(works, measured[0] if measured else None))
    if measured:
        st.caption(
            f"{measured[0].pictures} pictures that training held back, where the set has a test split, each painted "
            f"in the style of another one by {style_invariance.NETWORK} at alpha 1. Invariance: mean cosine of the "
            "restyled picture and its original, the mean picture taken away; 1 is unmoved, 0 as unlike as two "
            "pictures are. Own picture: how often the original is the nearest of all. Beneath: 95 % intervals. The "
            "other columns: what a linear probe reads from the vectors, test accuracy."
        )
    if done and measured:
        st.download_button(
            "Download CSV",
            frame(measured).to_csv(index=False),
            f"style-invariance-{images.name.partition(':')[0]}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    return done


def _key(known: Known, images: ImageDataset) -> str:
    return f"style-invariance {known.hash(images)} {images.fingerprint} {data_dir()}"


def _look(known: Known, images: ImageDataset) -> Found | None:
    """What is known by now of an encoder; the measuring goes on in the background until there is something."""
    try:
        if (found := style_invariance.kept(known, images)) is not None:
            return found
        key = _key(known, images)
    except UserError as error:
        return error
    work = background.work(key, partial(_measure, key, known, images))
    return work.found[0] if work.found else None


def _measure(key: str, known: Known, images: ImageDataset) -> Iterator[Found]:
    def report(done: int, total: int) -> None:
        _shares[key] = done / max(total, 1)

    try:
        yield style_invariance.measured(known, images, progress=report)
    except UserError as error:
        yield error
    finally:
        _shares.pop(key, None)


def _table(works: dict[str, Found | None], first: StyleInvariance | None) -> str:
    heads = list(HEADS)
    if first is not None:
        heads[3:] = [first.content_column or HEADS[3], first.style_column or HEADS[4]]
    cell = "padding:.3rem .6rem;text-align:right;vertical-align:top"
    head = "".join(
        f'<th scope="col" style="{cell};{"text-align:left" if i == 0 else ""}">{escape(name.capitalize())}</th>'
        for i, name in enumerate(heads)
    )
    rows = "".join(
        f'<tr><th scope="row" style="{cell};text-align:left;font-weight:400">{escape(name)}</th>'
        f"{_cells(found, cell)}</tr>"
        for name, found in sorted(works.items(), key=lambda item: _rank(item[1]))
    )
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" aria-label="Style invariance of each encoder">'
        '<table style="border-collapse:separate;border-spacing:2px;font-size:.9rem;'
        'font-variant-numeric:tabular-nums">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rank(found: Found | None) -> float:
    return -found.cosine if isinstance(found, StyleInvariance) else 9.0


def _cells(found: Found | None, style: str) -> str:
    if not isinstance(found, StyleInvariance):
        words = "waiting" if found is None else found.message
        return f'<td colspan="4" style="{style};text-align:left;opacity:.7">{escape(words)}</td>'

    def bounded(value: float, interval: tuple[float, float]) -> str:
        # Light enough, at its strongest, for the text of either theme.
        colour = f"color-mix(in srgb,#0072B2 {48 * min(max(value, 0.0), 1.0):.0f}%,transparent)"
        return (
            f'<td style="{style};background:{colour}">{value:.2f}'
            f'<div style="font-size:.75rem;opacity:.8">{interval[0]:.2f} to {interval[1]:.2f}</div></td>'
        )

    def plain(value: float | None) -> str:
        return f'<td style="{style}">{"no labels" if value is None else f"{value:.2f}"}</td>'

    return (
        bounded(found.cosine, found.cosine_interval)
        + bounded(found.retrieval, found.retrieval_interval)
        + plain(found.content)
        + plain(found.style)
    )
