"""What a study showed is found in docs/results.md by its command."""

from pathlib import Path

import pytest

from contrastive import studies
from contrastive.studies import showed as module
from contrastive.studies.showed import Picture, Section, showed

PAGE = """# Results

## One

```
# a comment is no heading
python -m contrastive study head --limit 10
```

Before.

![Its maps](pictures/head.png)

After.

### Another study

`python -m contrastive study head-of-state` says nothing of heads.
"""


def test_a_section_ends_with_the_next_heading_and_pictures_stand_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results.md")
    assert showed("head") == []
    module.RESULTS.write_text(PAGE)
    before = "```\n# a comment is no heading\npython -m contrastive study head --limit 10\n```\n\nBefore."
    picture = Picture(tmp_path / "pictures" / "head.png", "Its maps")
    assert showed("head") == [Section("One", [before, picture, "After."])]
    assert [section.title for section in showed("head-of-state")] == ["Another study"]


@pytest.mark.parametrize("name", studies.names())
def test_every_study_was_carried_out_and_its_pictures_are_there(name: str) -> None:
    sections = showed(name)
    assert sections
    assert all(part.file.is_file() for section in sections for part in section.parts if isinstance(part, Picture))
