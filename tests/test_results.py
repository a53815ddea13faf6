"""A table of docs/results.md is made again: the short cuts of views that need no style network, to the last digit."""

import re

import pytest

from contrastive import datasets
from contrastive.augment import recipe
from contrastive.shortcuts import CUES, shortcuts
from contrastive.storage import ROOT

RESULTS = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
VIEWS = {
    "`simclr-artdl` (classic)": "simclr-artdl",
    "crops and mirror alone": [{"op": "crop", "area": [0.3, 1.0]}, {"op": "flip"}],
}


@pytest.mark.parametrize("row", VIEWS)
def test_the_smallest_table_is_what_the_program_prints(row: str) -> None:
    images = datasets.load("atelier", size=64).images
    found = [answer.found for answer in shortcuts(images, recipe(VIEWS[row], size=64))]
    [said] = [line for line in RESULTS.splitlines() if line.startswith(f"| {row} |")]
    written = [float(cell) for cell in re.findall(r"(?<![\w.])\.\d{3}", said)]
    assert len(written) == len(CUES)
    assert written == [pytest.approx(value, abs=0.0041) for value in found], "within one picture of 256"
