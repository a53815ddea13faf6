"""The glossary: a term, one sentence a student understands, and where to see it; and marking terms in a text."""

import html
import re
from pathlib import Path

import yaml

_READ: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "glossary.yaml").read_text(encoding="utf-8"))
GLOSSARY = {term: said for term, (said, _) in _READ.items()}
SEEN_ON = {term: page for term, (_, page) in _READ.items()}
"""The title of the page that shows what a term means."""

_MARK = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


def marked(text: str) -> str:
    """Markdown in which every [[term]] or [[term|as written]] tells its meaning under the pointer."""
    return _MARK.sub(
        lambda found: f'<abbr title="{html.escape(GLOSSARY[found[1]])}">{html.escape(found[2] or found[1])}</abbr>',
        text,
    )


def plain(text: str) -> str:
    """The text without marks."""
    return _MARK.sub(lambda found: found[2] or found[1], text)


def terms(*texts: str) -> list[str]:
    """The terms marked in texts, each once, in the order in which they appear."""
    return list(dict.fromkeys(found[1] for text in texts for found in _MARK.finditer(text)))
