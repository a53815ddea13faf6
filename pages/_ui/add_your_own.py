"""Add your own pictures: drop a zip or several pictures, or name a path; a preview before anything is kept."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from _ui import sidebar
from _ui.errors import show, shown
from contrastive.datasets import folder, own
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError

KINDS = ["zip", "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]


def draw() -> None:
    """The drop zone, the preview and the button that keeps it."""
    with st.expander("Add your own pictures", icon=":material/add_photo_alternate:"), shown():
        st.markdown(
            "One folder a class gives labels, one flat folder none; folders called train, val and test are kept as "
            "splits. Everything stays on this machine."
        )
        way = st.segmented_control(
            "From", ["a path on this machine", "an upload"], default="an upload", key="own-way", required=True
        )
        source: Path | bytes | None = None
        if way == "an upload":
            files = st.file_uploader(
                "A zip, or several pictures", type=KINDS, accept_multiple_files=True, key="own-files"
            )
            source = _packed(files) if files else None
        else:
            typed = st.text_input("Path of a folder or zip", key="own-path", placeholder="/home/me/paintings")
            source = Path(typed).expanduser() if typed else None
        if source is None:
            return
        scan = _preview(source)
        name = st.text_input("Name", value=_free_name(scan.name), key="own-name", max_chars=60)
        st.button("Keep it", type="primary", icon=":material/check:", on_click=_keep, args=(name, source))
        if error := st.session_state.pop("own-error", None):
            show(error)


def _keep(name: str, source: Path | bytes) -> None:
    try:
        sidebar.look_at(data=own.add(name, source))
    except UserError as error:
        st.session_state["own-error"] = error


def _packed(files: list[Any]) -> bytes:
    """What was dropped, as one zip."""
    if len(files) == 1 and files[0].name.lower().endswith(".zip"):
        return files[0].getvalue()
    if any(file.name.lower().endswith(".zip") for file in files):
        raise UserError("Drop one zip, or several pictures, not both.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number:04d}-{Path(file.name).name}", file.getvalue())
    return buffer.getvalue()


def _preview(source: Path | bytes) -> Scan:
    """Say and show what was understood, without storing anything of ours."""
    if isinstance(source, Path):
        return _describe(folder.scan(source, None))
    with tempfile.TemporaryDirectory() as place:
        packed = Path(place) / "my-pictures.zip"
        packed.write_bytes(source)
        return _describe(folder.scan(packed, None))


def _describe(scan: Scan) -> Scan:
    parts = [f"{len(scan.table):,} pictures, shown at {scan.size} px"]
    for column in scan.label_columns:
        classes = sorted(scan.table[column].dropna().unique())
        names = ", ".join(classes[:6]) + (" ..." if len(classes) > 6 else "")
        parts.append(f"{len(classes)} values of *{column}*: {names}")
        if len(classes) == 1:
            parts.append("a single class has nothing to tell apart, so reports will not be possible")
    if not scan.label_columns:
        parts.append("no labels")
    if "split" in scan.table.columns:
        counts = scan.table["split"].value_counts()
        parts.append("splits " + ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    st.markdown("Understood: " + "; ".join(parts) + ".")
    pictures, reasons = [], []
    for row in range(0, len(scan.table), max(1, len(scan.table) // 8)):
        try:
            pictures.append(Image.fromarray(scan.pixels(row).transpose(1, 2, 0)))
        except UserError as error:
            reasons.append(error.message)
    if pictures:
        st.image(pictures[:8], width=96, alt=["A picture of the preview"] * len(pictures[:8]))
    for reason in reasons[:5]:
        st.caption(f":material/warning: {reason} It will be left out.")
    return scan


def _free_name(name: str) -> str:
    taken, free, number = set(own.names()), name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
