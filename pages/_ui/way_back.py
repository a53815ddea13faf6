"""Back to where one wanted to go: after a login Streamlit leads everybody to Home, whatever link they came by.

The browser keeps the address in a cookie while it is away at the provider. Whoever writes another address into it can
only send himself to another place of this server.
"""

import re
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from _ui import access

COOKIE, SECONDS, LONGEST = "atelier_way_back", 900, 1500
RETURNS = "/oauth2callback"


class WayBack:
    """Remembers the page that was asked for before a login, and turns the return from the provider to it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not access.asked_for():
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        returns = scope["path"].endswith(RETURNS)
        wanted = unquote(request.cookies.get(COOKIE, ""))
        # A page is what the browser opens in its window: no script, picture or socket.
        leaves = not returns and request.headers.get("sec-fetch-dest") == "document" and not access.lets_in(request)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if returns and message["status"] in (302, 303, 307) and here(wanted):
                    headers["location"] = wanted
                    headers.append("set-cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
                elif leaves and message["status"] == 200:
                    place = address(request)
                    kept = f"{COOKIE}={quote(place, safe='')}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax"
                    headers.append("set-cookie", kept)
            await send(message)

        await self.app(scope, receive, answer)


def address(request: Request) -> str:
    """Path and query as the browser sent them; only the path where both are longer than a cookie holds."""
    path = quote(request.url.path)
    whole = f"{path}?{request.url.query}" if request.url.query else path
    return whole if len(whole) <= LONGEST else path[:LONGEST]


def here(wanted: str) -> bool:
    """Whether an address lies on this server: a path of printable ASCII, and no other host behind two slashes."""
    return re.fullmatch(r"/(?![/\\])[!-~]*", wanted) is not None
