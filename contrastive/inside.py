"""What is inside: every registered item with what its docstring says of it, for the README and the docs."""

import inspect
import re
import sys
from dataclasses import dataclass
from typing import Any

TOLD = re.compile(r"Sources?:\s+(.+?)(?=\.?\s+(?:Raises|Errors?|Shape)\b|\.?\s*(?:\n\n|\Z))", re.DOTALL)
PAPER = re.compile(r"arXiv:\d{4}\.\d{4,5}|torch\.nn\.\w+|\w+ et al\. \d{4}, \w+")


@dataclass(frozen=True)
class Item:
    """One thing by name: a sentence that says what it is, and where it comes from ("" where it is nobody's)."""

    kind: str
    name: str
    sentence: str
    source: str = ""


def items() -> list[Item]:
    """Everything that is registered, kind by kind, in the order of the registries."""
    from contrastive import augment, catalogue, datasets, encoders, evaluate, losses, maps, methods, studies, style

    found = []
    for name, scan in datasets.SOURCES.items():
        card = getattr(sys.modules[scan.__module__], "CARD", {})
        said = card.get("description") or inspect.getdoc(scan) or ""
        source = card.get("citation") or source_of(scan) or card.get("source", "")
        found.append(Item("data set", name, first_sentence(said), source))
    registries: dict[str, dict[str, Any]] = {
        "augmentation": augment.OPS,
        "loss": losses.LOSSES,
        "method": methods.METHODS,
        "encoder": encoders.BUILDERS,
        "map": maps.METHODS,
        "probe": evaluate.PROBES,
    }
    for kind, registry in registries.items():
        found += [
            Item(kind, name, first_sentence(inspect.getdoc(it)), source_of(it)) for name, it in registry.items()
        ]
    for name in studies.names():
        study = studies.load(name)
        found.append(Item("study", name, study.question, study.source))
    # What is shipped was made here; each card holds the command.
    card = "models/pretrained/{}/card.json".format
    found += [Item("shipped encoder", it.name, it.title, card(it.name)) for it in catalogue.shipped()]
    titles = {name: style.card(name)["title"] for name in style.shipped()}
    found += [Item("shipped style network", name, title, card(name)) for name, title in titles.items()]
    return found


def first_sentence(docstring: str | None) -> str:
    """The first sentence of a docstring, on one line."""
    paragraph = " ".join((docstring or "").strip().split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])(?<!al\.)\s+(?=[A-Z`0-9])", paragraph)[0]


def source_of(thing: Any) -> str:
    """What a docstring gives as its source: what stands behind "Source:", else the papers it names."""
    said = inspect.getdoc(thing) or ""
    found = TOLD.findall(said) or PAPER.findall(said)
    return "; ".join(dict.fromkeys(" ".join(one.split()) for one in found))


def overview() -> str:
    """A Markdown table with a row a kind: how many there are, and their names."""
    lines = ["| what | how many | names |", "|---|---|---|"]
    known = items()
    for kind in dict.fromkeys(item.kind for item in known):
        names = [f"`{item.name}`" for item in known if item.kind == kind]
        lines.append(f"| {kind} | {len(names)} | {', '.join(names)} |")
    return "\n".join(lines)


def listing() -> str:
    """A page of Markdown: a table a kind, with a row an item."""
    lines = ["# What is inside", "", "Made by `python -m contrastive inside --all` from the program itself.", ""]
    known = items()
    for kind in dict.fromkeys(item.kind for item in known):
        lines += [f"## {kind.capitalize()}", "", "| name | what it is | source |", "|---|---|---|"]
        lines += [f"| `{i.name}` | {_cell(i.sentence)} | {_cell(i.source)} |" for i in known if i.kind == kind]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
