"""Add pictures: an upload, paths on this machine, a published collection or a museum; a preview before it is kept."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from _ui import emphasis, loading, sidebar
from _ui.errors import show, shown
from _ui.scan_preview import Sample, preview, sample
from _ui.uploads import KINDS, packed
from contrastive import datasets
from contrastive.datasets import own
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError

READ_AS = {
    "folder": "folders of pictures",
    "csv": "a table (CSV) that lists pictures",
    "wikiart": "WikiArt: style folders or its lists",
    "artdl": "the ArtDL kit",
    "defungi": "DeFungi class folders",
    "pets": "Oxford-IIIT Pet",
    "cifar10": "CIFAR-10",
    "mnist": "MNIST files",
    "fashion-mnist": "Fashion-MNIST files",
}
COLLECTIONS = {
    "mnist": "MNIST: 70,000 handwritten digits, 11 MB",
    "fashion-mnist": "Fashion-MNIST: 70,000 articles of clothing, 30 MB",
    "cifar10": "CIFAR-10: 60,000 small photographs, 170 MB",
    "pets": "Oxford-IIIT Pet: 7,349 photographs of 37 breeds, 800 MB",
}


@dataclass(frozen=True)
class Found:
    """Pictures that may be kept: what reads them, from where, and what was understood of them."""

    source: Path | bytes | list[Path]
    scan: Scan
    sample: Sample
    kind: str = "folder"
    options: dict[str, Any] = field(default_factory=dict)


def draw() -> None:
    """The ways to add pictures, the preview and the button that keeps them."""
    # Folded up again once pictures were kept: under another key it is another box.
    key = f"own-add-{st.session_state.get('own-kept', 0)}"
    with st.expander("Add your own pictures", icon=":material/add_photo_alternate:", key=key), shown():
        way = st.segmented_control("From", list(WAYS), default="an upload", key="own-way", required=True)
        found = WAYS[way or "an upload"]()
        if found is None:
            return
        preview(found.scan, found.sample)
        st.text_input("Name", value=_free_name(found.scan.name), key="own-name", max_chars=60)
        _ask_for_columns(found.scan)
        st.button("Keep it", type=emphasis.main(), icon=":material/check:", on_click=_keep, args=(found,))
        if error := st.session_state.pop("own-error", None):
            show(error)


def _upload() -> Found | None:
    st.markdown(
        "A zip, or several pictures. One folder a class gives labels, one flat folder none; folders called train, "
        "val and test are kept as splits; a CSV in the zip can list the pictures with labels. Everything stays on "
        "this machine."
    )
    files = st.file_uploader("A zip, or several pictures", type=KINDS, accept_multiple_files=True, key="own-files")
    if not files:
        return None
    kind = st.selectbox("Read it as", list(READ_AS), format_func=READ_AS.__getitem__, key="own-kind")
    source = packed(files)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "my-pictures.zip"
        path.write_bytes(source)
        scan = datasets.scan(kind, root=path)
        return Found(source, scan, sample(scan), kind)


def _paths() -> Found | None:
    st.markdown(
        "A folder, a zip, or a CSV on this machine; it is only read. Several places, one a line, are joined into one "
        "set with the columns *content* (the class) and *style* (the place a picture came from)."
    )
    typed = st.text_area("Paths, one a line", key="own-path", height=90, placeholder="/home/me/paintings")
    places = [Path(line.strip()).expanduser() for line in typed.splitlines() if line.strip()]
    kind = st.selectbox("Read as", list(READ_AS), format_func=READ_AS.__getitem__, key="own-kind-path")
    if not places:
        return None
    if len(places) == 1 and places[0].suffix.lower() in (".csv", ".tsv") and kind == "folder":
        kind = "csv"
    scan = datasets.scan(kind, root=places)
    return Found(places, scan, sample(scan), kind)


def _collection() -> Found | None:
    name = st.radio("Collection", list(COLLECTIONS), format_func=COLLECTIONS.__getitem__, key="own-collection")
    st.caption("Downloaded once from its publisher into data/, then it stands in the sidebar.")
    if st.button("Get it", type=emphasis.main(), icon=":material/download:", key="own-get"):
        loading.dataset(name)
        st.session_state["own-got"] = name
    if got := st.session_state.get("own-got"):
        st.button(f"Look at {got}", icon=":material/visibility:", on_click=sidebar.look_at, args=(got,))
    return None


def _museum() -> Found | None:
    st.markdown(
        "Works in the public domain from the Art Institute of Chicago, with title, artist, date, style and link. "
        "About one picture a second, out of politeness; what was fetched is kept when you stop."
    )
    with st.form("own-museum", border=False):
        left, right = st.columns([3, 1])
        query = left.text_input("Search for", "monet")
        limit = right.number_input("At most", 10, 5000, 100, 10)
        department = left.text_input("Only this department", placeholder="any")
        style = right.text_input("Only this style", placeholder="any")
        asked = st.form_submit_button("Fetch", type=emphasis.main(), icon=":material/museum:")
    options = {"query": query, "limit": int(limit), "department": department, "style": style}
    if asked:
        st.session_state["own-wish"] = options
    if not (wish := st.session_state.get("own-wish")):
        return None
    with loading.progress("Fetching from the museum") as report:
        scan = datasets.scan("museum", progress=report, **wish)
    return Found([], scan, sample(scan), "museum", wish)


WAYS: dict[str, Callable[[], Found | None]] = {
    "an upload": _upload,
    "a path on this machine": _paths,
    "a published collection": _collection,
    "a museum": _museum,
}


def _ask_for_columns(scan: Scan) -> None:
    """Other names for the label columns, where the user gives some."""
    for number, column in enumerate(scan.label_columns):
        if number % 4 == 0:
            places = st.columns(4)
        places[number % 4].text_input(
            f"Call *{column}*", column, key=f"own-column-{column}", help="The name of this label everywhere."
        )


def _keep(found: Found) -> None:
    # Read now: names may have been typed after the button was drawn.
    told = {column: st.session_state[f"own-column-{column}"].strip() for column in found.scan.label_columns}
    columns = {old: new for old, new in told.items() if new and new != old}
    try:
        name = st.session_state["own-name"]
        kept = own.add(name, found.source, kind=found.kind, columns=columns, **found.options)
        st.session_state.pop("own-wish", None)
        st.session_state["own-path"] = ""
        st.session_state["own-kept"] = st.session_state.get("own-kept", 0) + 1
        sidebar.look_at(data=kept)
    except UserError as error:
        st.session_state["own-error"] = error


def _free_name(name: str) -> str:
    taken, free, number = {*own.names(), *datasets.SOURCES}, name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
