"""The glossary: a term, and one sentence a student understands; and marking terms in a text."""

import html
import re
from pathlib import Path

import yaml

GLOSSARY: dict[str, str] = yaml.safe_load((Path(__file__).parent / "glossary.yaml").read_text(encoding="utf-8"))

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
