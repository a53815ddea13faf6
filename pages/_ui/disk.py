"""What takes room on the disk: a table by size, and a button that deletes what was ticked and is not in use."""

import pandas as pd
import streamlit as st

from _ui.errors import show
from contrastive import housekeeping
from contrastive.commands.cleaning import size
from contrastive.errors import UserError


def draw() -> None:
    """The table, what stays and why, and the button."""
    if told := st.session_state.pop("disk-told", None):
        st.toast(told, icon=":material/delete:")
    for error in st.session_state.pop("disk-errors", []):
        show(error)
    found = housekeeping.items()
    if not found:
        st.caption("Nothing takes room yet.")
        return
    st.markdown(
        f"{size(sum(item.bytes for item in found))} in all. Runs are gone for good when they are deleted; everything "
        "else is made again when it is next asked for."
    )
    table = pd.DataFrame(
        {
            "what": [item.kind for item in found],
            "name": [item.name for item in found],
            "MiB": [item.bytes / 2**20 for item in found],
            "changed": pd.to_datetime([item.changed for item in found], unit="s"),
            "in use": [item.use for item in found],
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="disk-table",
        alt="Runs, prepared data sets and caches, the largest first",
        column_config={
            "MiB": st.column_config.NumberColumn(format="%.1f"),
            "changed": st.column_config.DatetimeColumn(format="distance"),
            "in use": st.column_config.TextColumn(help="Why it stays; nothing that is in use is deleted."),
        },
    )
    ticked = [found[row] for row in event["selection"]["rows"] if row < len(found)]
    room = size(sum(item.bytes for item in ticked))
    with st.popover("Delete what is ticked", icon=":material/delete:", disabled=not ticked):
        st.markdown(f"{len(ticked)} of them, {room}, are deleted for good.")
        st.button("Delete them", key="disk-delete", on_click=_delete, args=(ticked,))


def _delete(ticked: list[housekeeping.Item]) -> None:
    gone, errors = [], []
    for item in ticked:
        try:
            housekeeping.delete(item)
            gone.append(item)
        except UserError as error:
            errors.append(error)
    # Other rows now stand where the ticks were.
    st.session_state.pop("disk-table", None)
    st.session_state["disk-errors"] = errors
    if gone:
        st.session_state["disk-told"] = f"{size(sum(item.bytes for item in gone))} are free again."
