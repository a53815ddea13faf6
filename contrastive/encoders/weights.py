"""Encoders on disk: safetensors whose header says how to build them. No pickle is ever read."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from contrastive.encoders.encoder import Encoder
from contrastive.errors import UserError
from contrastive.storage import write_bytes


def save_encoder(encoder: Encoder, path: Path, *, half: bool = False) -> None:
    """Write weights and description atomically; `half` stores them as float16."""
    state = {
        key: (value.half() if half and value.is_floating_point() else value).detach().cpu().contiguous()
        for key, value in encoder.state_dict().items()
    }
    write_bytes(path, save(state, metadata={"encoder": json.dumps(encoder.describe())}))


def described(path: Path) -> dict[str, Any] | None:
    """What the header of a safetensors file says about the encoder in it; None where this program did not write it.

    Raises UserError for a damaged file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            said: dict[str, Any] | None = json.loads((file.metadata() or {}).get("encoder", "null"))
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError(f"{path.name} is not a readable safetensors file.") from error
    return said


def load_encoder(path: Path) -> Encoder:
    """The encoder at `path`, in evaluation mode. Raises UserError for a missing, damaged or foreign file."""
    from contrastive.encoders import build

    if not path.is_file():
        raise UserError(f"There are no encoder weights at {path.name}.", "The run may not have finished an epoch.")
    said = described(path)
    if not said:
        raise UserError(f"{path.name} does not say which encoder it holds.", "It was not written by this program.")
    with safe_open(path, framework="pt") as file:
        state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    encoder = build(said["name"], channels=said["channels"], size=said["size"])
    try:
        encoder.load_state_dict({key: v.float() if v.is_floating_point() else v for key, v in state.items()})
    except RuntimeError as error:
        raise UserError(f"The weights in {path.name} do not fit a {said['name']}.") from error
    if "mean" in said:
        encoder.normalise(said["mean"], said["std"])
    encoder.frozen_norm = said.get("frozen_norm", False)
    return encoder.eval()
