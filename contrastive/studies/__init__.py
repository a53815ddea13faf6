"""Studies: grids of runs with a question, and the published figures to hold against ours.

`load(name)` reads NAME.yaml, `cells` lists its runs, `carry_out` trains and measures them, `results` puts ours beside
theirs. To add one: write a YAML file here; `study.py` says what it may hold.
"""

from contrastive.studies.carry_out import carry_out, failures, outcome
from contrastive.studies.results import Row, results, seconds_left
from contrastive.studies.study import Cell, Choice, Study, cells, data_sets, load, names

__all__ = [
    "Cell",
    "Choice",
    "Row",
    "Study",
    "carry_out",
    "cells",
    "data_sets",
    "failures",
    "load",
    "names",
    "outcome",
    "results",
    "seconds_left",
]
