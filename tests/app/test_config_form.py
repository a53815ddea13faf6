"""The training form: an encoder that no list offers keeps its name."""

from streamlit.testing.v1 import AppTest


def form() -> None:
    import streamlit as st
    from _ui.config_form import config_form

    from contrastive.config import TrainConfig

    st.session_state["said"] = config_form(TrainConfig(encoder="timm:test_vit.r160_in1k"), key="form")


def test_a_typed_encoder_stays() -> None:
    at = AppTest.from_function(form).run()
    assert not at.exception
    assert at.session_state["said"]["encoder"] == "timm:test_vit.r160_in1k"
    assert "tiny" in at.selectbox(key="form-encoder").options
    assert {"Learning rate", "Batch size", "Epochs"} <= {box.label for box in at.number_input}
