"""The ASGI entry: `streamlit run app.py`.

`st.App` on purpose: a plain script beside a `pages/` folder would start Streamlit's legacy multipage mode, in which
a first visit to /map skips pages/main.py and with it the sidebar and any access gate.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [folder for folder in (str(ROOT), str(ROOT / "pages")) if folder not in sys.path]

from _ui import warm  # noqa: E402 - the path is set just above
from _ui.access import Downloads  # noqa: E402
from _ui.thumbnails import thumbnail  # noqa: E402
from _ui.ticks import TicksWithoutClicks  # noqa: E402
from _ui.way_back import WayBack  # noqa: E402


@asynccontextmanager
async def while_it_is_up(app: st.App) -> AsyncIterator[None]:
    """Begin what can be done before anybody has opened a page."""
    warm.begin()
    yield


app = st.App(
    ROOT / "pages" / "main.py",
    routes=[Route("/thumbnails/{fingerprint}/{row}.webp", thumbnail)],
    middleware=[Middleware(TicksWithoutClicks), Middleware(Downloads), Middleware(WayBack)],
    lifespan=while_it_is_up,
)
