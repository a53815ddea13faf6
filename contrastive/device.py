"""Device, number format and memory: what this machine has, asked rather than assumed."""

import contextlib
import ctypes
import sys

import torch

from contrastive.errors import UserError


def pick_device() -> torch.device:
    """A CUDA GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def has_bfloat16() -> bool:
    """Whether the device multiplies in bfloat16 itself, instead of imitating it slowly."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def pick_precision(wanted: str) -> torch.dtype:
    """The number format for "auto", "float32" or "bfloat16"."""
    if wanted == "bfloat16" and not has_bfloat16():
        raise UserError("This processor has no bfloat16.", "Use precision auto or float32.")
    return torch.bfloat16 if wanted != "float32" and has_bfloat16() else torch.float32


def autocast(device: torch.device, precision: torch.dtype) -> contextlib.AbstractContextManager[object]:
    """Mixed precision where it was chosen, nothing otherwise."""
    if precision == torch.float32:
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=precision)


TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of malloc.h


def keep_memory() -> None:
    """Let this process keep the memory it once had for its next step, where it is Linux with glibc.

    Touching fresh pages costs a third of a training step on a processor. Not for a server, whose memory would stay at
    its largest.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for what in (TRIM_THRESHOLD, MMAP_THRESHOLD):
            library.mallopt(what, 2**31 - 1)
