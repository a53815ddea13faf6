"""A form for TrainConfig: every field a control with its description and bounds, made from the config itself."""

import json
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from contrastive.config import TrainConfig, choices
from contrastive.counted import counted
from contrastive.exclusions import ticked

GROUPS = {"data": "Data", "method": "Views and loss", "encoder": "Network", "training": "Training"}
SPOKEN = {"lr": "Learning rate", "n_views": "Number of views"}
"""Names that no reader should have to spell out; all others are read as they are written."""


def config_form(start: TrainConfig, *, key: str) -> dict[str, Any]:
    """Controls in four groups, beginning with the values of `start`; returns what they say, not yet validated."""
    said: dict[str, Any] = {}
    known = choices()
    tabs = st.tabs(list(GROUPS.values()))
    for (group, _), tab in zip(GROUPS.items(), tabs, strict=True):
        with tab:
            fields = [
                (name, field)
                for name, field in TrainConfig.model_fields.items()
                if isinstance(field.json_schema_extra, dict) and field.json_schema_extra["group"] == group
            ]
            columns = st.columns(3)
            drawn = [pair for pair in fields if pair[0] != "excluded"]
            for place, (name, field) in enumerate(drawn):
                options = known[name]() if name in known else None
                with columns[place % 3]:
                    said[name] = _control(name, field, getattr(start, name), options, f"{key}-{name}")
            if len(drawn) < len(fields):
                said["excluded"] = _excluded(start, said["dataset"], f"{key}-excluded")
    return said


def _excluded(start: TrainConfig, dataset: str, key: str) -> list[str]:
    """A tick for the pictures that were ticked on the data set page, where there are any."""
    chosen = ticked(dataset)
    if not chosen:
        return start.excluded if dataset == start.dataset else []
    text = TrainConfig.model_fields["excluded"].description
    asked = f"Leave out the {counted(len(chosen), 'picture')} ticked on the data set page"
    leave = st.checkbox(asked, not start.excluded, help=text, key=key)
    return chosen if leave else start.excluded


def _control(name: str, field: FieldInfo, value: Any, options: list[str] | None, key: str) -> Any:
    label, text = SPOKEN.get(name, name.replace("_", " ").capitalize()), field.description
    if get_origin(field.annotation) is Literal:
        options = list(get_args(field.annotation))
    if options is not None:
        if not isinstance(value, str):
            typed = st.text_input(label, json.dumps(value), help=text, key=key)
            return json.loads(typed)
        options = options if value in options else [*options, value]
        # Encoders of timm are typed: there are more of them than a list can offer.
        typed_too = name == "encoder"
        return st.selectbox(label, options, options.index(value), help=text, key=key, accept_new_options=typed_too)
    kinds = set(get_args(field.annotation)) or {field.annotation}
    low, high = _bounds(field, int if int in kinds else float)
    if int in kinds:
        return st.number_input(label, low, high, value, 1, help=text, key=key, placeholder="all or its own")
    if float in kinds:
        return st.number_input(label, low, high, value, step=None, format="%.5g", help=text, key=key)
    return st.text_input(label, value, help=text, key=key)


def _bounds(field: FieldInfo, kind: type) -> tuple[Any, Any]:
    """The lowest and highest value a number may take, None where there is no bound."""
    low = high = None
    for rule in field.metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", low))
        high = getattr(rule, "le", getattr(rule, "lt", high))
    return (None if low is None else kind(low)), (None if high is None else kind(high))
