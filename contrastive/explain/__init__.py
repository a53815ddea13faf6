"""Why two pictures are alike to an encoder, and what a probe looked at; with controls that can prove a map wrong."""

from contrastive.explain.alike import Alike, compare, matches, similarity_maps
from contrastive.explain.controls import Deletion, deletion, random_weights
from contrastive.explain.decision import Decision, class_map, linear_decision

__all__ = [
    "Alike",
    "Decision",
    "Deletion",
    "class_map",
    "compare",
    "deletion",
    "linear_decision",
    "matches",
    "random_weights",
    "similarity_maps",
]
