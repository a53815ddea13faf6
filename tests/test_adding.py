"""docs/adding.md is carried out: every addition in it works as written, and touches as few files as it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contrastive.storage import ROOT

GUIDE = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (.+?)$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^`([\w./-]+)`\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

CHECK = """
from contrastive import augment, datasets, encoders, inside, losses, methods, studies
from contrastive.config import TrainConfig
from contrastive.execute import execute
from contrastive.runs import Run
from streamlit.testing.v1 import AppTest

kinds = {(item.kind, item.name): item for item in inside.items()}
added = ["loss align_uniform", "method aligned", "augmentation gamma", "data set stripes", "encoder patches"]
for kind, name in [it.rsplit(" ", 1) for it in [*added, "study one-cue"]]:
    assert kinds[kind, name].source and kinds[kind, name].sentence, name
assert "stripes" in datasets.at_hand()
[plain, turned] = studies.cells(studies.load("one-cue"), studies.Choice(seeds=1))
run = Run.create(plain.config, "added")
execute(run, should_stop=lambda: False)
assert run.status["state"] == "finished"
assert run.metrics()[-1]["knn"] > 0.5, run.metrics()[-1]
app = AppTest.from_file("pages/main.py", default_timeout=120)
app.query_params["data"] = "stripes"
app.run()
app.switch_page("average.py").run()
assert not app.exception and not app.error, app.exception or app.error
assert app.title[0].value == "Average" and len(app.get("image")) == 4
print("all of them work")
"""


def changed(text: str, changes: str) -> str:
    """`text` with a block of changes made: + lines below the line before them, - lines taken away."""
    lines, at = text.splitlines(), -1
    for line in changes.splitlines():
        mark, said = line[:1], line[1:]
        if mark == "+":
            at += 1
            lines.insert(at, said)
        else:
            at = lines.index(said, at + 1)
            if mark == "-":
                lines.pop(at)
                at -= 1
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("name", "text"), SECTION.findall(GUIDE), ids=lambda it: it if len(it) < 40 else "")
def test_each_touches_one_file_beside_its_own(name: str, text: str) -> None:
    blocks = BLOCK.findall(text)
    new = [path for path, language, _ in blocks if language != "diff"]
    assert len(new) == 1
    assert len(blocks) == (1 if name == "A study" else 2)


def test_all_of_them_work_as_written(tmp_path: Path) -> None:
    for part in ("contrastive", "pages"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "models").symlink_to(ROOT / "models")
    for path, language, content in BLOCK.findall(GUIDE):
        file = tmp_path / path
        assert file.exists() == (language == "diff"), path
        file.write_text(changed(file.read_text("utf-8"), content) if language == "diff" else content, "utf-8")
    env = {**os.environ, "PYTHONPATH": "pages", "CONTRASTIVE_RUNS": str(tmp_path / "runs")}
    told = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )
    assert told.stdout.strip().endswith("all of them work"), told.stderr
