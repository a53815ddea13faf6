"""Weights from elsewhere: a state_dict saved by torchvision, timm, lightly, solo-learn or a researcher's own code."""

import pickle
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from contrastive.encoders.encoder import HALF, Encoder
from contrastive.encoders.published import TORCHVISION
from contrastive.errors import UserError

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
NESTS = ("state_dict", "model_state_dict", "teacher", "student", "model", "encoder", "backbone", "net")
CLASSIFIERS = ("fc.", "classifier.", "head.", "heads.", "linear.", "projector.", "projection_head.")


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors file or a saved state_dict, by name; nothing in the file is ever executed.

    Raises UserError for a missing or damaged file, one that holds code, and one without named tensors.
    """
    if not path.is_file():
        raise UserError(f"There is no file {path}.", "Check the path of the weights.")
    try:
        if path.suffix == ".safetensors":
            content: Any = load_file(path)
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, SafetensorError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise UserError(
            f"{path.name} is damaged, or holds Python objects beside its weights, which are never run.",
            "Save the weights alone, with torch.save(model.state_dict(), ...) or as safetensors.",
        ) from error
    while isinstance(content, dict):
        inner = next((content[nest] for nest in NESTS if isinstance(content.get(nest), dict)), None)
        if inner is None:
            break
        content = inner
    state = {key: v for key, v in content.items() if isinstance(v, Tensor)} if isinstance(content, dict) else {}
    if not state:
        raise UserError(f"{path.name} holds no named tensors.", "Save model.state_dict() of the network.")
    return state


def fit(encoder: Encoder, path: Path) -> None:
    """Load the weights in `path` into the encoder as far as they fit, and say so in its `origin`.

    What precedes the encoder's own names (module., backbone., state_dict ...) does not matter, nor do classifiers.
    The first convolution is skipped where it has another shape: for small images or another number of channels.
    Networks of torchvision expect ImageNet's mean and std; where batch-norm was folded into the convolutions,
    pixels in -1..1, and batch-norm stays as it is in training.
    Errors: UserError for another shape anywhere else, or when fewer than half of the tensors are found.
    """
    state = read_state(path)
    own: dict[str, Tensor] = {key: v for key, v in encoder.body.state_dict().items() if not _counter(key)}
    found, unused = _matched(encoder.body, state)
    missing = [key for key in own if key not in found]
    clashes = [key for key in own if key in found and found[key].shape != own[key].shape]
    fitting = len(own) - len(missing) - len(clashes)
    if 2 * len(missing) > len(own):
        raise UserError(
            f"Only {fitting} of the {len(own)} tensors of a {encoder.name} are in {path.name}; "
            f"the first that is missing is {missing[0]}.",
            "Choose the encoder that the file was made for.",
        )
    stem = next((key for key, value in own.items() if value.ndim == 4), "")
    for key in clashes:
        if key != stem:
            raise UserError(
                f"{path.name} does not fit a {encoder.name}: {key} is {_shape(found[key])} in the file and "
                f"{_shape(own[key])} in the network.",
                "Choose the encoder that the file was made for.",
            )
        del found[key]
    encoder.body.load_state_dict(found, strict=False)
    if encoder.name in TORCHVISION:
        encoder.frozen_norm = _folded(encoder.body)
        encoder.normalise(*(HALF if encoder.frozen_norm else IMAGENET))
    encoder.train(encoder.training)
    encoder.origin = (
        f"{path.name}: {fitting} of the {len(own)} tensors of {encoder.name} found"
        + (f"; {stem} has another shape and starts at random" if clashes else "")
        + (f"; missing are {_some(missing)}" if missing else "")
        + (f"; not used are {_some(unused)}" if unused else "")
        + (
            "; batch-norm is folded into the convolutions and stays as it is, pixels are scaled to -1..1"
            if encoder.frozen_norm
            else ""
        )
        + "."
    )


def _matched(body: nn.Module, state: dict[str, Tensor]) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors of the file under the body's own names, and the names of those that belong to no head either.

    The body's names are looked for behind every prefix, also with its children numbered (as in nn.Sequential, which
    lightly uses); the prefix that finds most is taken, of several the first.
    """
    numbers = {name: str(number) for number, (name, _) in enumerate(body.named_children())}
    best: tuple[int, str, dict[str, str]] = (0, "", {})
    for numbered in (False, True):
        spelled: dict[str, str] = {}
        for key in body.state_dict():
            child, _, rest = key.partition(".")
            spelled[f"{numbers[child]}.{rest}" if numbered and child in numbers else key] = key
        counts: Counter[str] = Counter()
        for key in state:
            parts = key.split(".")
            for start in range(len(parts)):
                if ".".join(parts[start:]) in spelled:
                    counts["".join(f"{part}." for part in parts[:start])] += 1
        for prefix, count in counts.most_common(1):
            best = max(best, (count, prefix, spelled), key=lambda found: found[0])
    _, prefix, spelled = best
    found, unused = {}, []
    for key, value in state.items():
        name = key.removeprefix(prefix)
        if key.startswith(prefix) and name in spelled:
            found[spelled[name]] = value.float() if value.is_floating_point() else value
        elif key.startswith(prefix) and not name.startswith(CLASSIFIERS):
            unused.append(key)
    return found, unused


def _folded(body: nn.Module) -> bool:
    """Whether every batch-norm layer only adds a bias, and at least one does."""
    norms = [m for m in body.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    plain = all(
        bool((n.running_mean == 0).all()) and torch.allclose(n.weight, (n.running_var + n.eps).sqrt(), atol=1e-4)
        for n in norms
        if n.running_mean is not None and n.running_var is not None
    )
    return plain and any(bool(n.bias.any()) for n in norms)


def _counter(key: str) -> bool:
    return key.endswith("num_batches_tracked")


def _shape(value: Tensor) -> str:
    return " x ".join(map(str, value.shape)) or "one number"


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
