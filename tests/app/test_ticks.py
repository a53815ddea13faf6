"""Ticks of live parts carry no clicks; everything else passes as it came."""

from __future__ import annotations

import pytest
from _ui.ticks import without_clicks
from streamlit.proto.BackMsg_pb2 import BackMsg


def said(tick: bool) -> BackMsg:
    message = BackMsg()
    message.rerun_script.is_auto_rerun = tick
    message.rerun_script.query_string = "data=digits"
    states = message.rerun_script.widget_states.widgets
    states.add(id="slider", double_value=0.5)
    states.add(id="button", trigger_value=True)
    states.add(id="map", json_trigger_value="[1]")
    states.add(id="message").string_trigger_value.data = "words"
    states.add(id="pickers", string_value="digits")
    return message


def test_a_tick_keeps_its_controls_and_loses_its_clicks() -> None:
    heard = BackMsg.FromString(without_clicks(said(tick=True).SerializeToString()))
    assert [state.id for state in heard.rerun_script.widget_states.widgets] == ["slider", "pickers"]
    assert heard.rerun_script.is_auto_rerun
    assert heard.rerun_script.query_string == "data=digits"


@pytest.mark.parametrize("frame", [said(tick=False).SerializeToString(), b"", b"\xff\xff no message", b"\x00" * 100])
def test_what_is_no_tick_passes_as_it_came(frame: bytes) -> None:
    assert without_clicks(frame) == frame
