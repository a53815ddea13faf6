"""What several tests of the screen share: the pictures that a page shows, as pixels."""

import base64
import io
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image

Shown = list[tuple[np.ndarray, str]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Pixels and alternative texts of what st.image was given, in the order in which it was drawn."""
    pictures: Shown = []
    image = st.image

    def remember(picture: Any, *args: Any, **knobs: Any) -> Any:
        if isinstance(picture, str):
            # A picture inside the message, as `_ui.data_url` writes it.
            with Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))) as opened:
                pictures.append((np.asarray(opened), knobs["alt"]))
        return image(picture, *args, **knobs)

    monkeypatch.setattr(st, "image", remember)
    return pictures
