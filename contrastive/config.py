"""TrainConfig: everything that decides a training run, validated once.

Each field is a flag of `python -m contrastive train` and a control on the training page; both are made from the
description and bounds given here. To add a setting, add a field.
"""

import json
from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contrastive.errors import UserError

Views = str | list[dict[str, Any]]


def _field(default: Any, description: str, group: str, **bounds: Any) -> Any:
    return Field(default=default, description=description, json_schema_extra={"group": group}, **bounds)


class TrainConfig(BaseModel):
    """What is trained on what, and how. Frozen; unknown keys are refused; JSON round trip."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dataset: str = _field("atelier", "Data set, NAME or NAME:PATH.", "data", min_length=1)
    size: int | None = _field(None, "Side of the pictures in pixels; empty: the set's own.", "data", ge=8, le=512)
    split: Literal["train", "val", "test", "all"] = _field("train", "Which part is trained on.", "data")
    limit: int | None = _field(None, "Train on at most this many pictures; empty: all.", "data", ge=4)
    per_class: int | None = _field(None, "Train on this many pictures of every class; empty: all.", "data", ge=1)
    per_place: int | None = _field(
        None, "Of places joined by + train on at most this many pictures each; empty: all.", "data", ge=1
    )
    excluded: list[str] = _field(
        [],
        "Ids of pictures left out of training; `ticked` takes those ticked on the data set page.",
        "data",
    )

    method: str = _field("simclr", "How views and loss are put together.", "method")
    views: Views = _field("simclr", "Recipe of augmentations that makes a view.", "method")
    strength: float = _field(1.0, "How strong the augmentations are: 0 none, 1 as declared.", "method", ge=0, le=2)
    n_views: int = _field(2, "Views of every picture in a batch.", "method", ge=2, le=8)
    temperature: float = _field(
        0.5, "Low: the nearest negatives count most. High: all count alike.", "method", gt=0, le=10
    )
    margin: float | None = _field(
        None, "How far apart is far enough; empty: 0 for pairwise, 1 for margin and triplet.", "method", ge=-1, le=100
    )
    positives: Literal["augmented", "same class"] = _field(
        "augmented", "What an anchor is pulled towards: itself augmented, or another of its class.", "method"
    )
    negatives: Literal["other class", "any"] = _field(
        "other class", "What it is pushed from: another class, or any other picture (no labels needed).", "method"
    )
    anchor: Literal["plain", "augmented"] = _field(
        "plain", "How pair and triplet methods show the anchor and its negative.", "method"
    )
    partners: Literal["every epoch", "positive once", "once"] = _field(
        "every epoch", "When positives and negatives of pair and triplet methods are drawn.", "method"
    )
    branches: Literal["together", "one by one"] = _field(
        "together", "Whether anchors, positives and negatives share batch-norm statistics.", "method"
    )
    mining: Literal["none", "semi-hard"] = _field(
        "none", "Semi-hard: take a nearer negative from the batch where there is one (triplet).", "method"
    )
    class_prior: float = _field(
        0.1, "Chance that a negative is of the anchor's own class (debiased).", "method", ge=0, lt=1
    )
    teacher: str = _field(
        "mobilenet_v2",
        "Network whose vectors are matched (distilled): an encoder by name, or NAME:FILE with ImageNet weights.",
        "method",
    )
    teacher_weight: float = _field(
        1.0, "How much the teacher counts beside the contrast (distilled).", "method", ge=0, le=1000
    )
    target_momentum: float = _field(
        0.99, "How slowly the target follows at the start; it ends standing still (byol).", "method", ge=0, le=1
    )

    encoder: str = _field("tiny", "Network that turns a picture into numbers; any of timm's as timm:NAME.", "encoder")
    initial: str = _field(
        "",
        "Weights to start from: pretrained (ImageNet), a run, a shipped encoder, or file:PATH; empty: random.",
        "encoder",
    )
    freeze: Literal["none", "all-but-last", "all"] = _field(
        "none",
        "Which part of the encoder keeps its weights: none, all but its last block, or all (only the head learns).",
        "encoder",
    )
    head: Literal["none", "linear", "mlp"] = _field("mlp", "Projection head, used in training only.", "encoder")
    head_width: int = _field(256, "Hidden width of an mlp head.", "encoder", ge=1, le=8192)
    head_dim: int = _field(128, "Numbers the head gives to the loss.", "encoder", ge=2, le=4096)

    epochs: int = _field(20, "How often every picture is seen.", "training", ge=1, le=10_000)
    batch_size: int = _field(
        256, "Pictures in a step; the rest of them are the negatives.", "training", ge=2, le=65_536
    )
    sampler: Literal["shuffle", "balanced"] = _field(
        "shuffle",
        "shuffle: every picture once an epoch. balanced: every class equally often, by its labels; pictures of rare "
        "classes come again and again.",
        "training",
    )
    optimizer: Literal["adamw", "sgd", "lars"] = _field(
        "adamw",
        "How weights follow the gradient; lars is for very large batches and wants a high rate: 0.3 for every 256 "
        "pictures of a batch.",
        "training",
    )
    lr: float = _field(1e-3, "Learning rate at its highest.", "training", gt=0, le=100)
    momentum: float = _field(0.9, "Memory of past gradients (sgd and lars).", "training", ge=0, lt=1)
    weight_decay: float = _field(1e-4, "Pull of all weights towards zero.", "training", ge=0, le=1)
    schedule: Literal["cosine", "multistep", "constant"] = _field(
        "cosine", "How the learning rate falls; multistep: to a tenth after 60 and 80 % of the epochs.", "training"
    )
    warmup: float = _field(1.0, "Epochs in which the learning rate rises from zero.", "training", ge=0)
    precision: Literal["auto", "float32", "bfloat16"] = _field(
        "auto", "Number format; auto takes bfloat16 where the processor has it.", "training"
    )
    devices: int = _field(
        1, "How many GPUs, or processes where there is none, share every batch (torchrun).", "training", ge=1, le=1024
    )
    snapshot_epochs: int = _field(
        10,
        "At how many epochs, spread evenly, the vectors of a fixed sample of pictures are kept, to see them move; 0: "
        "none.",
        "training",
        ge=0,
        le=1000,
    )
    seed: int = _field(0, "Everything random follows from it.", "training", ge=0, le=2**31 - 1)

    @classmethod
    def read(cls, content: dict[str, Any]) -> "TrainConfig":
        """The config in `content`; a UserError names the first thing that is wrong with it."""
        try:
            config = cls(**content)
        except ValidationError as error:
            raise UserError(*sentence(error)) from error
        from contrastive import encoders

        for name, known in choices().items():
            value = getattr(config, name)
            if name == "encoder":
                encoders.check(value)
            elif isinstance(value, str) and value not in known():
                raise UserError(f"There is no {name} called {value!r}.", f"Known: {', '.join(known())}.")
        return config

    @classmethod
    def from_json(cls, text: str | bytes) -> "TrainConfig":
        """The config in a JSON document, such as the config.json of a run."""
        try:
            content = json.loads(text)
        except ValueError as error:
            raise UserError(
                "This is not a JSON document.", "A config looks like the config.json of a run."
            ) from error
        if not isinstance(content, dict):
            raise UserError("A config is a JSON object.", 'For example {"dataset": "digits", "epochs": 5}.')
        return cls.read(content)

    def changed(self, **fields: Any) -> "TrainConfig":
        """A validated copy with other values."""
        return TrainConfig.read({**self.model_dump(), **fields})

    @property
    def uses_labels(self) -> bool:
        """Whether labels take part in the training, through its method or its sampler."""
        if self.sampler == "balanced":
            return True
        if self.method == "simclr":
            # Answered without the registry, which imports torch: pages ask before anything is on screen.
            return False
        from contrastive.methods import METHODS

        return METHODS[self.method].uses_labels(self)


def choices() -> dict[str, Callable[[], list[str]]]:
    """Fields whose values come from a registry, with the registry's names (read when called)."""
    from contrastive import augment, encoders, methods

    return {
        "method": lambda: list(methods.METHODS),
        "views": lambda: list(augment.RECIPES),
        "encoder": encoders.names,
    }


def sentence(error: ValidationError, model: type[BaseModel] | None = None) -> tuple[str, str]:
    """The first fault of a config as message and hint."""
    fields = (model or TrainConfig).model_fields
    fault = error.errors()[0]
    name = ".".join(str(part) for part in fault["loc"][:1])
    if fault["type"] == "extra_forbidden":
        import difflib

        near = difflib.get_close_matches(name, fields, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(fields)}."
        return f"A training config has no setting {name!r}.", hint
    reason = fault["msg"].removeprefix("Value error, ")
    field = fields.get(name)
    return f"{name} = {fault['input']!r} is not possible: {reason[:1].lower()}{reason[1:]}.", (
        f"{name}: {field.description}" if field and field.description else ""
    )
