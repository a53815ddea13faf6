"""A batch that does not fit is worked on in parts: the same step where the loss allows it, else it is said."""

import pytest
import torch

from contrastive import in_parts, train
from contrastive.config import TrainConfig
from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.methods import METHODS, SimCLR

SMALL = TrainConfig(
    dataset="digits", size=16, limit=64, epochs=2, batch_size=32, views="simclr-no-flip", freeze="all", head="linear"
)


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A device on which no more than 33 views fit; how many were tried."""
    tried: list[int] = []
    whole = Encoder.forward

    def forward(self: Encoder, x: torch.Tensor) -> torch.Tensor:
        if self.training or torch.is_grad_enabled():
            tried.append(len(x))
            if len(x) > 33:
                raise torch.OutOfMemoryError("CUDA out of memory.")
        return whole(self, x)

    monkeypatch.setattr(Encoder, "forward", forward)
    return tried


def weights(config: TrainConfig) -> torch.Tensor:
    *_, last = train.train(config)
    assert last.state
    return torch.cat([v.flatten() for k, v in last.state()["method"].items() if k.startswith("head")])


@pytest.mark.parametrize("method", ["supervised", "pairwise"])
def test_the_step_is_the_same_where_the_loss_is_a_mean_over_pictures(
    method: str, cramped: list[int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Frozen, so that nothing but the loss could make a difference: batch-norm keeps its statistics.
    config = SMALL.changed(method=method, optimizer="sgd", lr=0.1, precision="float32")
    parted = weights(config)
    said = capsys.readouterr().err
    assert "A batch of 32 does not fit this device" in said
    assert said.count("note:") == (2 if method == "pairwise" else 1)
    assert "the step is the same" in said
    monkeypatch.undo()
    torch.testing.assert_close(parted, weights(config), atol=1e-5, rtol=1e-4)


def test_a_loss_that_compares_within_the_batch_says_what_is_lost(
    cramped: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    state = None
    for step in train.train(SMALL):
        state = step.state() if step.state else state
    assert "now finds 15 others in place of 31; gradients cannot make up for that" in capsys.readouterr().err
    assert state["parts"] == 2
    cramped.clear()
    list(train.train(SMALL.changed(epochs=3), resume=state))
    assert max(cramped) == 32, "a resumed run does not try the whole batch again"


def test_who_says_so_is_known() -> None:
    exact = {name for name, kind in METHODS.items() if kind.mean_over_pictures is not SimCLR.mean_over_pictures}
    assert exact == {"pairwise", "margin", "triplet", "byol", "supervised"}


def test_when_nothing_fits_it_is_a_sentence(cramped: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: Encoder, x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(Encoder, "forward", never)
    with pytest.raises(UserError, match="Not even 4 pictures at a time fit"):
        list(train.train(SMALL.changed(snapshot_epochs=0)))
    assert in_parts.too_large(MemoryError())
    assert not in_parts.too_large(RuntimeError("shapes differ"))
