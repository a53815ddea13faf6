"""Encoders on disk: safetensors whose header says how to build them. No pickle is ever read."""

import json
from pathlib import Path

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


def load_encoder(path: Path) -> Encoder:
    """The encoder at `path`, in evaluation mode. Raises UserError for a missing, damaged or foreign file."""
    from contrastive.encoders import build

    if not path.is_file():
        raise UserError(f"There are no encoder weights at {path.name}.", "The run may not have finished an epoch.")
    try:
        with safe_open(path, framework="pt") as file:
            described = json.loads((file.metadata() or {}).get("encoder", "null"))
            state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError(f"{path.name} is not a readable safetensors file.") from error
    if not described:
        raise UserError(f"{path.name} does not say which encoder it holds.", "It was not written by this program.")
    encoder = build(described["name"], channels=described["channels"], size=described["size"])
    try:
        encoder.load_state_dict({key: v.float() if v.is_floating_point() else v for key, v in state.items()})
    except RuntimeError as error:
        raise UserError(f"The weights in {path.name} do not fit a {described['name']}.") from error
    return encoder.eval()
