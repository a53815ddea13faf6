"""The subjects: what can be painted. To add one, write a file beside this and name it here.

A subject is a function `(pose, rng) -> Figure`: it draws vector shapes in its own box (see scene.py),
understands the variants of pose.py, and reads best when large forms come first and details last.
"""

from collections.abc import Callable

import numpy as np

from ..pose import Pose
from ..scene import Figure
from .apple import apple
from .bird import bird
from .cat import cat
from .fish import fish
from .house import house
from .mountain import mountain
from .portrait import portrait
from .ship import ship
from .tree import tree
from .vase import vase

SUBJECTS: dict[str, Callable[[Pose, np.random.Generator], Figure]] = {
    "ship": ship,
    "tree": tree,
    "mountain with sun": mountain,
    "vase of flowers": vase,
    "bird": bird,
    "house": house,
    "cat": cat,
    "fish": fish,
    "portrait": portrait,
    "apple": apple,
}
