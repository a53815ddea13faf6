"""Style transfer: the content of one picture in the manner of another.

    names()                          what can be loaded: shipped networks, and runs of style-train
    load("light-adaconv")            a StyleNetwork: network(content, style, alpha=...)

Nothing heavy is imported before a network is loaded.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive.errors import UserError
from contrastive.storage import digest, pretrained_dir, read_json

if TYPE_CHECKING:
    from contrastive.style.network import StyleNetwork

FILE = "style.safetensors"


def shipped() -> list[str]:
    """Names of the networks that come with the program."""
    return sorted(path.parent.name for path in pretrained_dir().glob(f"*/{FILE}"))


def names() -> list[str]:
    """Names of all networks there are: shipped ones, then those trained here, newest first."""
    from contrastive.style.run import StyleRun

    return [*shipped(), *(run.id for run in StyleRun.all() if (run.path / FILE).is_file())]


def card(name: str) -> dict[str, Any]:
    """What is known of a shipped network: data, command, steps, losses, sha256; empty for one trained here."""
    path = pretrained_dir() / name / "card.json"
    return read_json(path) if name in shipped() else {}


def fingerprint(name: str) -> str:
    """Content hash (32 hex digits) of the weights of that name; UserError if there are none."""
    path = _path(name)
    return _hashed(path, path.stat().st_mtime_ns)


def load(name: str, *, device: Any = "cpu") -> StyleNetwork:
    """The network of that name, in evaluation mode, kept in memory; UserError if there is none."""
    path = _path(name)
    return _load(path, path.stat().st_mtime_ns, str(device))


def _path(name: str) -> Path:
    from contrastive.style.run import StyleRun

    if name in shipped():
        return pretrained_dir() / name / FILE
    if StyleRun.exists(name) and (path := StyleRun.open(name).path / FILE).is_file():
        return path
    raise UserError(f"There is no style network called {name!r}.", f"Known: {', '.join(names()) or 'none'}.")


@lru_cache(maxsize=32)
def _hashed(path: Path, changed: int) -> str:
    return digest(path.read_bytes())


@lru_cache(maxsize=4)
def _load(path: Path, changed: int, device: str) -> StyleNetwork:
    import torch

    from contrastive.style.weights import load_network

    network = load_network(path).requires_grad_(False)
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
