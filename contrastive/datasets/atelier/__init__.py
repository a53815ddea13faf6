"""Procedural paintings: subjects x styles x palettes, from a seed.

A subject draws vector shapes (scene.py), a layout puts them before a backdrop (compose.py), the canvas
turns them into fields of tone, colour and direction (canvas.py), and a style lays the paint (styles/).
"""

from .paint import paint
from .palettes import PALETTES
from .plan import Picture, plan
from .styles import STYLES
from .subjects import SUBJECTS

__all__ = ["PALETTES", "STYLES", "SUBJECTS", "Picture", "paint", "plan"]
