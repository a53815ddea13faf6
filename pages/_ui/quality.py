"""Quality, on the data set page: what a check found, picture by picture, and what to leave out of training."""

import pandas as pd
import streamlit as st

from _ui import emphasis, loading, sidebar
from _ui.data_url import data_url
from _ui.errors import shown
from _ui.thumbnails import address
from contrastive import exclusions
from contrastive.catalogue import Known
from contrastive.counted import counted
from contrastive.datasets import ImageDataset
from contrastive.quality import KINDS, Findings, checked, earlier

ROWS_HIGH = 6
IN_A_PAIR = 440  # pixels: what is known of both fits below them in the window


def draw(images: ImageDataset) -> None:
    """The button, or what the check found: a summary, a table a kind, ticks, an undo and the download."""
    st.subheader("Quality")
    with shown():
        known = sidebar.known()
        findings = earlier(images, known)
        if findings is None:
            findings = _asked(images, known)
        if findings is not None:
            _told(images, findings)
    _left_out()
    with st.expander("How to read this check, and how it can mislead", icon=":material/help:"):
        st.markdown(HELP)


def _asked(images: ImageDataset, known: Known) -> Findings | None:
    st.markdown(
        "Copies, pictures that are trained *and* tested on, odd sizes, blank pictures, and labels that neighbours "
        f"contradict, by the eyes of *{known.name}*."
    )
    place = st.empty()
    if not place.button("Check these pictures", icon=":material/fact_check:", key="quality-check"):
        return None
    # Any click ends a run of the script that is under way: this button needs to do nothing else.
    place.button("Stop", icon=":material/stop:", key="quality-stop")
    with loading.progress("Checking, four steps a picture") as report:
        found = checked(images, known, report)
    place.empty()
    return found


def _told(images: ImageDataset, findings: Findings) -> None:
    counts = {kind: count for kind, count in findings.counts().items() if count}
    st.markdown(_in_words(counts, len(images)))
    for note in findings.notes:
        st.caption(note)
    if not counts:
        return
    kind = st.pills(
        "Found",
        list(counts),
        default=next(iter(counts)),
        format_func=lambda kind: f"{KINDS[kind].title} {counts[kind]:,}",
        key=f"quality-kind-{images.fingerprint[:8]}",
        required=True,
        label_visibility="collapsed",
    )
    kind = kind if kind in counts else next(iter(counts))
    st.caption(KINDS[kind].meaning)
    _table(images, findings.kind(kind), kind)
    st.download_button(
        "Download all findings",
        lambda: findings.table.to_csv(index=False),
        f"{images.name}-quality.csv",
        "text/csv",
        icon=":material/download:",
        key="quality-csv",
    )


def _in_words(counts: dict[str, int], pictures: int) -> str:
    if not counts:
        return f"**Nothing found** in {counted(pictures, 'picture')}."
    lines = [f"Found in {counted(pictures, 'picture')}:"]
    for severity, head in {"fault": "To mend", "look": "To look at", "note": "Good to know"}.items():
        names = [f"{KINDS[k].title.lower()} ({n:,})" for k, n in counts.items() if KINDS[k].severity == severity]
        if names:
            lines.append(f"- **{head}:** {', '.join(names)}")
    return "\n".join(lines)


def _table(images: ImageDataset, table: pd.DataFrame, kind: str) -> None:
    if (table["row"] < 0).all():
        columns = ["id", "reason"] if table["id"].any() else ["reason"]
        st.dataframe(table[columns], hide_index=True, alt=f"{KINDS[kind].title}, with reasons")
        return
    name = st.session_state["data"]
    out = set(exclusions.ticked(name))
    pattern = address(images)
    view = pd.DataFrame({"picture": [pattern.format(index=row) for row in table["row"]]})
    paired = bool((table["other_row"] >= 0).all())
    if paired:
        view["beside"] = [pattern.format(index=row) for row in table["other_row"]]
    view["score"] = table["score"]
    view["reason"] = table["reason"]
    view["left out"] = ["left out" if id in out else "" for id in table["id"]]
    for column in filter(None, [images.target, "split"]):
        view[column] = _both(images, column, table, paired)
    view["id"] = table["id"]
    if paired:
        view["id beside"] = table["other_id"]
    # Shares with as many digits each, so that they stand beneath each other; other scores are counts or pixels.
    digits = "%.3f" if view["score"].abs().max() <= 1 else "%.3g"
    key = f"quality-table-{kind}-{images.fingerprint[:8]}"
    shown_table = st.dataframe(
        view,
        hide_index=True,
        row_height=76,
        height=76 * min(len(view), ROWS_HIGH) + 40,
        column_config={
            "picture": st.column_config.ImageColumn("Picture", width=90),
            "beside": st.column_config.ImageColumn("Its copy", width=90),
            "score": st.column_config.NumberColumn("Score", format=digits, width=70),
            "reason": st.column_config.TextColumn("Why", width="medium"),
            "left out": st.column_config.TextColumn("Training", width=80),
            "id": st.column_config.TextColumn("Id"),
            "id beside": st.column_config.TextColumn("Id of its copy"),
        },
        selection_mode=["multi-row", "single-cell"],
        on_select="rerun",
        key=key,
        alt=f"{KINDS[kind].title}: pictures with score and reason",
    )
    picked = shown_table["selection"]
    _tick(name, table["id"].iloc[picked["rows"]].tolist(), out, kind)
    opened = picked["cells"][0] if picked["cells"] else None
    # A selection stays on the next drawing; the dialog opens once for each click.
    if opened is not None and opened != st.session_state.get(f"{key}-opened"):
        row = table.iloc[int(opened[0])]
        _large(images, name, [int(r) for r in (row["row"], row["other_row"]) if r >= 0], str(row["reason"]))
    st.session_state[f"{key}-opened"] = opened


def _both(images: ImageDataset, column: str, table: pd.DataFrame, paired: bool) -> list[str]:
    """What a column of the set says of the pictures of each finding: once where they agree."""
    values = images.table[column].astype(object).where(images.table[column].notna(), "unlabelled").to_numpy()
    first = values[table["row"]]
    second = values[table["other_row"]] if paired else first
    return [str(a) if a == b else f"{a} and {b}" for a, b in zip(first, second, strict=True)]


def _tick(name: str, chosen: list[str], out: set[str], kind: str) -> None:
    fresh = [id for id in chosen if id not in out]
    if chosen:
        label = f"Leave {len(fresh):,} out of training" if fresh else "All of these are left out"
        st.button(
            label,
            icon=":material/block:",
            type=emphasis.main(),
            disabled=not fresh,
            on_click=_keep,
            args=(name, [*out, *fresh]),
            key=f"quality-leave-{kind}",
        )
    else:
        st.caption("Tick rows to leave them out of training, of a pair the first. Click a cell to see it large.")


def _keep(name: str, ids: list[str]) -> None:
    st.session_state["quality-before"] = (name, exclusions.ticked(name))
    exclusions.keep(name, ids)


def _undo() -> None:
    name, ids = st.session_state.pop("quality-before")
    exclusions.keep(name, ids)


def _left_out() -> None:
    """How many pictures are left out of training, and the way back."""
    name = st.session_state["data"]
    out = exclusions.ticked(name)
    undo = st.session_state.get("quality-before", ("", []))[0] == name
    if not (out or undo):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{counted(len(out), 'picture')} {'is' if len(out) == 1 else 'are'} left out when training asks for it."
        )
        if undo:
            st.button("Undo", icon=":material/undo:", on_click=_undo, key="quality-undo")
        if out:
            st.button("Take all back", on_click=_keep, args=(name, []), key="quality-clear")


@st.dialog("From the check", width="large")
def _large(images: ImageDataset, name: str, rows: list[int], reason: str) -> None:
    """The pictures of a finding, side by side, with what is known of them."""
    st.markdown(reason)
    out = exclusions.ticked(name)
    alone = len(rows) == 1
    places = [st.columns([3, 2])] if alone else [(column, column) for column in st.columns(len(rows))]
    for (frame, beside), row in zip(places, rows, strict=True):
        record = images.table.iloc[row]
        id = str(record["id"])
        seen = data_url(loading.large(images, row))
        frame.image(seen, width="stretch" if alone else IN_A_PAIR, alt=str(record.get("title", id)))
        with beside:
            labels = [f"{label} **{record[label]}**" for label in images.label_columns if pd.notna(record[label])]
            st.markdown(", ".join([*labels, f"split **{record['split']}**"]))
            st.caption(id)
            if st.button("Find its neighbours", icon=":material/image_search:", key=f"quality-near-{row}"):
                st.session_state["neighbours-row"] = row
                sidebar.go("neighbours.py")
            if st.button("On the map", icon=":material/scatter_plot:", key=f"quality-map-{row}"):
                st.session_state["map-row"] = row
                sidebar.go("map.py")
            leave = st.checkbox("Leave out of training", id in out, key=f"quality-one-{row}")
            if leave != (id in out):
                _keep(name, [*out, id] if leave else [other for other in out if other != id])
                st.rerun()


HELP = """
**Copies.** Exact copies are equal in every pixel at the size of the set. Near copies are found among the pictures
that the encoder, or a fingerprint of 8 x 8 pixels, finds most alike, and confirmed by comparing them at 32 x 32
pixels, also mirrored and slightly cropped. A crop of more than a tenth, a turned picture or a detail of a larger
one is missed. Two pictures on the same white background, or two poses before the same camera, can be taken for
copies.

**Label suspects.** Twenty neighbours vote. A weak encoder suspects many labels that are right, and the caption says
how often the neighbours agree with the labels at all. A rare class among many others is suspected more often than
it should be. Look at the picture before you believe it, and never leave pictures out only because they are hard:
figures rise, and the encoder has learned less.

**Leaving out** changes training only, and only runs that ask for it: tick it in the form on the Train page, or add
`--excluded ticked`. Test pictures stay, so that figures remain comparable; for copies across splits it is the
training picture that is offered. Nothing is deleted.
"""
