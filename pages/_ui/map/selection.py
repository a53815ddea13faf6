"""The selection beneath the map: its pictures, how it differs from the whole, and ways to keep and restore it."""

import numpy as np
import pandas as pd
import streamlit as st

from _ui.errors import show
from _ui.gallery import gallery
from _ui.map import columns, opened
from _ui.map.colouring import Colouring
from _ui.map.scene import Scene
from contrastive import selections
from contrastive.counted import counted
from contrastive.errors import UserError

SHOWN = 60
SEEDS, SAID = "map-seeds", "map-restored"


def seeds(scene: Scene) -> tuple[list[int], int]:
    """The rows that a file restored, and how often one did: `selected` of the map, and its turn."""
    turn, fingerprint, rows = st.session_state.get(SEEDS, (0, "", []))
    return (rows if fingerprint == scene.part.fingerprint else []), turn


def draw(scene: Scene, coloured: Colouring, chosen: list[int]) -> None:
    """Everything about the selection; without one, the way to restore an exported one."""
    said = st.session_state.pop(SAID, None)
    if isinstance(said, UserError):
        show(said)
    elif said:
        st.success(said, icon=":material/check:")
    if not chosen:
        _restore(scene)
        return
    st.subheader(f"{len(chosen):,} selected")
    shares = None
    if coloured.classes and not coloured.scale:
        marked = np.zeros(len(scene.part), dtype=bool)
        marked[chosen] = True
        shares = selections.share_table(coloured.codes, coloured.classes, marked)
        st.markdown(_in_words(shares, coloured.name))
    wall, side = st.columns([5, 3], gap="large") if shares is not None else (st.container(), st.container())
    with wall:
        # Of many, a sample: the first ones would all be of one class.
        seen = np.sort(np.random.default_rng(0).permutation(chosen)[:SHOWN])
        labels = coloured.labels
        hit = gallery(scene.part, seen, captions=[labels[row] for row in seen], key="map-selected", size=84)
        if len(chosen) > SHOWN:
            st.caption(f"{SHOWN} of {len(chosen):,}, drawn at random.")
        if hit is not None:
            opened.ask(scene, hit)
            st.rerun()
    with side:
        if shares is not None:
            _table(shares)
        _keep(scene, chosen)


def _in_words(shares: pd.DataFrame, name: str) -> str:
    table = shares[shares["pictures"] > 0].sort_values("pictures", ascending=False, kind="stable")
    top = table.iloc[0]
    here, all_over = top["in selection"], top["in all"]
    return f"{here:.0%} of them are *{top['class']}* ({name}); among all pictures it is {all_over:.0%}."


def _table(shares: pd.DataFrame) -> None:
    in_percent = {name: 100 * shares[name] for name in ("in selection", "in all")}
    st.dataframe(
        shares.assign(**in_percent),
        hide_index=True,
        height="content" if len(shares) <= 12 else 460,
        column_order=["class", "in selection", "in all", "ratio"],
        column_config={
            "class": st.column_config.TextColumn("Class"),
            "in selection": st.column_config.NumberColumn("Here", format="%.1f %%", help="Share in the selection."),
            "in all": st.column_config.NumberColumn("In all", format="%.1f %%", help="Share among all pictures."),
            "ratio": st.column_config.NumberColumn("Times", format="%.2f", help="Share here over share in all."),
        },
        alt="Share of each class in the selection and among all pictures, and their ratio",
    )


def _keep(scene: Scene, chosen: list[int]) -> None:
    part, points, vectors = scene.part, scene.made.points, scene.vectors
    with st.container(horizontal=True):
        columns.keep(scene.images, [int(scene.rows[row]) for row in chosen])
        with st.popover("Download", icon=":material/download:", key="map-download"):
            for label, make, name, kind in (
                ("Table (CSV)", lambda: selections.as_csv(part, chosen, points), "selection.csv", "text/csv"),
                (
                    "Table with vectors (Parquet)",
                    lambda: selections.as_parquet(part, chosen, points, vectors),
                    "selection.parquet",
                    "application/vnd.apache.parquet",
                ),
                ("Pictures (zip)", lambda: selections.as_zip(part, chosen), "selection.zip", "application/zip"),
            ):
                st.download_button(
                    label, make, name, kind, on_click="ignore", key=f"map-download-{name}", width="stretch"
                )
            st.caption("Each of them restores the selection later.")


def _restore(scene: Scene) -> None:
    # Another number empties the drop zone after something was restored.
    number = st.session_state.get("map-restore-number", 0)
    with st.popover("Restore a selection", icon=":material/restore_page:", type="tertiary", key="map-restore"):
        st.file_uploader(
            "A selection that was downloaded",
            type=["csv", "parquet", "zip"],
            key=f"map-restore-{number}",
            on_change=_read,
            args=(scene, f"map-restore-{number}"),
            help="Any table with a column id will do, as CSV or Parquet.",
        )


def _read(scene: Scene, key: str) -> None:
    file = st.session_state[key]
    if file is None:
        return
    try:
        rows, strangers = selections.from_file(file.getvalue(), scene.part)
        st.session_state[SEEDS] = (st.session_state.get(SEEDS, (0,))[0] + 1, scene.part.fingerprint, rows.tolist())
        others = f" Left out: {counted(strangers, 'id')} of the file that no picture here has." if strangers else ""
        st.session_state[SAID] = f"Selected again: {counted(len(rows), 'picture')}.{others}"
    except UserError as error:
        st.session_state[SAID] = error
    st.session_state["map-restore-number"] = st.session_state.get("map-restore-number", 0) + 1
