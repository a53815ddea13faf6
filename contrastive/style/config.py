"""StyleConfig: everything that decides the training of a style network. Each field is a flag of `style-train`."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contrastive.config import sentence
from contrastive.errors import UserError


def _field(default: Any, description: str, **bounds: Any) -> Any:
    return Field(default=default, description=description, **bounds)


class StyleConfig(BaseModel):
    """Which pictures teach a style network, and how. Frozen; unknown keys are refused; JSON round trip."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    content: list[str] = _field(
        ["atelier"], "Data sets whose pictures are restyled; each has an equal share.", min_length=1
    )
    style: list[str] = _field(
        ["atelier"], "Data sets whose pictures are the styles; each has an equal share.", min_length=1
    )
    split: Literal["train", "all"] = _field("train", "Which part is trained on; the rest is held out for previews.")
    limit: int = _field(4000, "At most this many pictures of each data set.", ge=8)
    size: int = _field(96, "Side of the squares that are painted in training, in pixels.", ge=32, le=512)

    transfer: Literal["adain", "adaconv"] = _field("adain", "What a style decides: statistics, or kernels.")
    encoder: Literal["light", "vgg19"] = _field(
        "light", "What looks at the pictures: a small network of ours, or VGG-19."
    )
    perceptual: str = _field(
        "squeezenet1_0", "Network that judges: vgg19, squeezenet1_0 or mobilenet_v2, or NAME:FILE."
    )

    content_weight: float = _field(1.0, "Weight of the content's features.", ge=0)
    moments_weight: float = _field(4.0, "Weight of means and deviations of the style's features.", ge=0)
    gram_weight: float = _field(4.0, "Weight of the Gram matrices of the style's features.", ge=0)
    cmd_weight: float = _field(0.0, "Weight of the central moments of the style's features.", ge=0)
    palette_weight: float = _field(1.0, "Weight of mean and deviation of red, green and blue.", ge=0)
    identity_weight: float = _field(1.0, "Weight of a picture in its own style being itself.", ge=0)
    variation_weight: float = _field(0.02, "Weight of the differences of neighbouring pixels.", ge=0)
    late: float = _field(3.0, "How much more the style counts in the last quarter.", ge=0)

    steps: int = _field(5000, "Steps of the optimizer.", ge=1)
    batch_size: int = _field(8, "Pairs of content and style in a step.", ge=2, le=256)
    lr: float = _field(2e-3, "Learning rate at its highest (AdamW); it falls along half a cosine.", gt=0, le=1)
    warmup: int = _field(100, "Steps in which the learning rate rises from zero.", ge=0)
    averaging: float = _field(0.999, "Memory of the running mean of the weights, which is what is kept.", ge=0, lt=1)
    clip: float = _field(1.0, "Longest gradient that is followed.", gt=0)
    every: int = _field(250, "Steps between two checkpoints and previews.", ge=1)
    precision: Literal["auto", "float32", "bfloat16"] = _field(
        "auto", "Number format; auto: bfloat16 where it is fast."
    )
    seed: int = _field(0, "Everything random follows from it.", ge=0, le=2**31 - 1)

    @classmethod
    def read(cls, content: dict[str, Any]) -> "StyleConfig":
        """The config in `content`; a UserError names the first thing that is wrong with it."""
        try:
            return cls(**content)
        except ValidationError as error:
            raise UserError(*sentence(error, cls)) from error
