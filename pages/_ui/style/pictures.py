"""Which pictures stand on the stage of the studio: of a data set, named in the address, or the visitor's own."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from _ui import loading, sidebar
from _ui.errors import show, shown
from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import open_image
from contrastive.errors import UserError

CONTENT, STYLES = "style-content", "style-styles"
OWN = {CONTENT: "style-own-content", STYLES: "style-own-styles"}
MOST = 4
YOURS = "yours "
LARGEST = 1024
"""Pixels of a side beyond which a picture is painted no finer."""


@dataclass(frozen=True)
class Picture:
    """A picture on the stage. `key` names its content, for caches; `row`: its place in the set that is looked at."""

    ref: str
    image: Image.Image
    name: str
    key: str
    row: int | None = None

    @property
    def yours(self) -> bool:
        """Whether the visitor brought it, so that no address can name it."""
        return self.ref.startswith(YOURS)


def ref_of(row: int, data: str = "") -> str:
    """How the address names a picture: ROW of the set that is looked at, or ROW@DATA of another one."""
    return f"{row}@{data}" if data else str(row)


def placed(images: ImageDataset) -> tuple[Picture, list[Picture]]:
    """The content and one to four styles, as the state says; what cannot be shown is said and replaced."""
    first = np.random.default_rng(3).integers(len(images), size=2)
    _follow_address(ref_of(int(first[0])), ref_of(int(first[1])))
    for place in (CONTENT, STYLES):
        for file in _files(place):
            with shown():
                _own(file)
    content = _found(st.session_state[CONTENT], images, CONTENT)
    if content is None:
        content = of_row(images, int(first[0]), "")
    found = [_found(ref, images, STYLES) for ref in st.session_state[STYLES]]
    styles = [picture for picture in found if picture is not None] or [of_row(images, int(first[1]), "")]
    st.session_state[CONTENT] = content.ref
    st.session_state[STYLES] = [picture.ref for picture in styles]
    return content, styles


def say_address() -> None:
    """Put the pictures into the address, the visitor's own left out."""
    content, styles = st.session_state[CONTENT], st.session_state[STYLES]
    wanted = {"content": [content], "style": list(styles)}
    for name, refs in wanted.items():
        refs = [ref for ref in refs if not ref.startswith(YOURS)]
        if st.query_params.get_all(name) == refs:
            continue
        if refs:
            st.query_params[name] = refs
        else:
            st.query_params.pop(name, None)


def of_row(images: ImageDataset, row: int, data: str) -> Picture:
    """A picture of a data set at its original resolution; `data` is empty for the set that is looked at."""
    record = images.table.iloc[row]
    name = str(record.get("title", record["id"]))
    picture = _opened_row(images.fingerprint, row, images)
    return Picture(ref_of(row, data), picture, name, f"{images.fingerprint} {row}", None if data else row)


def hang(place: str, number: int, ref: str) -> None:
    """Put a picture on the stage: `place` is CONTENT or STYLES, `number` the style it replaces."""
    if place == CONTENT:
        st.session_state[CONTENT] = ref
        return
    styles: list[str] = st.session_state[STYLES]
    st.session_state[STYLES] = [*styles[:number], ref, *styles[number + 1 :]][:MOST]


def hang_own(place: str, number: int) -> None:
    """Put what was just uploaded and can be read on the stage; several styles become a mix."""
    standing = [st.session_state[CONTENT]] if place == CONTENT else st.session_state[STYLES]
    fresh = []
    for file in _files(place):
        try:
            _own(file)
        except UserError:
            # `placed` says it, for as long as the file lies there.
            continue
        fresh += [YOURS + file.file_id] * (YOURS + file.file_id not in standing)
    for step, ref in enumerate(fresh[:MOST]):
        hang(place, number if step == 0 else MOST, ref)


def take_down(number: int) -> None:
    """Remove one style of the mix; the weights of the others stay theirs."""
    st.session_state[STYLES] = [ref for i, ref in enumerate(st.session_state[STYLES]) if i != number]
    for i in range(number + 1, MOST):
        if f"w{i + 1}" in st.session_state:
            st.session_state[f"w{i}"] = st.session_state[f"w{i + 1}"]


def _follow_address(content: str, style: str) -> None:
    """At first, what the address asks for, or these; the page's own state after that."""
    if CONTENT not in st.session_state:
        st.session_state[CONTENT] = st.query_params.get("content") or content
    if not st.session_state.get(STYLES):
        st.session_state[STYLES] = [ref for ref in st.query_params.get_all("style") if ref][:MOST] or [style]


def _found(ref: str, images: ImageDataset, place: str) -> Picture | None:
    """The picture of a reference; None where there is none, which is said unless the visitor removed it himself."""
    try:
        if ref.startswith(YOURS):
            return next((_own(file) for file in _files(place) if YOURS + file.file_id == ref), None)
        match = re.fullmatch(r"(\d{1,9})(?:@(.{1,200}))?", ref)
        data = (match[2] or "") if match else ""
        if data == st.session_state.get("data", sidebar.FIRST):
            data = ""
        if match and (not data or data in sidebar.data_names()):
            source = loading.dataset(data) if data else images
            if int(match[1]) < len(source):
                return of_row(source, int(match[1]), data)
        if match is None or data:
            raise UserError(f"There is no picture {ref[:60]!r}.", "Another one hangs in its place.")
    except UserError as error:
        show(error)
    # A row beyond the end: the set was changed in the sidebar, which is no mistake.
    return None


def _files(place: str) -> list[Any]:
    """What lies in the drop zone of the content or of the styles."""
    found = st.session_state.get(OWN[place]) or []
    return found if isinstance(found, list) else [found]


def _own(file: Any) -> Picture:
    """An uploaded picture; UserError if it cannot be read."""
    data = file.getvalue()
    key = hashlib.blake2b(data, digest_size=16).hexdigest()
    return Picture(YOURS + file.file_id, _opened_own(key, data, file.name), file.name, key)


@st.cache_resource(max_entries=64, show_spinner=False)
def _opened_row(fingerprint: str, row: int, _images: ImageDataset) -> Image.Image:
    return _within(_images.open(row).convert("RGB"))


@st.cache_resource(max_entries=12, show_spinner=False)
def _opened_own(key: str, _data: bytes, name: str) -> Image.Image:
    return _within(open_image(_data, name=name))


def _within(picture: Image.Image) -> Image.Image:
    """What is painted of a picture: the middle of a long strip, no larger than is of use."""
    from contrastive.style.painting import LONGEST

    longest = LONGEST * min(picture.size)
    left, top = (max(0, (side - longest) // 2) for side in picture.size)
    picture = picture.crop((left, top, picture.width - left, picture.height - top))
    picture.thumbnail((LARGEST, LARGEST))
    return picture
