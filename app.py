"""The ASGI entry: `streamlit run app.py`.

`st.App` on purpose: a plain script beside a `pages/` folder would start Streamlit's legacy multipage mode, in which
a first visit to /map skips pages/main.py and with it the sidebar and any access gate.
"""

import sys
from pathlib import Path

import streamlit as st
from starlette.routing import Route

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [folder for folder in (str(ROOT), str(ROOT / "pages")) if folder not in sys.path]

from _ui.thumbnails import thumbnail  # noqa: E402 - the path is set just above

app = st.App(ROOT / "pages" / "main.py", routes=[Route("/thumbnails/{fingerprint}/{row}.webp", thumbnail)])
