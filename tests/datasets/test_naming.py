"""NAME:REST: a path, several, or options; and other names for label columns."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from contrastive import datasets
from contrastive.datasets.naming import call, places, read_rest, renamed
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError


def scan(
    root: Path | None,
    size: int | None,
    *,
    query: str = "",
    limit: int | None = None,
    share: float = 0.5,
    fresh: bool = False,
    progress: object = None,
) -> Scan:
    table = pd.DataFrame({"id": ["a", "b"], "kind": ["x", "y"], "era": ["old", "new"]})
    return Scan(
        "seen", "key", table, ["kind", "era"], size or 8, 3, read=lambda row: None, card={"progress": progress},
        classes_of={"era": ["old", "new"]}, target="era",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rest", "options"),
    [
        ("query=monet,limit=200", {"query": "monet", "limit": 200}),
        ("query=Berthe Morisot, the cradle,limit=5", {"query": "Berthe Morisot, the cradle", "limit": 5}),
        ("query=水 彩=é", {"query": "水 彩=é"}),
        ("query=1889", {"query": "1889"}),
        ("share=0.25, fresh=yes ,limit=-3", {"share": 0.25, "fresh": True, "limit": -3}),
        ("limit=many,size=64", {"limit": "many", "size": 64}),
    ],
)
def test_options_are_read_as_they_are_declared(rest: str, options: dict[str, Any]) -> None:
    assert read_rest(scan, rest) == ([], options)


def test_what_exists_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "limit=3").mkdir()
    assert read_rest(scan, str(tmp_path / "limit=3")) == ([tmp_path / "limit=3"], {})
    assert read_rest(scan, "pictures/of=mine") == ([Path("pictures/of=mine")], {})
    assert read_rest(lambda root, size: None, "limit=3") == ([Path("limit=3")], {})
    assert places(f"{tmp_path}+{tmp_path / 'limit=3'}") == [tmp_path, tmp_path / "limit=3"]


def test_unknown_options_and_sizes_are_sentences() -> None:
    with pytest.raises(UserError, match=r"no option 'colour'\. Its options: query, limit, share, fresh"):
        call("museum", scan, [], None, {"colour": 3})
    for name in ("progress", "root"):
        with pytest.raises(UserError, match=f"no option '{name}'"):
            call("museum", scan, [], None, {name: 3})
    for size in (7, 513, "big"):
        with pytest.raises(UserError, match="out of range"):
            call("museum", scan, [], None, {"size": size})
    assert call("museum", scan, [], None, {"size": 16}).size == 16
    assert call("museum", scan, [], 24, {"size": 16}).size == 24
    with pytest.raises(UserError, match="or give options: query=, limit="):
        call("museum", scan, [Path("/nowhere/at/all")], None, {})


def test_a_source_that_fetches_is_told_where_to_report() -> None:
    def report(done: int, total: int) -> None: ...

    assert call("museum", scan, [], None, {}, report).card["progress"] is report


def test_columns_take_other_names() -> None:
    before = scan(None, None)
    after = renamed(before, {"era": "kind", "kind": "form"})
    assert list(after.table.columns) == ["id", "form", "kind"]
    assert after.label_columns == ["form", "kind"]
    assert (after.target, after.classes_of) == ("kind", {"kind": ["old", "new"]})
    assert after.key != before.key
    with pytest.raises(UserError, match="cannot be called 'era'"):
        renamed(before, {"kind": "era"})
    with pytest.raises(UserError, match="no label column 'style'"):
        renamed(before, {"style": "kind"})
    assert datasets.load("digits", columns={"digit": "number"}).target == "number"


def test_atelier_options() -> None:
    per_cell = datasets.scan("atelier:per_cell=2,seed=3,size=32")
    assert per_cell.size == 32
    assert set(per_cell.table.groupby(["subject", "style"]).size()) == {2}
    assert per_cell.key == datasets.scan("atelier", images=160, seed=3, size=32).key
    uneven = datasets.scan("atelier:images=10000,shares=artdl").table["subject"].value_counts(normalize=True)
    assert round(uneven.max(), 2) == 0.64
    assert round(uneven.min(), 3) == 0.008
    for wrong in ("per_cell=0", "per_cell=2,images=160", "per_cell=2,shares=artdl", "per_cell=two", "shares=artdl"):
        with pytest.raises(UserError):
            datasets.scan(f"atelier:{wrong}")
