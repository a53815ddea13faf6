"""Style networks on disk: safetensors whose header says how to build them. No pickle is ever read."""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from contrastive.errors import UserError
from contrastive.storage import write_bytes
from contrastive.style.network import Design, StyleNetwork


def save_network(network: StyleNetwork, path: Path, *, half: bool = False) -> None:
    """Write weights and design atomically; `half` stores them as float16. A VGG-19 inside is left out."""
    foreign = network.design.encoder == "vgg19"
    state = {
        key: (value.half() if half else value).detach().cpu().contiguous()
        for key, value in network.state_dict().items()
        if not (foreign and key.startswith("encoder."))
    }
    write_bytes(path, save(state, metadata={"style": json.dumps(network.describe())}))


def load_network(path: Path) -> StyleNetwork:
    """The style network at `path`, in evaluation mode. Raises UserError for a missing, damaged or foreign file."""
    if not path.is_file():
        raise UserError(f"There are no style weights at {path.name}.", "The training may have only just begun.")
    try:
        with safe_open(path, framework="pt") as file:
            said = json.loads((file.metadata() or {}).get("style", "null"))
            state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError(f"{path.name} is not a readable safetensors file.") from error
    if not said:
        raise UserError(f"{path.name} holds no style network.", "It was not written by style-train.")
    try:
        network = StyleNetwork(Design(**{**said, "widths": tuple(said["widths"])}))
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        raise UserError(f"{path.name} describes no style network that can be built.") from error
    own = {
        key for key in network.state_dict() if not (network.design.encoder == "vgg19" and key.startswith("encoder."))
    }
    try:
        missing, unknown = network.load_state_dict({key: value.float() for key, value in state.items()}, strict=False)
    except RuntimeError as error:
        raise UserError(f"The weights in {path.name} do not fit their own description.") from error
    if own & set(missing) or unknown:
        raise UserError(f"The weights in {path.name} do not fit their own description.")
    return network.eval()
