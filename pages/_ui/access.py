"""Access: where the server's secrets have an [auth] section, nothing is shown to whoever has not logged in.

The gate is Streamlit's own OpenID Connect (`streamlit[auth]`); it stands before the list of pages, so no page, no
deep link and no widget exists in a session that is not let in. Without that section everybody who reaches the server
is let in, and the server listens on this machine alone.
"""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.errors import Error


def asked_for() -> bool:
    """Whether somebody has to log in here."""
    return bool(_section())


def gate() -> None:
    """End the script with a page to log in, unless this session is let in."""
    if not asked_for() or st.user.get("is_logged_in", False):
        return
    st.title("Contrastive atelier")
    st.markdown("Only those who have logged in are let in here.")
    # Each provider of its own has a section below [auth]; a single one is written into it.
    providers = [name for name, value in _section().items() if isinstance(value, Mapping)]
    for name in providers or [""]:
        if st.button(f"Log in with {name}" if name else "Log in", key=f"login-{name}", icon=":material/login:"):
            try:
                st.login(name or None)
            except Error as error:
                st.error(
                    "See the section [auth] of its secrets, and install streamlit[auth].",
                    title=f"This server cannot ask who you are: {str(error).strip().splitlines()[0]}",
                    icon=":material/error:",
                )
    st.stop()


def leave() -> None:
    """A way out, where one had to log in."""
    if asked_for():
        st.sidebar.button("Log out", icon=":material/logout:", on_click=st.logout, key="logout")


def lets_in(request: Request) -> bool:
    """Whether a request outside the pages, such as one for a thumbnail, comes from somebody who is let in."""
    if not asked_for():
        return True
    # What the pages know from their session has to be read from the signed cookie of the login here.
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    signed = _get_signed_cookie_with_chunks(dict(request.cookies), USER_COOKIE_NAME)
    if signed is None:
        return False
    said = json.loads(signed)
    return isinstance(said, dict) and said.get("is_logged_in") is True


class Downloads:
    """ASGI middleware: what a page offers to take along is given to nobody without a login who has its address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The address is a hash of the content, so it cannot be guessed; but it can be passed on, or lie in a history.
        # Streamlit's own fonts lie in /static/media/.
        offered = scope["type"] == "http" and "/media/" in scope["path"] and "/static/" not in scope["path"]
        if offered and not lets_in(Request(scope)):
            await Response(status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _section() -> Mapping[str, Any]:
    if not st.secrets.load_if_toml_exists():
        return {}
    return st.secrets.get("auth", {})
