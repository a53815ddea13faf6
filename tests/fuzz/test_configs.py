"""Whatever a config, a recipe or a name says, it is taken or refused in one sentence."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrastive import augment, datasets
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.storage import safe_name

few = settings(max_examples=40, deadline=None, derandomize=True)
many = settings(max_examples=2000, deadline=None, derandomize=True)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner)
)
known = st.sampled_from(sorted(TrainConfig.model_fields))
configs = st.dictionaries(known | st.text(max_size=10), anything, max_size=6)
ops = st.fixed_dictionaries(
    {"op": st.sampled_from(sorted(augment.OPS)) | st.text(max_size=8)},
    optional=dict.fromkeys(("probability", "sigma", "scale", "size", "strength"), anything),
)


def refused_in_a_sentence(attempt: Any) -> None:
    # Anything but a UserError is a failure of its own.
    with contextlib.suppress(UserError):
        attempt()


def config_of(content: dict[str, Any]) -> None:
    refused_in_a_sentence(lambda: TrainConfig.from_json(json.dumps(content)))


def recipe_of(spec: Any) -> None:
    refused_in_a_sentence(lambda: augment.recipe(spec, size=16))


def text_of(text: str) -> None:
    refused_in_a_sentence(lambda: TrainConfig.from_json(text.encode("utf-8", "surrogatepass")))
    refused_in_a_sentence(lambda: datasets.scan(text))
    try:
        kept = safe_name(text, what="run")
    except UserError:
        return
    assert not {"/", "\\", "\0"} & set(kept)
    assert kept not in ("", ".", "..")


@few
@given(configs)
def test_configs(content: dict[str, Any]) -> None:
    config_of(content)


@few
@given(st.lists(ops, max_size=3) | anything)
def test_recipes(spec: Any) -> None:
    recipe_of(spec)


@few
@given(st.text(max_size=60))
def test_names(text: str) -> None:
    text_of(text)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@many
@given(configs)
def test_thousands_of_configs(content: dict[str, Any]) -> None:
    config_of(content)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@many
@given(st.lists(ops, max_size=3) | anything)
def test_thousands_of_recipes(spec: Any) -> None:
    recipe_of(spec)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@many
@given(st.text(max_size=60))
def test_thousands_of_names(text: str) -> None:
    text_of(text)
