"""What is inside: every registered item says what it is and where it comes from, is tested, and is in the docs."""

import re

import pytest

from contrastive import inside
from contrastive.storage import ROOT

ITEMS = inside.items()
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
# Tests of these run over the whole registry.
OVER_ALL = {
    "augmentation": r"\bOPS\b",
    "loss": r"\bLOSSES\b",
    "method": r"\bMETHODS\b",
    "encoder": r"encoders\.names\(\)",
    "map": r"\bmaps\.(KNOBS|METHODS)\b",
    "study": r"\bnames\(\)",
    "shipped encoder": r"\bcatalogue\.shipped\(\)",
    "shipped style network": r"\bshipped\(\)",
}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.kind} {item.name}")
def test_it_says_what_it_is_and_where_it_comes_from(item: inside.Item) -> None:
    assert len(item.sentence.split()) >= 2
    assert item.source, "a source: paper and section, or whose it is"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.kind} {item.name}")
def test_it_is_tested(item: inside.Item) -> None:
    pattern = OVER_ALL.get(item.kind, rf"[\"':]{re.escape(item.name)}[\"':]")
    assert re.search(pattern, TESTS)


def test_the_readme_and_the_docs_are_what_the_program_prints() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    written = re.search(r"<!-- printed by .*?-->\n(.*?)\n<!-- end -->", readme, re.DOTALL)
    assert written is not None
    assert written[1] == inside.overview(), "python -m contrastive inside"
    listed = (ROOT / "docs" / "inside.md").read_text(encoding="utf-8")
    assert listed == inside.listing(), "python -m contrastive inside --all > docs/inside.md"


def test_sentences_and_sources_are_found_in_docstrings() -> None:
    def loss() -> None:
        """Pull views together (Chen et al. 2020). More words.

        Source: Chen et al. 2020, arXiv:2002.05709,
        eq. 1. Raises UserError for nonsense.
        """

    assert inside.first_sentence(loss.__doc__) == "Pull views together (Chen et al. 2020)."
    assert inside.source_of(loss) == "Chen et al. 2020, arXiv:2002.05709, eq. 1"
