"""The encoder as ONNX, for programs without Python or torch: pixels in, a vector out."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import warnings
from typing import TYPE_CHECKING

from contrastive.errors import UserError
from contrastive.export.contents import Contents

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

NEEDED = ("onnx", "onnxscript")


def onnx(contents: Contents) -> bytes:
    """The network of an encoder as `onnx_of` gives it; UserError for vectors made elsewhere, which have none."""
    missing()
    return onnx_of(contents.known.load(contents.dataset))


def onnx_of(encoder: Encoder) -> bytes:
    """An ONNX model, `pixels` (batch, channels, size, size) float32 in 0..1 -> `embedding` (batch, dim) float32.

    Any batch size; channels and size are those the encoder was built for, and normalisation is inside: give it uint8
    pixels divided by 255. Size, channels and order are also told in the model's metadata. It agrees with torch to
    1e-4. Raises UserError where a package for the export is missing.
    """
    missing()
    import torch

    model = encoder.eval().cpu()
    example = torch.rand(2, encoder.channels, encoder.size, encoder.size)
    # The exporter tells of its steps on stdout, where a document may be expected.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (example,),
            input_names=["pixels"],
            output_names=["embedding"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    proto = program.model_proto
    side = encoder.size
    proto.doc_string = (
        f"{encoder.name}: pixels (batch, {encoder.channels}, {side}, {side}) float32, uint8 values divided by 255, "
        f"{'red, green, blue' if encoder.channels == 3 else 'grey'}; embedding (batch, {encoder.dim}) float32. "
        "Resize the shorter side and crop the centre; normalisation is inside."
    )
    for key, value in {"size": side, "channels": encoder.channels, "dim": encoder.dim, "range": "0..1"}.items():
        proto.metadata_props.add(key=key, value=str(value))
    return bytes(proto.SerializeToString())


def missing() -> None:
    """Raise a UserError that names the packages that ONNX needs and are not installed."""
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        raise UserError(
            "ONNX needs packages that are not installed.", f"Run: python -m pip install {' '.join(absent)}"
        )
