"""Exclusions: which pictures of a data set a person has ticked to be left out of training."""

from collections.abc import Iterable
from pathlib import Path

from contrastive.storage import data_dir, digest, read_json, write_json


def ticked(name: str) -> list[str]:
    """Ids of the pictures of the data set `name` (as it is typed: NAME or NAME:REST) to leave out, sorted."""
    place = _place(name)
    return read_json(place)["ids"] if place.is_file() else []


def keep(name: str, ids: Iterable[str]) -> None:
    """Remember `ids` as those to leave out, instead of whatever was ticked before; none forgets them all."""
    chosen = sorted(set(ids))
    if chosen:
        write_json(_place(name), {"dataset": name, "ids": chosen})
    else:
        _place(name).unlink(missing_ok=True)


def _place(name: str) -> Path:
    return data_dir() / "excluded" / f"{digest(name)}.json"
