"""Pictures inside the message that shows them, as `data:` addresses for `st.image`.

Streamlit would keep them as files of the server and forget a file as soon as a later run of the page shows another
one; a browser that is slow to ask then finds a broken picture.
"""

import base64
import io

import numpy as np
from PIL import Image

LARGEST = 900  # pixels of the longer side: none is shown larger
KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}


def data_url(picture: bytes | np.ndarray | Image.Image) -> str:
    """The address of a picture: encoded bytes as they are, pixels (h, w) or (h, w, 3) uint8 exactly, others at most
    900 pixels wide and high.

    Raises ValueError for bytes that are neither PNG nor JPEG nor WebP.
    """
    if isinstance(picture, np.ndarray):
        content = _encoded(Image.fromarray(picture), "PNG")
    elif isinstance(picture, Image.Image):
        small = picture.convert("RGB")
        small.thumbnail((LARGEST, LARGEST))
        content = _encoded(small, "WEBP", quality=90)
    else:
        content = picture
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise ValueError("these bytes are no PNG, JPEG or WebP")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _encoded(picture: Image.Image, kind: str, **how: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()
