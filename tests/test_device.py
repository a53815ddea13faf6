"""Number formats: asked of the machine when a run starts, not assumed."""

import pytest
import torch

from contrastive import device
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.train import train


@pytest.mark.parametrize("there", [True, False])
def test_bfloat16_is_taken_where_the_machine_has_it(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "has_bfloat16", lambda: there)
    assert device.pick_precision("float32") == torch.float32
    assert device.pick_precision("auto") == (torch.bfloat16 if there else torch.float32)
    if there:
        assert device.pick_precision("bfloat16") == torch.bfloat16
        return
    with pytest.raises(UserError, match="no bfloat16"):
        next(train(TrainConfig(dataset="digits", size=8, limit=16, precision="bfloat16")))
