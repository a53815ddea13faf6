"""Choices that stand in the address: one that a slow browser left without a value gets it back."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st
    from _ui import address

    st.write("chosen:", address.choice("Layout", {"tsne": "t-SNE", "pca": "PCA"}, key="layout"))


def test_a_choice_that_lost_its_value_gets_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    real, drawn = st.segmented_control, list[Any]()

    def losing(*arguments: Any, **options: Any) -> Any:
        drawn.append(real(*arguments, **options))
        return None if len(drawn) == 1 else drawn[-1]

    monkeypatch.setattr(st, "segmented_control", losing)
    app = AppTest.from_function(script)
    app.query_params["layout"] = "pca"
    app.run()
    assert len(drawn) == 2
    assert app.segmented_control(key="layout").value == "pca"
    assert app.query_params["layout"] == "pca"
    app.segmented_control(key="layout").set_value("tsne").run()
    assert "layout" not in app.query_params
