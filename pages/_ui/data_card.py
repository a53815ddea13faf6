"""The card of a data set: where it is from, what it may be used for, how much of what it holds."""

import json

import pandas as pd
import streamlit as st

from contrastive.counted import counted
from contrastive.datasets import ImageDataset


def draw(images: ImageDataset, column: str) -> None:
    """Facts, counts of `column` by split, what could not be read, the whole table; card and table to take away."""
    card, facts = images.card, facts_of(images)
    st.table(facts, border="horizontal")
    if column:
        st.dataframe(counts(images, column), alt=f"Pictures of every {column}, by split")
    if unreadable := card.get("unreadable"):
        st.markdown(f"{counted(len(unreadable), 'file')} could not be read:")
        st.dataframe(unreadable, hide_index=True, alt="Files that could not be read, with reasons")
    st.dataframe(images.table, height=280, alt="One row a picture: id, split and labels")
    with st.container(horizontal=True):
        st.download_button(
            "Download the table",
            lambda: images.table.to_csv(index=False),
            f"{images.name}.csv",
            "text/csv",
            icon=":material/download:",
        )
        held = {c: counts(images, c).to_dict("index") for c in images.label_columns}
        st.download_button(
            "Download the card",
            lambda: json.dumps({**facts, "Counts": held}, indent=2),
            f"{images.name}-card.json",
            "application/json",
            icon=":material/download:",
        )


def facts_of(images: ImageDataset) -> dict[str, str]:
    """What the card says in single lines; what is not known is left out."""
    card, table = images.card, images.table
    splits = [name for name in ("train", "val", "test") if len(images.rows(name))]
    facts = {
        "Source": card.get("source", ""),
        "Licence": card.get("licence", ""),
        "Citation": card.get("citation", ""),
        "Pictures": f"{len(images):,}",
        "Splits": ", ".join(f"{name} {len(images.rows(name)):,}" for name in splits),
        "Kept at": f"{images.size} x {images.size} px, {images.channels} channels",
        "Fingerprint": images.fingerprint,
    }
    if "width" in table.columns:
        wide, high = table["width"], table["height"]
        facts["Originals"] = (
            f"{wide.min():,} to {wide.max():,} px wide (median {wide.median():,.0f}), "
            f"{high.min():,} to {high.max():,} high (median {high.median():,.0f})"
        )
    return {name: value for name, value in facts.items() if value}


def counts(images: ImageDataset, column: str) -> pd.DataFrame:
    """Pictures of every class by split, in the order of the classes, unlabelled ones last."""
    named = images.table[column].astype(object).fillna("unlabelled")
    found = pd.crosstab(named, images.table["split"])
    order = [name for name in (*images.classes_of[column], "unlabelled") if name in found.index]
    splits = [name for name in ("train", "val", "test") if name in found.columns]
    found = found.loc[order, splits]
    found["all"] = found.sum(axis=1)
    return found.rename_axis(index=column, columns=None)
