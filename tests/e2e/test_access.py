"""With an [auth] section nothing is shown to whoever has not logged in, on a cold server and by any address."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from contrastive import datasets

SECRET = "a secret of this test, and of nobody else"
LOGIN = """[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "%s"
client_id = "atelier"
client_secret = "not one"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def guarded(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The app, with a login asked for."""
    secrets: Path = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(LOGIN % SECRET)
    datasets.load("digits")
    return serve("app.py", env={"STREAMLIT_SECRETS_FILES": str(secrets)})


def test_a_deep_link_to_a_cold_server_is_asked_who_it_is(guarded: str, page: Any, tolerated: list[str]) -> None:
    # Below an address that the server says nothing about, the browser looks for the server itself twice.
    tolerated.append("/_stcore/")
    for place in ("map?data=digits", "train", ""):
        page.goto(f"{guarded}/{place}")
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
        expect(page.get_by_text("Only those who have logged in")).to_be_visible()
        expect(page.get_by_role("link", name="Map")).to_have_count(0)
        expect(page.locator("[data-testid=stSidebar]")).to_have_count(0)
    picture = f"{guarded}/thumbnails/{datasets.load('digits').fingerprint}/3.webp"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(picture)
    forged = create_signed_value("another secret", "_streamlit_user", json.dumps({"is_logged_in": True})).decode()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(picture, headers={"Cookie": f"_streamlit_user={forged}"}))


def test_who_has_logged_in_is_let_in(guarded: str, page: Any, tolerated: list[str]) -> None:
    tolerated.append("/_stcore/")
    said = json.dumps({"is_logged_in": True, "origin": guarded, "email": "me@example.org"})
    signed = create_signed_value(SECRET, "_streamlit_user", said).decode()
    page.context.add_cookies([{"name": "_streamlit_user", "value": signed, "url": guarded}])
    page.goto(f"{guarded}/dataset?data=digits")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("digits|data set", re.IGNORECASE))
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    picture = f"{guarded}/thumbnails/{datasets.load('digits').fingerprint}/3.webp"
    answer = page.request.get(picture)
    assert (answer.status, answer.headers["cache-control"].split(",")[0]) == (200, "private")
    page.get_by_text("Data card and table").click()
    with page.expect_download() as offered:
        page.get_by_role("button", name="Download the table").click()
    assert page.request.get(offered.value.url).status == 200
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(offered.value.url)
