"""The teacher of a distilled run: its vectors, its weights from a file, and a student that comes near it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from contrastive import catalogue, datasets, teacher
from contrastive.config import TrainConfig
from contrastive.embed import encode
from contrastive.encoders import build
from contrastive.errors import UserError
from contrastive.losses import distil_relations
from contrastive.train import train, training_set

CONFIG = TrainConfig(
    dataset="digits", size=16, limit=256, epochs=6, batch_size=64, lr=3e-3, method="distilled", views="none"
)


def test_a_student_comes_to_see_who_is_near_whom_as_its_teacher_does() -> None:
    config = CONFIG.changed(teacher="pixels", teacher_weight=10.0)
    chosen = training_set(config, datasets.load("digits", size=16))
    wanted = teacher.lessons(config, chosen)
    assert wanted.shape == (256, 16 * 16)
    torch.testing.assert_close(wanted.norm(dim=1), torch.ones(256))
    far = []
    for step in train(config):
        if step.state:
            h = torch.from_numpy(encode(step.encoder, chosen.images))
            far.append(float(distil_relations(h[None], wanted)))
    assert far[-1] < 0.8 * far[0]


def test_teachers_with_weights_in_a_file_and_without(tmp_path: Path) -> None:
    torch.manual_seed(0)
    weights = tmp_path / "seen.pth"
    torch.save(build("squeezenet1_0", size=224).body.state_dict(), weights)
    images = datasets.load("digits", size=16).limit(8)
    lessons = teacher.lessons(CONFIG.changed(teacher=f"squeezenet1_0:{weights}"), images)
    assert lessons.shape == (8, 512)
    assert torch.isfinite(lessons).all()
    with pytest.raises(UserError, match=r"no file .*gone\.pth"):
        teacher.lessons(CONFIG.changed(teacher="squeezenet1_0:gone.pth"), images)
    with pytest.raises(UserError, match="no encoder or run called 'nobody'"):
        teacher.lessons(CONFIG.changed(teacher="nobody"), images)


def test_published_networks_are_known_where_their_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    assert "squeezenet1_0" not in [known.name for known in catalogue.all_known()]
    torch.manual_seed(0)
    (tmp_path / "downloads").mkdir()
    torch.save(
        build("squeezenet1_0", size=224).body.state_dict(), tmp_path / "downloads" / "squeezenet1_0-b66bff10.pth"
    )
    known = next(known for known in catalogue.all_known() if known.name == "squeezenet1_0")
    images = datasets.load("digits", size=16).limit(4)
    network = known.load(images)
    assert (network.size, network.channels, known.saw_labels) == (224, 3, None)
    assert np.isfinite(encode(network, images.images)).all()
    assert catalogue.find("squeezenet1_0").hash(images) == known.hash(images)
