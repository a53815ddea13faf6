"""How the tests of the screen open a page: as a visitor who follows an address does."""

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

MAIN = Path(__file__).parents[2] / "pages" / "main.py"


def open_page(page: str, **query: str | list[str]) -> AppTest:
    """The page `page`, after a first visit to the home page with `query` in the address."""
    app = AppTest.from_file(str(MAIN), default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return clean(app if page == "home.py" else app.switch_page(page).run())


def clean(app: AppTest) -> AppTest:
    """The same page, once nothing went wrong on it."""
    assert not app.exception, app.exception[0].value
    return app


def picker(app: AppTest, name: str) -> Any:
    """The select box of the sidebar for "data" or "encoder", whose key changes when something else turns it."""
    label = {"data": "Data set", "encoder": "Encoder"}[name]
    return next(box for box in app.sidebar.selectbox if box.label == label)
