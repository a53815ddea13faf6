"""Fetching a file from a server that behaves, and from servers that do not."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from contrastive.datasets import download
from contrastive.datasets.download import fetch
from contrastive.errors import UserError

CONTENT = np.random.default_rng(0).bytes(1_000_000)
MD5 = hashlib.md5(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT at any address; what else it does is in the address."""

    asked: list[str | None]
    agents: set[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        self.server.agents.add(self.headers["User-Agent"])
        start = int(wanted[6:-1]) if wanted and "norange" not in self.path else 0
        if "missing" in self.path:
            return self.send_error(404)
        if "busy" in self.path and len(self.server.asked) < 3:
            return self.send_error(503)
        if "loop" in self.path or ("moved" in self.path and "file" not in self.path):
            self.send_response(302)
            self.send_header("Location", self.path if "loop" in self.path else "/file")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if start and start >= len(CONTENT):
            return self.send_error(416)
        body = bytes(len(CONTENT)) if "wrong" in self.path else CONTENT
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        cut = 300_000 if "cut" in self.path else len(body)
        self.wfile.write(body[start : start + cut])
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(download, "PAUSE", 0.0)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Server(("127.0.0.1", 0), Handler)
    server.asked, server.agents = [], set()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_once(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    place = tmp_path / "deep" / "down" / "file.zip"
    for _ in range(2):
        got = fetch(f"{server.url}/file", place, md5=MD5, sha256=SHA256, size=len(CONTENT), progress=_keep(seen))
        assert got == place
    assert place.read_bytes() == CONTENT
    assert server.asked == [None]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert "contrastive" in server.agents.pop()
    assert [path.name for path in place.parent.iterdir()] == ["file.zip"]


def test_a_cut_connection_is_taken_up_where_it_ended(server: Server, tmp_path: Path) -> None:
    fetch(f"{server.url}/cut", tmp_path / "file", md5=MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_an_interruption_is_taken_up_by_the_next_call(server: Server, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(f"{server.url}/file", tmp_path / "file", md5=MD5, progress=stop)
    here = (tmp_path / "file.part").stat().st_size
    assert 0 < here < len(CONTENT)
    fetch(f"{server.url}/file", tmp_path / "file", md5=MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={here}-"]


def test_a_server_without_ranges_starts_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    fetch(f"{server.url}/norange", tmp_path / "file", md5=MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("old", [bytes(1000), CONTENT, bytes(2 * len(CONTENT))], ids=["damaged", "whole", "longer"])
def test_a_part_is_only_believed_with_a_checksum(server: Server, tmp_path: Path, old: bytes) -> None:
    for checksum in (MD5, None):
        (tmp_path / "file").unlink(missing_ok=True)
        (tmp_path / "file.part").write_bytes(old)
        fetch(f"{server.url}/file", tmp_path / "file", md5=checksum)
        assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.asked[-1] is None


def test_wrong_bytes_never_get_the_name(server: Server, tmp_path: Path) -> None:
    for wrong in ({"md5": MD5}, {"sha256": SHA256}, {"size": 10}):
        with pytest.raises(UserError, match="not the published file") as told:
            fetch(f"{server.url}/wrong", tmp_path / "file.zip", **wrong)  # type: ignore[arg-type]
        assert str(tmp_path / "file.zip") in told.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"half")
    fetch(f"{server.url}/file", tmp_path / "file", md5=MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_busy_servers_and_redirects(server: Server, tmp_path: Path) -> None:
    fetch(f"{server.url}/busy", tmp_path / "busy", md5=MD5)
    assert len(server.asked) == 3
    fetch(f"{server.url}/moved", tmp_path / "moved", md5=MD5)
    with pytest.raises(UserError, match="could not be downloaded"):
        fetch(f"{server.url}/loop", tmp_path / "loop", md5=MD5)
    assert server.asked.count(None) < 20


@pytest.mark.parametrize("address", ["{0}/missing", "http://127.0.0.1:9/", "ftp://127.0.0.1/x", "file:///etc/hosts"])
def test_what_cannot_be_had_is_one_sentence(server: Server, tmp_path: Path, address: str) -> None:
    url = address.format(server.url)
    with pytest.raises(UserError) as told:
        fetch(url, tmp_path / "art.zip", md5=MD5)
    assert url in str(told.value)
    if url.startswith("http"):
        assert str(tmp_path / "art.zip") in told.value.hint, "where to put it by hand"
    assert not (tmp_path / "art.zip").exists()


def test_a_file_in_the_way(server: Server, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(UserError, match="cannot be written"):
        fetch(f"{server.url}/file", tmp_path / "taken" / "file", md5=MD5)


def _keep(seen: list[tuple[int, int]]) -> Callable[[int, int], None]:
    return lambda done, total: seen.append((done, total))
