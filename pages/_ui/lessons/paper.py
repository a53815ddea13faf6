"""A lesson on paper: one plain HTML file that opens the browser's print dialogue, with lines to write on."""

import html
from base64 import b64encode

from .lesson import Lesson
from .words import GLOSSARY, plain, terms

STYLE = """
body { font: 12pt/1.45 Georgia, serif; color: #211d18; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
img { width: 100%; max-width: 24rem; margin: .8rem 0; } p { margin: .4rem 0; }
.look, .name { color: #6b6357; } .line { border-bottom: 1px solid #b9b0a2; height: 2rem; }
section, li { break-inside: avoid; } .answers { break-before: page; } dt { font-weight: bold; }
dd { margin: 0 0 .3rem 0; }
"""


def sheet(lesson: Lesson, facts: dict[str, str], picture: bytes, *, shown_with: str, address: str) -> str:
    """The lesson as HTML: text and questions, words, and on a page of their own the answers with their figures."""
    questions = "".join(
        f"<section><h2>{number}. {_said(question.ask)}</h2><p class=look>What to look for: {_said(question.look)}</p>"
        + "<div class=line></div>" * 3
        + "</section>"
        for number, question in enumerate(lesson.questions, 1)
    )
    answers = "".join(f"<li><p>{_said(q.seen.format_map(facts))}</p></li>" for q in lesson.questions)
    words = "".join(f"<dt>{_said(term)}</dt><dd>{_said(GLOSSARY[term])}</dd>" for term in words_of(lesson))
    encoded = b64encode(picture).decode("ascii")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_said(lesson.title)}</title>'
        f'<style>{STYLE}</style></head><body onload="window.print()">'
        f"<p class=name>Name:</p><h1>{_said(lesson.title)}</h1>"
        f"<p>{_said(lesson.promise)} {lesson.minutes} minutes.</p>"
        f'<img alt="" src="data:image/png;base64,{encoded}"><p>{_said(lesson.text)}</p>'
        f"<p class=look>On screen: {_said(address)}</p>{questions}"
        f'<h2>Words</h2><dl>{words}</dl><div class="answers"><h2>What you should have seen</h2>'
        f"<p class=look>{_said(shown_with)}</p><ol>{answers}</ol></div></body></html>"
    )


def words_of(lesson: Lesson) -> list[str]:
    """The glossary terms a lesson uses."""
    return terms(lesson.text, *(text for q in lesson.questions for text in (q.ask, q.look, q.seen)))


def _said(text: str) -> str:
    return html.escape(plain(text), quote=False)
