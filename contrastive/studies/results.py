"""Results of a study: ours as mean and interval over seeds, beside the published figures."""

from dataclasses import dataclass
from itertools import chain
from statistics import mean

import numpy as np

from contrastive.runs import Run
from contrastive.studies.carry_out import busy_for, outcome
from contrastive.studies.study import Choice, Study, cells


@dataclass(frozen=True)
class Row:
    """One combination of levels: what its seeds gave so far."""

    levels: dict[str, str]
    runs: list[str]
    """Ids of the measured runs, one a seed."""
    wanted: int
    """How many seeds there will be."""
    values: dict[str, list[float]]
    """measure -> a value a seed."""
    published: dict[str, float]
    seconds: float
    """Training time of all its runs so far."""

    def mean(self, measure: str) -> float | None:
        """Mean over seeds, None before the first."""
        return mean(self.values[measure]) if self.values.get(measure) else None

    def half_width(self, measure: str) -> float | None:
        """Half of the 95 % interval of the mean over seeds (Student's t); None with fewer than two."""
        return half_width(self.values.get(measure, []))

    def words(self, measure: str) -> str:
        """Ours against the published figure, in a few words; empty where there is nothing to compare."""
        ours, theirs = self.mean(measure), self.published.get(measure)
        if ours is None or theirs is None:
            return ""
        return in_words(ours, self.half_width(measure), theirs)


def half_width(values: list[float]) -> float | None:
    """Half of the 95 % interval of a mean (Student's t); None with fewer than two values."""
    if len(values) < 2:
        return None
    from scipy.stats import t

    return float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))


def in_words(ours: float, half: float | None, theirs: float) -> str:
    """`ours` +- `half` against a single published figure."""
    difference = ours - theirs
    side = "above" if difference > 0 else "below"
    if half is None:
        return f"{abs(difference):.3f} {side}, from one seed"
    if abs(difference) <= half:
        return f"no different: {abs(difference):.3f} {side}, within the interval"
    return f"{abs(difference):.3f} {side}"


def results(study: Study, choice: Choice | None = None) -> list[Row]:
    """One row a combination of levels, in the order of the grid, filled in as far as the study has come."""
    rows: dict[tuple[str, ...], Row] = {}
    for cell in cells(study, choice):
        row = rows.setdefault(
            tuple(cell.levels.values()),
            Row(cell.levels, [], 0, {m: [] for m in study.measures}, _published(study, cell.levels), 0.0),
        )
        found = outcome(cell, study.protocol)
        if found:
            for measure in study.measures:
                if (value := found["measures"].get(measure)) is not None:
                    row.values[measure].append(float(value))
            row.runs.append(cell.id)
        rows[tuple(cell.levels.values())] = Row(
            row.levels,
            row.runs,
            row.wanted + 1,
            row.values,
            row.published,
            row.seconds + (found["training_seconds"] if found else 0.0),
        )
    return list(rows.values())


def seconds_left(study: Study, choice: Choice | None = None) -> float | None:
    """Seconds for the cells that are left, one after another; None before the first is done.

    Each is taken to need as long as its other seeds did, or else as all cells did on average.
    """
    took: dict[tuple[str, ...], list[float]] = {}
    left = []
    for cell in cells(study, choice):
        if found := outcome(cell, study.protocol):
            seconds = busy_for(Run.open(cell.id)) + found["measuring_seconds"]
            took.setdefault(tuple(cell.levels.values()), []).append(seconds)
        else:
            left.append(cell)
    if not took:
        return None
    of_all = mean(chain.from_iterable(took.values()))
    total = 0.0
    for cell in left:
        like_it = took.get(tuple(cell.levels.values()))
        begun = busy_for(Run.open(cell.id)) if Run.exists(cell.id) else 0.0
        total += max(0.0, (mean(like_it) if like_it else of_all) - begun)
    return total


def _published(study: Study, levels: dict[str, str]) -> dict[str, float]:
    figures = {measure: study.figure(levels, measure) for measure in study.measures}
    return {measure: figure for measure, figure in figures.items() if figure is not None}
