"""TrainConfig: bounds, round trip, and mistakes said in one sentence."""

import json

import pytest

from contrastive.__main__ import build_parser
from contrastive.config import TrainConfig
from contrastive.errors import UserError


def test_json_round_trip() -> None:
    config = TrainConfig(dataset="digits", views=[{"op": "crop", "area": [0.2, 1.0]}], limit=100)
    assert TrainConfig.read(json.loads(config.model_dump_json())) == config


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"tempreature": 0.1}, "Did you mean 'temperature'"),
        ({"epochs": 0}, "epochs = 0"),
        ({"temperature": float("nan")}, "temperature"),
        ({"batch_size": "many"}, "batch_size"),
        ({"encoder": "gigantic"}, "Known: tiny"),
        ({"views": "simcrl"}, "simclr"),
        ({"method": "magic"}, "simclr"),
        ({"class_prior": 1.0}, "class_prior = 1.0"),
        ({"target_momentum": 1.01}, "target_momentum = 1.01"),
    ],
)
def test_mistakes_are_sentences(content: dict, words: str) -> None:
    with pytest.raises(UserError, match=words) as told:
        TrainConfig.read(content)
    assert "\n" not in str(told.value)


def test_every_field_is_described_and_a_flag() -> None:
    verbs = next(a for a in build_parser()._actions if hasattr(a, "choices") and a.choices)
    flags = {action.dest for action in verbs.choices["train"]._actions}
    for name, field in TrainConfig.model_fields.items():
        assert field.description
        assert f"config_{name}" in flags
