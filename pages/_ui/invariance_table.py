"""What encoders ignore and what they notice, operation by operation, encoder beside encoder, as it is measured."""

from collections.abc import Iterator
from functools import partial
from html import escape
from math import isfinite
from typing import Any

import pandas as pd
import streamlit as st

from _ui import background, sidebar
from _ui.choose_many import choose_many
from _ui.recipe_cards import title
from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.invariance import PICTURES, Line, lines
from contrastive.storage import data_dir

BESIDE = ("untrained", "pixels")
MOST = 4
SLIGHT = 0.02

Profiles = dict[str, dict[str, Line]]


def invariances(known: Known, images: ImageDataset, said: str | list[dict[str, Any]]) -> None:
    """The encoder of the sidebar, `untrained`, `pixels` and what the user adds; `said`: the recipe of the page."""
    fixed = [known.name, *(name for name in BESIDE if name != known.name)]
    names = [
        name
        for name in sidebar.encoder_names(images.name)
        if name not in fixed and catalogue.find(name).kind != "vectors"
    ]
    added = choose_many(
        "Set beside it",
        names,
        key="views-beside",
        most=MOST,
        format_func=lambda name: f"{name}: {trained(catalogue.find(name), said)}",
        placeholder="a run trained with this recipe, and one without",
        help="Train two with the buttons below, then add them here.",
    )
    chosen = [known, *map(catalogue.find, [*fixed[1:], *added])]
    background.streamed("views-invariance", partial(_draw, chosen, images, said))


def trained(known: Known, said: str | list[dict[str, Any]]) -> str:
    """How the training of an encoder stands to the recipe `said`, in a few words."""
    if known.config is None:
        return "not trained"
    views = known.config.views
    if views == said:
        return "trained with this recipe"
    if views in ("none", []):
        return "trained without views"
    return f"trained with {views}" if isinstance(views, str) else "trained with a recipe of its own"


def sentences(found: Profiles) -> str:
    """What the first encoder ignores and notices, and how that differs from `untrained`, from the figures alone."""
    name, own = next(iter(found.items()))
    scores = {op: line.score for op, line in own.items() if isfinite(line.score)}
    if not scores:
        return f"**{name} gives all pictures one direction**: nothing moves them, and nothing tells them apart."
    most, least = max(scores, key=scores.__getitem__), min(scores, key=scores.__getitem__)
    text = f"**{name} ignores {title(most).lower()} ({scores[most]:.2f}) "
    text += f"and notices {title(least).lower()} ({scores[least]:.2f}).**"
    before = {} if name == "untrained" else found.get("untrained", {})
    # Farther away than another picture is not more lost than another picture.
    gains = {
        op: max(scores[op], 0.0) - max(line.score, 0.0)
        for op, line in before.items()
        if op in scores and isfinite(line.score)
    }
    if gains:
        up, down = max(gains, key=gains.__getitem__), min(gains, key=gains.__getitem__)
        if gains[up] > SLIGHT:
            text += f" Against an untrained network it overlooks {title(up).lower()} more ({gains[up]:+.2f})"
            if gains[down] < -SLIGHT:
                text += f" and minds {title(down).lower()} more ({gains[down]:+.2f})"
            text += "."
        elif gains[down] < -SLIGHT:
            text += f" Against an untrained network it minds {title(down).lower()} more ({gains[down]:+.2f})."
    return text


def frame(found: Profiles) -> pd.DataFrame:
    """All figures as a table, one row an operation and encoder."""
    rows = [
        {
            "operation": op,
            "encoder": name,
            "score": line.score,
            "cosine": line.cosine,
            "cosine_p10": line.low,
            "cosine_p90": line.high,
            "cosine_of_two_pictures": line.others,
            "own_picture_nearest": line.retrieved,
            "pictures": line.pictures,
        }
        for name, profile in found.items()
        for op, line in profile.items()
    ]
    return pd.DataFrame(rows)


def _draw(chosen: list[Known], images: ImageDataset, said: str | list[dict[str, Any]]) -> bool:
    from contrastive.augment import OPS

    works = {}
    for known in chosen:
        key = f"invariance {known.hash(images)} {images.fingerprint} {data_dir()}"
        works[known.name] = background.work(key, partial(_lines, known, images))
    found: Profiles = {name: {line.op: line for line in work.found} for name, work in works.items()}
    done = all(work.done for work in works.values())
    if not done:
        count, total = sum(map(len, found.values())), len(OPS) * len(found)
        st.progress(count / total, f"Measuring: {count} of {total} operations, {PICTURES} pictures each")
    elif next(iter(found.values())):
        st.markdown(sentences(found))
    if any(found.values()):
        st.html(_table(found, {known.name: trained(known, said) for known in chosen}))
        pictures = next(line.pictures for profile in found.values() for line in profile.values())
        st.caption(
            f"Each operation alone, on all of {pictures} pictures, knobs as declared: 1 is unmoved, 0 is as far away "
            "as another picture on average, below 0 farther still. Beneath: how many views have their own picture as "
            "the nearest of the sample. An operation that no recipe held may be ignored all the same."
        )
    if done:
        st.download_button(
            "Download CSV",
            frame(found).to_csv(index=False),
            f"invariance-{images.name.partition(':')[0]}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    return done


def _lines(known: Known, images: ImageDataset) -> Iterator[Line]:
    return lines(known, images)


def _table(found: Profiles, notes: dict[str, str]) -> str:
    from contrastive.augment import OPS

    def rank(op: str) -> float:
        line = next((profile[op] for profile in found.values() if op in profile), None)
        return -line.score if line and isfinite(line.score) else 9.0

    heads = "".join(
        f'<th scope="col" style="text-align:right;padding:.3rem .5rem;vertical-align:bottom">{escape(name)}'
        f'<div style="font-weight:400;font-size:.75rem;opacity:.75">{escape(notes[name])}</div></th>'
        for name in found
    )
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:400;padding:.2rem .5rem .2rem 0">'
        f"{escape(title(op))}</th>{''.join(_cell(profile.get(op)) for profile in found.values())}</tr>"
        for op in sorted((op for op in OPS if any(op in profile for profile in found.values())), key=rank)
    )
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" aria-label="What each encoder ignores">'
        '<table style="border-collapse:separate;border-spacing:2px;font-size:.9rem">'
        f'<thead><tr><th scope="col" style="text-align:left">Operation</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(line: Line | None) -> str:
    if line is None:
        return '<td style="text-align:right;padding:.2rem .5rem;opacity:.5">waiting</td>'
    if not isfinite(line.score):
        return '<td style="text-align:right;padding:.2rem .5rem" title="All pictures have one direction">none</td>'
    # Light enough, at its strongest, for the text of either theme.
    share = 48 * min(max(line.score, 0.0), 1.0)
    spread = f"Middle 80 % of pictures: {line.relative(line.low):.2f} to {line.relative(line.high):.2f}"
    colour = f"color-mix(in srgb,#0072B2 {share:.0f}%,transparent)"
    return (
        f'<td style="text-align:right;padding:.2rem .5rem;font-variant-numeric:tabular-nums;background:{colour}" '
        f'title="{spread}">{line.score:.2f}'
        f'<div style="font-size:.75rem;opacity:.8">{line.retrieved:.0%} own</div></td>'
    )
