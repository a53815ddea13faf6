"""Lessons: short guided tours. Each is a text of questions and a live figure, and opens pages in a prepared state.

To add one: write texts/NUMBER-NAME.yaml, and where it wants a figure of its own, a file in figures/ with `draw`.
"""

from .cards import cards
from .lesson import LESSONS, Lesson, Opening, Question
from .opening import banner
from .words import GLOSSARY

__all__ = ["GLOSSARY", "LESSONS", "Lesson", "Opening", "Question", "banner", "cards"]
