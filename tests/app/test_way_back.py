"""After a login one comes back to the address one came by, and to no other server, whatever the cookie says."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from _ui import access, way_back
from starlette.types import Message


def headers_of(path: str, *, cookie: str = "", status: int = 200, query: str = "", dest: str = "document") -> dict:
    """What the browser is told besides the answer of the server, by the name of the header."""

    async def server(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"location", b"/")]})  # type: ignore[operator]

    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    sent = [(b"sec-fetch-dest", dest.encode()), (b"cookie", f"{way_back.COOKIE}={quote(cookie, safe='')}".encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": sent}
    # In a thread of its own: the browser tests of the same process have a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, way_back.WayBack(server)(scope, receive, send)).result()  # type: ignore[arg-type]
    return {name.decode(): value.decode() for name, value in told[0]["headers"]}


@pytest.fixture(autouse=True)
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "asked_for", lambda: True)
    monkeypatch.setattr(access, "lets_in", lambda request: False)


def test_the_page_that_was_asked_for_is_kept_and_returned_to() -> None:
    kept = headers_of("/map", query="data=my pets&layout=pca".replace(" ", "%20"))["set-cookie"]
    assert kept.startswith(f"{way_back.COOKIE}=%2Fmap%3Fdata%3Dmy%2520pets%26layout%3Dpca; ")
    back = headers_of("/oauth2callback", cookie="/map?data=my%20pets&layout=pca", status=302)
    assert back["location"] == "/map?data=my%20pets&layout=pca"
    assert "Max-Age=0" in back["set-cookie"], "it is used once"


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "https://elsewhere.example",
        "/a\r\nx: y",
        "/\x00",
        "map",
        "/ä",
    ],
)
def test_what_is_no_address_here_leads_home(cookie: str) -> None:
    assert headers_of("/oauth2callback", cookie=cookie, status=302)["location"] == "/"


def test_only_pages_of_the_browsers_window_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "set-cookie" not in headers_of("/thumbnails/a/1.webp", dest="image")
    assert "set-cookie" not in headers_of("/map", status=404)
    monkeypatch.setattr(access, "lets_in", lambda request: True)
    assert "set-cookie" not in headers_of("/map")
    long = headers_of("/map", query="x" * 5000)
    assert "set-cookie" not in long
    monkeypatch.setattr(access, "lets_in", lambda request: False)
    assert headers_of("/map", query="x" * 5000)["set-cookie"].startswith(f"{way_back.COOKIE}=%2Fmap; ")
