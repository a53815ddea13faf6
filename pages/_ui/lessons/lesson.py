"""What a lesson is, and the registry of them: one YAML file in texts/ each, in the order of their numbers."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Opening:
    """A page in a prepared state. state: values of widgets by key, which is also their name in the address.

    `data` and `encoder` are the pickers of the sidebar; left out, the data set of the lesson stays.
    """

    page: str
    label: str
    state: dict[str, Any] = field(default_factory=dict)

    def written(self) -> dict[str, str]:
        """The state as the address says it."""
        return {key: str(value) for key, value in self.state.items()}

    def address(self, lesson: str, question: int, data: str, encoder: str) -> str:
        """The page, with its state, as a link that can be shared; the first question is 1."""
        said = {"data": data, "encoder": encoder, **self.written(), "lesson": lesson, "question": question}
        return f"{self.page.removesuffix('.py')}?{urlencode(said)}"


@dataclass(frozen=True)
class Question:
    """One question: what to look for, what one should have seen, and the pages that show it."""

    ask: str
    look: str
    seen: str
    open: list[Opening] = field(default_factory=list)


@dataclass(frozen=True)
class Lesson:
    """One lesson. needs: "pictures", "labels" or "two labels" of the data set it is shown with.

    `text` and the questions may hold [[term]] or [[term|as written]] of the glossary; `seen` may hold {facts}, which
    the figure computes.
    """

    name: str
    title: str
    promise: str
    minutes: int
    needs: str
    text: str
    questions: list[Question]

    @classmethod
    def read(cls, path: Path) -> "Lesson":
        """The lesson in a file called NUMBER-NAME.yaml."""
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        questions = [
            Question(**{**question, "open": [Opening(**opening) for opening in question.get("open", [])]})
            for question in said.pop("questions")
        ]
        return cls(name=path.stem.partition("-")[2], questions=questions, **said)

    @property
    def module(self) -> str:
        """Name of the file of its figure in figures/."""
        return self.name.replace("-", "_")


FILES = sorted(TEXTS.glob("*.yaml"), key=lambda path: int(path.name.partition("-")[0]))
LESSONS = {lesson.name: lesson for lesson in map(Lesson.read, FILES)}
