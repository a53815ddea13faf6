"""A small OpenID provider on this machine, for the tests of the login: it asks who one is, and says so, signed.

What it does and refuses is OpenID Connect Core 1.0, section 3.1 (the authorization code flow) with RFC 7636 (PKCE):
a code is good once, for the client, the address and the challenge it was given for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "atelier", "known to both"


class Provider(ThreadingHTTPServer):
    """Its state: the key it signs with, the codes it has given out, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.key = self.signs_with = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.who = {"sub": "1", "name": "Ada", "email": "ada@example.org"}


class Answer(BaseHTTPRequestHandler):
    """One request to the provider."""

    server: Provider

    def do_GET(self) -> None:
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        given = {name: values[0] for name, values in asked.items()}
        self.server.asked.append(path)
        if path == "/.well-known/openid-configuration":
            self.send(self.discovery())
        elif path == "/keys":
            self.send({"keys": [self.server.key.as_dict(private=False)]})
        elif path == "/authorize" and "yes" not in given:
            again = f"/authorize?{urlencode({**given, 'yes': '1'})}".replace("&", "&amp;")
            self.page(f"<h1>Who are you?</h1><a href='{again}'>I am {self.server.who['name']}</a>")
        elif path == "/authorize":
            code = secrets.token_urlsafe()
            self.server.codes[code] = given
            self.away(f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}")
        elif path == "/leave":
            self.away(given["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = {name: values[0] for name, values in sent.items()}
        self.server.asked.append(urlsplit(self.path).path)
        wish = self.server.codes.pop(given.get("code", ""), None)
        wrong = "a code that was never given" if wish is None else self.wrong(given, wish)
        if wrong or wish is None:
            self.server.refused.append(wrong)
            self.send({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        said = {"iss": self.server.address, "aud": CLIENT, "iat": now, "exp": now + 300, **self.server.who}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, {**said, "nonce": wish["nonce"]}, self.server.signs_with)
        self.send({"access_token": "for nothing", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def wrong(self, given: dict[str, str], wish: dict[str, str]) -> str:
        """What is not as it was when the code was given; empty if all is."""
        basic = f"{CLIENT}:{SECRET}".encode()
        if self.headers.get("Authorization") != f"Basic {base64.b64encode(basic).decode()}":
            return "the client"
        if given.get("redirect_uri") != wish["redirect_uri"]:
            return "the address"
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        return "" if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == wish["code_challenge"] else "the proof"

    def discovery(self) -> dict[str, object]:
        """What the provider says of itself."""
        here = self.server.address
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "end_session_endpoint": f"{here}/leave",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def send(self, said: object, status: int = 200) -> None:
        self.finish_with(json.dumps(said).encode(), "application/json", status)

    def page(self, body: str) -> None:
        head = "<!doctype html><title>Provider</title><link rel=icon href='data:,'>"
        self.finish_with((head + body).encode(), "text/html", 200)

    def away(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def finish_with(self, content: bytes, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests ask `asked`."""


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider, until the block ends."""
    there = Provider()
    thread = threading.Thread(target=there.serve_forever, name="openid provider", daemon=True)
    thread.start()
    try:
        yield there
    finally:
        there.shutdown()
        there.server_close()
        thread.join()
