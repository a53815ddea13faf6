"""What was understood of pictures that are about to be added, before anything of them is stored."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from _ui.data_url import data_url
from _ui.views import for_screen
from contrastive.counted import counted
from contrastive.datasets.decode import Decoded
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError

TRIED, SHOWN = 64, 8


@dataclass
class Sample:
    """A few pictures of a scan, read: pixels to show, sizes of the originals, and what could not be read."""

    tried: int = 0
    pixels: list[np.ndarray] = field(default_factory=list)
    sides: list[tuple[int, int]] = field(default_factory=list)
    unreadable: list[dict[str, str]] = field(default_factory=list)


def sample(scan: Scan) -> Sample:
    """Read up to 64 pictures, evenly spread over the set."""
    found = Sample(unreadable=list(scan.refused))
    for row in np.unique(np.linspace(0, len(scan.table) - 1, TRIED).astype(int)):
        found.tried += 1
        try:
            answer = scan.read(int(row))
        except UserError as error:
            found.unreadable.append({"id": str(scan.table["id"].iloc[row]), "reason": error.message})
            continue
        if isinstance(answer, Decoded):
            found.sides.append((answer.width, answer.height))
            answer = answer.pixels
        found.pixels.append(answer)
    return found


def preview(scan: Scan, read: Sample) -> None:
    """Say what was understood, show a few pictures, and list what will be left out.

    Errors: UserError if none of them can be read.
    """
    if read.tried == len(scan.table) and not read.pixels:
        raise UserError("None of these files is a picture that can be read.", read.unreadable[0]["reason"])
    st.markdown("Understood: " + "; ".join(_facts(scan, read)) + ".")
    if read.pixels:
        step = max(1, len(read.pixels) // SHOWN)
        with st.container(horizontal=True, gap="small"):
            for number, pixels in enumerate(read.pixels[::step][:SHOWN], 1):
                st.image(data_url(for_screen(pixels)), width=96, alt=f"Picture {number} of the preview")
    if read.unreadable:
        every = read.tried == len(scan.table)
        st.markdown(
            f":material/warning: {counted(len(read.unreadable), 'file')} will be left out"
            + ("." if every else f", going by {read.tried} that were tried; the rest is read when you keep it.")
        )
        st.dataframe(read.unreadable, hide_index=True, alt="Files that will be left out, with reasons")


def _facts(scan: Scan, read: Sample) -> list[str]:
    facts = [f"{counted(len(scan.table), 'picture')}, kept at {scan.size} px"]
    if read.sides:
        width, height = np.array(read.sides).T
        facts[0] += (
            f" (originals {width.min():,} to {width.max():,} px wide, {height.min():,} to {height.max():,} high)"
        )
    for column in scan.label_columns:
        counts: Any = scan.table[column].value_counts()
        names = ", ".join(f"{name} {n:,}" for name, n in counts.head(6).items()) + (" ..." if len(counts) > 6 else "")
        facts.append(f"{len(counts)} values of *{column}*: {names}")
        if len(counts) == 1:
            facts.append(f"a single {column} has nothing to tell apart, so it gives no reports")
    if not scan.label_columns:
        facts.append("no labels")
    if "split" in scan.table.columns:
        counts = scan.table["split"].value_counts()
        facts.append("splits " + ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    else:
        facts.append("no splits, so a fifth of every class is kept for testing")
    return facts
