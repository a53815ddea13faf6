"""Take it away: the map as a page, a table with vectors, projector files or the encoder, ready to download."""

import shlex
from typing import Any

import numpy as np
import streamlit as st

from _ui import emphasis, loading
from _ui.errors import shown
from contrastive import export
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.export import KINDS, Contents, Kind
from contrastive.maps import KNOBS

MIME = {".html": "text/html", ".zip": "application/zip"}


def show(
    images: ImageDataset,
    known: Known,
    *,
    key: str,
    method: str = "tsne",
    seed: int = 0,
    knobs: dict[str, Any] | None = None,
) -> None:
    """A folded part with everything that other programs open; map and seed as they are on the screen.

    `key` is unique on the page. Files are made when asked for, and kept until another one is.
    """
    folded = st.expander("Take it away", icon=":material/archive:", key=key, on_change="rerun")
    if not folded.open:
        return
    with folded, shown():
        kinds = {name: kind for name, kind in KINDS.items() if kind.vectors or known.kind != "vectors"}
        what = st.segmented_control(
            "What",
            list(kinds),
            default=next(iter(kinds)),
            required=True,
            key=f"{key}-what",
            format_func=lambda name: KINDS[name].title,
            wrap=True,
        )
        kind = KINDS[what or "html"]
        st.caption(kind.help)
        settled = {name: knob.default for name, knob in KNOBS[method].items()} | (knobs or {})
        name = f"{images.name.partition(':')[0]}-{known.name}{kind.suffix}"
        made_of = f"{what} {known.hash(images)} {images.fingerprint} {method} {seed} {sorted(settled.items())}"
        store = f"{key}-made"
        if st.session_state.get(store, ("", b""))[0] != made_of:
            # Not on every look at the part: some take a while.
            if st.button("Make it", icon=":material/deployed_code:", type=emphasis.main(), key=f"{key}-make"):
                export.find(str(what))
                contents = _gather(kind, images, known, method, seed, settled)
                with st.spinner("Writing", show_time=True):
                    files = kind.make(contents)
                st.session_state[store] = (made_of, files if isinstance(files, bytes) else export.zipped(files))
                st.rerun()
        else:
            content = st.session_state[store][1]
            st.download_button(
                f"Download {name}, {len(content) / 2**20:.1f} MiB",
                content,
                name,
                MIME.get(kind.suffix, "application/octet-stream"),
                icon=":material/download:",
                type=emphasis.main(),
                key=f"{key}-download",
                on_click="ignore",
            )
        st.code(
            _command(str(what), kind, images, known, method, seed, settled, name), language="bash", wrap_lines=True
        )
        st.caption("Charts: the camera above each gives a PNG, SVG beside it a drawing that stays sharp at any size.")


def _gather(
    kind: Kind, images: ImageDataset, known: Known, method: str, seed: int, knobs: dict[str, Any]
) -> Contents:
    if not kind.vectors:
        return Contents(known, images)
    vectors = np.asarray(loading.vectors(known, images))
    made = loading.fitted_map(known, images, method, 2, seed, knobs) if kind.map else None
    return Contents(known, images, vectors, made)


def _command(
    what: str,
    kind: Kind,
    images: ImageDataset,
    known: Known,
    method: str,
    seed: int,
    knobs: dict[str, Any],
    name: str,
) -> str:
    """The same file from the command line."""
    words = ["python", "-m", "contrastive", "export", known.name, "--dataset", images.name, "--what", what]
    if kind.map:
        words += ["--method", method, *(["--seed", str(seed)] if seed else [])]
        turned = {n: v for n, v in knobs.items() if v != KNOBS[method][n].default}
        words += [word for n, v in turned.items() for word in (f"--{n.replace('_', '-')}", f"{v:g}")]
    return shlex.join([*words, "--out", name])
