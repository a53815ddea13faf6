"""Semi-hard mining equals a slow loop, and picks among what a peer library calls semi-hard."""

import torch
from pytorch_metric_learning.distances import LpDistance
from pytorch_metric_learning.miners import TripletMarginMiner

from contrastive.losses import semi_hard


def batch() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(3)
    a, p = torch.randn(40, 4, generator=draw), torch.randn(40, 4, generator=draw)
    return a, p, torch.arange(40) % 5


def test_it_equals_a_slow_loop() -> None:
    a, p, labels = batch()
    allowed = labels[:, None] != labels
    found = semi_hard(a, p, a, allowed, margin=0.4)
    for i in range(40):
        near, best = (a[i] - p[i]).norm(), (float("inf"), -1)
        for j in range(40):
            far = (a[i] - a[j]).norm()
            if labels[i] != labels[j] and near < far < near + 0.4:
                best = min(best, (float(far), j))
        assert found[i] == best[1]
    assert (found == -1).any()
    assert (found >= 0).any()


def test_a_peer_calls_the_same_negatives_semi_hard() -> None:
    a, p, labels = batch()
    miner = TripletMarginMiner(
        margin=0.4, type_of_triplets="semihard", distance=LpDistance(normalize_embeddings=False)
    )
    # Anchors 0..39 and their positives 40..79; only the pair of an anchor with its own positive is ours.
    triples = torch.stack(miner(torch.cat([a, p]), torch.cat([labels, labels])), 1)
    ours = triples[(triples[:, 0] < 40) & (triples[:, 1] == triples[:, 0] + 40) & (triples[:, 2] < 40)]
    found = semi_hard(a, p, a, labels[:, None] != labels, margin=0.4)
    theirs = {(int(i), int(k)) for i, _, k in ours}
    assert {(i, int(k)) for i, k in enumerate(found) if k >= 0} <= theirs
    assert {i for i, k in enumerate(found) if k < 0} == set(range(40)) - {i for i, _ in theirs}
