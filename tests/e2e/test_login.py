"""A login from beginning to end: the gate, a provider that asks who one is, the page, and the way out."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import expect

from contrastive import datasets
from tests.e2e.openid_provider import CLIENT, SECRET, Provider, provider

LOGIN = """[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of this test, and of nobody else"
client_id = "%s"
client_secret = "%s"
server_metadata_url = "%s/.well-known/openid-configuration"
"""
WELCOME = "Only those who have logged in"


@pytest.fixture(scope="module")
def asking() -> Iterator[Provider]:
    """The provider that the app sends people to."""
    with provider() as there:
        yield there


@pytest.fixture(scope="module")
def guarded(serve: Callable[..., str], asking: Provider, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The app on a cold server, with a login asked for."""
    secrets: Path = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(LOGIN % (CLIENT, SECRET, asking.address))
    datasets.load("digits")
    runs = tmp_path_factory.mktemp("no-runs")
    return serve("app.py", env={"STREAMLIT_SECRETS_FILES": str(secrets), "CONTRASTIVE_RUNS": str(runs)})


@pytest.fixture(autouse=True)
def passing_by(tolerated: list[str]) -> None:
    """Below an address that the server says nothing about, the browser looks for the server itself twice; and a page
    that is left at once takes away pictures which the browser may still be asking for."""
    tolerated += ["/_stcore/", "/media/", "Image source error"]


def thumbnail(guarded: str) -> str:
    return f"{guarded}/thumbnails/{datasets.load('digits').fingerprint}/3.webp"


def test_from_a_deep_link_through_the_provider_and_out_again(guarded: str, asking: Provider, page: Any) -> None:
    page.goto(f"{guarded}/dataset?data=digits")
    expect(page.get_by_text(WELCOME)).to_be_visible()
    assert page.request.get(thumbnail(guarded)).status == 403
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    page.get_by_role("link", name="I am Ada").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    expect(page).to_have_url(f"{guarded}/dataset?data=digits")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("digits|data set", re.IGNORECASE))
    assert asking.asked[-1] == "/keys", "what it says of one is held against its key"
    assert asking.refused == []

    assert page.request.get(thumbnail(guarded)).status == 200
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(thumbnail(guarded))

    # A page that ends its script early, since there are no runs, is no place one cannot leave.
    page.goto(f"{guarded}/runs")
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text(WELCOME)).to_be_visible()
    assert "/leave" in asking.asked, "the provider is told too"
    assert page.request.get(thumbnail(guarded)).status == 403
    page.goto(f"{guarded}/map?data=digits")
    expect(page.get_by_text(WELCOME)).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)


def test_what_somebody_else_signed_lets_nobody_in(
    guarded: str, asking: Provider, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "signs_with", RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    page.goto(f"{guarded}/train")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="I am Ada").click()
    expect(page.get_by_text(WELCOME)).to_be_visible()
    assert asking.refused == [], "it was the token that was not believed"
    assert page.request.get(thumbnail(guarded)).status == 403
