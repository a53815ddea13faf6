"""One's own pictures on the map: placed by the map's own rule, while nothing else moves."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from _ui import loading
from _ui.errors import show
from _ui.map.scene import Scene
from _ui.uploads import within
from contrastive.datasets.decode import fit, open_image
from contrastive.errors import UserError
from contrastive.storage import digest

VOTERS = 10
HANDED = "map-handed"


@dataclass(frozen=True, eq=False)
class Guest:
    """A picture that is not of the set: its place (dims,), the rows most like it, and whether any is alike enough.

    `cosine` is that of the nearest picture; below `below` it is unlike anything here.
    """

    name: str
    picture: bytes
    place: np.ndarray
    rows: np.ndarray
    cosine: float
    below: float

    @property
    def unlike(self) -> bool:
        """Whether it is farther from all pictures than 99 of 100 of them are from their nearest."""
        return self.cosine < self.below


class Handed(io.BytesIO):
    """A picture that another page hands over; a file with a name, as an upload is one."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def hand(files: list[Any]) -> None:
    """Let the map place these uploads of another page, in place of those handed over before."""
    st.session_state[HANDED] = [Handed(file.getvalue(), file.name) for file in files]


def field() -> list[Any]:
    """The drop zone behind a button of the bar; returns the files, and those that another page handed over."""
    handed: list[Any] = st.session_state.get(HANDED, [])
    with st.popover("Upload", icon=":material/add_photo_alternate:", key="map-upload-popover"):
        files = st.file_uploader(
            "Put your own pictures on the map",
            type="image",
            accept_multiple_files=True,
            max_upload_size=64,
            key="map-upload",
            help="They stay on this machine and are forgotten when you leave. No other picture moves.",
        )
        if handed:
            st.caption(f"From Neighbours: {', '.join(file.name for file in handed)}")
            st.button("Take them off the map", icon=":material/close:", on_click=hand, args=([],))
    return [*files, *handed]


def guests(scene: Scene, files: list[Any]) -> list[Guest]:
    """A guest for each file that is a picture; each other is told of in one sentence."""
    before: dict[str, Guest] = st.session_state.get("map-guests", {})
    kept: dict[str, Guest] = {}
    for file in within(files):
        key = digest(file.name, file.getvalue(), scene.key, repr(scene.wish))
        try:
            if key not in before:
                with st.spinner(f"Placing {file.name}"):
                    before[key] = place(scene, file.name, file.getvalue())
            kept[key] = before[key]
        except UserError as error:
            show(error)
    st.session_state["map-guests"] = kept
    return list(kept.values())


def place(scene: Scene, name: str, content: bytes) -> Guest:
    """Where a picture belongs on the map, and what is most like it. Errors: UserError for what is no picture."""
    from contrastive.embed import encode
    from contrastive.neighbours import unlike_below

    picture = open_image(content, name=name)
    import torch

    # As the set's own pictures are kept, so that a copy of one gives its very numbers.
    pixels = torch.from_numpy(fit(picture, scene.part.size, channels=scene.part.channels)[None].copy())
    vector = encode(loading.encoder(scene.known, scene.part), pixels)
    index = loading.index(scene.key, scene.vectors)
    scores, rows = index.search(vector, VOTERS)
    picture.thumbnail((400, 400))
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "WEBP", quality=90)
    placed = scene.made.place(vector)[0]
    return Guest(name, buffer.getvalue(), placed, rows[0], float(scores[0, 0]), unlike_below(index))
