"""Study: what a YAML file of this folder holds, and the grid of runs it stands for.

    title, question, source, note      words for the page
    base                               settings of TrainConfig that all cells share
    factors                            {factor: {level: settings}}; a cell takes one level of each factor
    seeds                              [0, 1, 2]
    protocol                           how a trained cell is measured: a name in protocols.PROTOCOLS
    measures                           {measure: its heading}, the main one first
    published                          [{factor: level, ..., measure: figure}]

A setting `views+` adds operations to those of the levels before it, `views-` takes some away by name, so that two
factors can share a recipe.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.storage import digest

FOLDER = Path(__file__).parent


class Study(BaseModel):
    """One question, and the grid of runs that answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    question: str
    source: str = ""
    note: str = ""
    base: dict[str, Any]
    factors: dict[str, dict[str, dict[str, Any]]]
    seeds: list[int] = [0, 1, 2]
    protocol: str = "standard"
    measures: dict[str, str]
    published: list[dict[str, Any]] = Field(default_factory=list)

    def figure(self, levels: dict[str, str], measure: str) -> float | None:
        """The published figure of a cell, None where there is none."""
        for row in self.published:
            if all(row.get(factor) == level for factor, level in levels.items()) and measure in row:
                return float(row[measure])
        return None


@dataclass(frozen=True)
class Choice:
    """What of a study is carried out, and how it differs from what is written."""

    only: dict[str, str] = field(default_factory=dict)
    """factor -> level: the cells that have it."""
    seeds: int | None = None
    """The first so many seeds."""
    dataset: str | None = None
    """The cells of one data set; for a study without that factor, the set all cells are trained on."""
    epochs: int | None = None
    limit: int | None = None
    size: int | None = None
    stand_in: dict[str, str] = field(default_factory=dict)
    """data set -> the one that takes its place, such as a folder with the same pictures."""
    settings: dict[str, str] = field(default_factory=dict)
    """field of the config -> its value in every cell, written as in the YAML file."""


@dataclass(frozen=True)
class Cell:
    """One run of a study."""

    study: str
    levels: dict[str, str]
    seed: int
    config: TrainConfig

    @property
    def id(self) -> str:
        """Id of its run, which follows from the settings: a finished cell is found again."""
        said = self.config.model_dump_json(exclude_defaults=True)
        return f"{self.study}-{digest(said)[:10]}"


def names() -> list[str]:
    """Names of all studies."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> Study:
    """The study of a name. Raises UserError for an unknown name, or a file that is no study."""
    if name not in names():
        raise UserError(f"There is no study called {name!r}.", f"Known: {', '.join(names())}.")
    return read(FOLDER / f"{name}.yaml")


def read(path: Path) -> Study:
    """The study in a YAML file; a UserError names the first thing that is wrong with it."""
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@cache
def _read(path: Path, changed: int) -> Study:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Study(name=path.stem, **content)
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise UserError(f"{path.name} is not a study.", str(error).splitlines()[0]) from error
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"]))
        raise UserError(f"{path.name}: {place}: {fault['msg']}.", "See contrastive/studies/study.py.") from error


def cells(study: Study, choice: Choice | None = None) -> list[Cell]:
    """Every run of a study, seeds innermost.

    Raises UserError for a level or setting that does not exist, or that a config cannot have, and a stand-in for a
    data set that nothing uses.
    """
    choice = choice or Choice()
    for factor, level in choice.only.items():
        if level not in study.factors.get(factor, {}):
            known = "; ".join(f"{f} = {', '.join(levels)}" for f, levels in study.factors.items())
            raise UserError(f"{study.name} has no {factor} = {level}.", f"Known: {known}.")
    seeds = study.seeds if choice.seeds is None else list(range(choice.seeds))
    by_factor = any("dataset" in settings for levels in study.factors.values() for settings in levels.values())
    _check_stand_ins(study, choice)
    for_all = _told(choice)
    found = []
    for picked in product(*study.factors.values()):
        levels = dict(zip(study.factors, picked, strict=True))
        if any(levels[factor] != level for factor, level in choice.only.items()):
            continue
        settings = _merged([study.base, *(study.factors[factor][level] for factor, level in levels.items())])
        if choice.dataset and by_factor and settings["dataset"] != choice.dataset.partition(":")[0]:
            continue
        if choice.dataset:
            settings["dataset"] = choice.dataset
        settings["dataset"] = choice.stand_in.get(settings["dataset"], settings["dataset"])
        settings |= for_all
        for seed in seeds:
            config = TrainConfig.read({**settings, "seed": seed})
            found.append(Cell(study.name, levels, seed, config))
    if not found:
        raise UserError(f"Nothing of {study.name} is left to do.", "Choose another data set, level or seed.")
    if choice.settings and _unlike(found) < _unlike(cells(study, replace(choice, settings={}))):
        told = ", ".join(f"{name} = {text}" for name, text in choice.settings.items())
        raise UserError(
            f"With {told}, cells of the study {study.name} are the same.", "Leave what it compares as it is written."
        )
    return found


def _unlike(found: list[Cell]) -> int:
    return len({cell.id for cell in found})


def _told(choice: Choice) -> dict[str, Any]:
    """Settings of a choice that hold for every cell. Raises UserError for a field that does not exist."""
    import yaml

    plain = {"epochs": choice.epochs, "limit": choice.limit, "size": choice.size}
    told: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    free = TrainConfig.model_fields.keys() - {"dataset", "seed"}
    for name, text in choice.settings.items():
        if name not in free:
            raise UserError(
                f"A study has no setting {name!r} that can be told.", f"Those are: {', '.join(sorted(free))}."
            )
        try:
            told[name] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise UserError(f"{name} = {text} cannot be read.", "Write it as in a study's YAML file.") from error
    return told


def data_sets(study: Study, choice: Choice | None = None) -> list[str]:
    """The data sets that a study's cells are written for, and the one a choice names; before any stand-in."""
    levels = [settings for by_level in study.factors.values() for settings in by_level.values()]
    used = {settings["dataset"] for settings in [study.base, *levels] if "dataset" in settings}
    return sorted(used | ({choice.dataset} if choice and choice.dataset else set()))


def _check_stand_ins(study: Study, choice: Choice) -> None:
    """Raises UserError where nothing is to be replaced: a misspelled name would train on the wrong pictures."""
    used = data_sets(study, choice)
    if idle := [name for name in choice.stand_in if name not in used]:
        raise UserError(
            f"No cell of {study.name} uses {idle[0]!r}, for which another set was to stand in.",
            f"Its data sets: {', '.join(used)}.",
        )


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Settings of several levels as one, later ones first; `views+` and `views-` change the recipe so far."""
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key in ("views+", "views-"):
                so_far = merged.get("views", [])
                if not isinstance(so_far, list):
                    raise UserError(f"{key} needs a recipe that is written as a list.", f"It is {so_far!r}.")
                kept = [op for op in so_far if key == "views+" or op["op"] not in value]
                merged["views"] = kept + (list(value) if key == "views+" else [])
            else:
                merged[key] = value
    return merged
