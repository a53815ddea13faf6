"""TensorBoard's embedding projector: vectors, metadata and a sprite, as its standalone page and plugin read them."""

from __future__ import annotations

import io

import numpy as np

from contrastive.export.contents import Contents
from contrastive.export.sprites import sheet

LARGEST = 8192
"""Side in pixels of the largest sprite the projector takes."""
SIDE = 64
"""Of a picture in it: a sprite is a PNG, and large."""


def projector(contents: Contents) -> dict[str, bytes]:
    """vectors.tsv, metadata.tsv, sprite.png and projector_config.pbtxt; vectors are needed.

    The metadata begins with a line of names, except where it has one column: the projector would take that line for
    a picture. Source: tensorboard.plugins.projector, projector_config.proto.
    """
    assert contents.vectors is not None
    dataset, table = contents.dataset, contents.table
    across = int(np.ceil(np.sqrt(len(dataset))))
    side = max(1, min(dataset.size, LARGEST // across, SIDE))
    # The split says nothing where there is only one.
    kept = [name for name in table.columns if name == "id" or table[name].nunique() > 1]
    lines = ["\t".join(_cell(value) for value in row) for row in table[kept].itertuples(index=False)]
    header = ["\t".join(kept)] if len(kept) > 1 else []
    buffer, sprite = io.StringIO(), io.BytesIO()
    np.savetxt(buffer, contents.vectors, fmt="%.7g", delimiter="\t")
    sheet(dataset, np.arange(len(dataset)), side=side, across=across).save(sprite, "PNG")
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in f"{contents.known.name}-{dataset.name}")
    config = (
        "embeddings {\n"
        f'  tensor_name: "{name}"\n'
        '  tensor_path: "vectors.tsv"\n'
        '  metadata_path: "metadata.tsv"\n'
        "  sprite {\n"
        '    image_path: "sprite.png"\n'
        f"    single_image_dim: {side}\n"
        f"    single_image_dim: {side}\n"
        "  }\n"
        "}\n"
    )
    return {
        "vectors.tsv": buffer.getvalue().encode(),
        "metadata.tsv": ("\n".join([*header, *lines]) + "\n").encode(),
        "sprite.png": sprite.getvalue(),
        "projector_config.pbtxt": config.encode(),
    }


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())
