"""What a live part's tick may say to the server: not what was clicked.

A part with `run_every` asks to be drawn again every few seconds, and Streamlit's browser side tells with each such
tick of every control. A click waits there for its own message (a task later, `scheduleFlush` in Streamlit 1.67), so a
tick that falls between the two carries it as well, and the click would count twice: two runs for one press of a
button. On a busy machine, where ticks are overdue, that is not rare.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

# The kinds of values that stand for an event rather than a state.
CLICKS = {"trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value"}


class TicksWithoutClicks:
    """ASGI middleware that takes clicks out of ticks; the message of their own, which follows, brings them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes"):
                message["bytes"] = without_clicks(message["bytes"])
            return message

        await self.app(scope, heard if scope["type"] == "websocket" else receive, send)


def without_clicks(frame: bytes) -> bytes:
    """The frame as it came, unless it is a tick that carries clicks."""
    said = BackMsg()
    try:
        said.ParseFromString(frame)
    except Exception:  # not ours to judge: Streamlit answers a frame that cannot be read
        return frame
    states = said.rerun_script.widget_states.widgets
    if not said.rerun_script.is_auto_rerun or not any(state.WhichOneof("value") in CLICKS for state in states):
        return frame
    kept = [state for state in states if state.WhichOneof("value") not in CLICKS]
    del states[:]
    states.extend(kept)
    return said.SerializeToString()
