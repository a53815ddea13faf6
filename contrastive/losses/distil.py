"""Distillation: vectors of one network are pulled towards those of another, picture by picture or as they lie."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError


def distil_features(guess: Tensor, wanted: Tensor) -> Tensor:
    """One minus the cosine between what is guessed of the teacher's vectors and the vectors, averaged over views.

    Shape: guess (v, n, t) of v views of n images, wanted (n, t) -> scalar in 0..2; lengths do not count.
    Source: as the regression of FitNets, arXiv:1412.6550, eq. 3, on vectors of unit length.
    """
    return 1 - functional.cosine_similarity(guess.float(), wanted.float(), dim=-1).mean()


def distil_relations(h: Tensor, wanted: Tensor, *, temperature: float = 0.1) -> Tensor:
    """Cross-entropy between who is near whom for the teacher and for the student, less the teacher's own entropy.

    For view i: the cosines to all other pictures of the batch, divided by the temperature, make a distribution; the
    student's is to be the teacher's. Zero exactly when they agree.

    Shape: h (v, n, d), wanted (n, t) -> scalar. Source: Fang et al. 2021 (SEED), arXiv:2101.04731, eq. 2 to 4, with
    the batch in the place of the queue. Raises UserError for fewer than 3 images.
    """
    views, n = h.shape[:2]
    if n < 3:
        raise UserError(f"Relations in a batch of {n} say nothing.", "Use batches of at least 3 pictures.")
    own = functional.normalize(h.float(), dim=-1)
    goal = functional.normalize(wanted.float(), dim=-1)
    hidden = torch.eye(n, dtype=torch.bool, device=h.device)
    # Each view is held against the other pictures of its own view, so that views of a picture do not compete.
    student = (own @ own.mT / temperature).masked_fill(hidden, -1e9)  # (v, n, n)
    teacher = (goal @ goal.mT / temperature).masked_fill(hidden, -1e9)
    return functional.kl_div(
        student.log_softmax(-1),
        teacher.log_softmax(-1).expand(views, n, n),
        log_target=True,
        reduction="sum",
    ) / (views * n)
