"""The thumbnail route: /thumbnails/FINGERPRINT/ROW.webp serves one picture of a data set, and nothing else.

A fingerprint names content, so a picture never changes under its address and browsers may keep it for a year.
"""

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from _ui.access import asked_for, lets_in

# `contrastive.datasets` is imported where it is needed: the server is up before its half a second has passed.
if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset

FOREVER = "max-age=31536000, immutable"
LOSSLESS_BELOW = 48


def address(dataset: "ImageDataset") -> str:
    """Pattern of the addresses of a data set's pictures, with {index} for the row."""
    return f"/thumbnails/{dataset.fingerprint}/{{index}}.webp"


def thumbnail(request: Request) -> Response:
    """One picture as WebP; 404 for anything that is not a known fingerprint and a row of it.

    Where a login is asked for, 403 without one.
    """
    if not lets_in(request):
        return Response(status_code=403)
    fingerprint, row = request.path_params["fingerprint"], request.path_params["row"]
    if not re.fullmatch(r"[0-9a-f]{32}", fingerprint) or not re.fullmatch(r"\d{1,9}", row):
        return Response(status_code=404)
    content = _encoded(fingerprint, int(row))
    if content is None:
        return Response(status_code=404)
    # What only some may see is kept by their browsers, and by nothing that stands between for all.
    whose = "private" if asked_for() else "public"
    headers = {"Cache-Control": f"{whose}, {FOREVER}", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="image/webp", headers=headers)


def _encoded(fingerprint: str, row: int) -> bytes | None:
    from contrastive import datasets

    dataset = datasets.by_fingerprint(fingerprint)
    return _webp(fingerprint, row) if dataset is not None and row < len(dataset) else None


@lru_cache(maxsize=8192)
def _webp(fingerprint: str, row: int) -> bytes:
    from contrastive import datasets

    dataset = datasets.by_fingerprint(fingerprint)
    assert dataset is not None
    buffer = io.BytesIO()
    # Small pictures are shown enlarged, where the artefacts of lossy coding would be seen.
    dataset.picture(row).save(buffer, "WEBP", quality=88, lossless=dataset.size < LOSSLESS_BELOW)
    return buffer.getvalue()
