"""Methods: how views, projection head and loss are put together. One class a method; METHODS is the registry.

A method is a module that maps the views and labels of a batch to a loss and a few numbers worth watching, and says
which views it wants and whether it uses labels. The training loop knows nothing else about it. To add one: write the
class in a file here, and give it a line in METHODS.
"""

from contrastive.methods.batchwise import Debiased, SimCLR, SupCon, contrastive_accuracy
from contrastive.methods.byol import BYOL
from contrastive.methods.distilled import Distilled
from contrastive.methods.method import Method, Metrics
from contrastive.methods.pairs import Margin, Pairwise, Triplet
from contrastive.methods.supervised import Supervised

__all__ = ["METHODS", "Method", "Metrics", "contrastive_accuracy"]

METHODS: dict[str, type[Method]] = {
    "simclr": SimCLR,
    "supcon": SupCon,
    "debiased": Debiased,
    "pairwise": Pairwise,
    "margin": Margin,
    "triplet": Triplet,
    "byol": BYOL,
    "distilled": Distilled,
    "supervised": Supervised,
}
