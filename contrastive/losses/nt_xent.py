"""NT-Xent: each view must find the other views of its own image among all views of the batch."""

from torch import Tensor
from torch.nn import functional

from contrastive.losses.similarities import similarities


def nt_xent(z: Tensor, *, temperature: float = 0.5) -> Tensor:
    """Normalised temperature-scaled cross-entropy over anchors and their positives (a mean).

    For anchor i and each of its positives j: -log( exp(s_ij / t) / sum_{k != i} exp(s_ik / t) ), with s the
    cosine similarity and t the temperature. With two views this is eq. 1; with more, every other view of the
    image is a positive in turn, and the other positives stay in the denominator.

    Shape: z (v, n, d) projections of v >= 2 views of n images, any length; they are normalised here -> scalar.
    Source: Chen et al. 2020, arXiv:2002.05709, eq. 1. Raises UserError for one view or a batch of one image.
    """
    return nt_xent_of(*similarities(z, temperature=temperature))


def nt_xent_of(logits: Tensor, positives: Tensor) -> Tensor:
    """NT-Xent from what `similarities` gives, for callers that need both."""
    log_probabilities = functional.log_softmax(logits, dim=1)  # (v n, v n); an anchor itself is masked out
    return -log_probabilities.gather(1, positives).mean()
