"""Training that starts from weights, and with part of the encoder kept as it is."""

from pathlib import Path

import pytest
import torch

from contrastive import encoders
from contrastive.config import TrainConfig
from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.train import train

SMALL = TrainConfig(
    dataset="digits", size=16, limit=60, epochs=2, batch_size=20, views="simclr-no-flip", head_width=32, head_dim=16
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The plain state_dict of a network that has seen pictures, without our header."""
    encoder = encoders.build("tiny", channels=1, size=16).train()
    with torch.no_grad():
        encoder(torch.rand(16, 1, 16, 16))
    torch.save(encoder.state_dict(), tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


def trained(config: TrainConfig) -> Encoder:
    """The encoder after the last step."""
    return list(train(config))[-1].encoder


@pytest.mark.parametrize("method", ["simclr", "byol", "supervised"])
def test_what_is_frozen_keeps_its_bytes(method: str, file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = torch.load(file, weights_only=True)
    for freeze, moving in (("all", set()), ("all-but-last", {"12", "13"})):
        config = SMALL.changed(method=method, initial=f"file:{file}", freeze=freeze)
        after = trained(config).state_dict()
        assert {key.split(".")[1] for key in after if not torch.equal(after[key], before[key])} == moving
    assert "mine.pth: 25 of the 25 tensors of tiny found." in capfd.readouterr().err


def test_a_bare_path_is_a_file(file: Path) -> None:
    from_path, from_word = (trained(SMALL.changed(epochs=1, initial=given)) for given in (str(file), f"file:{file}"))
    assert from_path.hash() == from_word.hash()
    assert from_path.hash() != trained(SMALL.changed(epochs=1)).hash()


def test_nothing_to_learn_is_a_sentence() -> None:
    with pytest.raises(UserError, match="Nothing is left to learn"):
        next(train(SMALL.changed(head="none", freeze="all")))


def test_a_model_of_timm_trains_and_its_run_can_be_opened() -> None:
    config = SMALL.changed(encoder="timm:test_vit.r160_in1k", epochs=1, limit=20)
    assert trained(config).name == config.encoder
    run = Run.create(config)
    assert Run.open(run.id).config == config
    with pytest.raises(UserError, match="Did you mean"):
        SMALL.changed(encoder="timm:test_vt")
