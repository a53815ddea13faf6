"""A real browser and a real server for the tests in this folder.

`serve(script)` starts Streamlit on a free port and returns its address, `page` is a fresh 1280 x 900 window.
Where no Chromium is found the tests are skipped with the reason, except in CI, where that is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ARGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
PATIENCE = 15_000  # milliseconds
_logs: dict[str, Path] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is an end-to-end test, said once rather than above every function."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the servers said beside a failure."""
    report: Any = yield
    if report.failed:
        for address, log in _logs.items():
            said = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            report.sections.append((f"streamlit at {address}", said))
    return report


def _chromium() -> str | None:
    """Path of an installed Chromium, or None to let playwright look for its own."""
    known = [os.environ.get("CHROMIUM"), "/usr/bin/chromium"]
    known += [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    return next((path for path in known if path and Path(path).exists()), None)


def _absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"CI must run the browser tests: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the whole session."""
    try:
        from playwright.sync_api import Error, expect, sync_playwright
    except ImportError:
        _absent("playwright is not installed (pip install playwright)")
    # As patient as the windows below: the five seconds of the default are not enough for a page on a busy machine.
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=_chromium(), args=list(ARGS))
        except Error as error:
            _absent(f"no Chromium starts here: {str(error).splitlines()[0]}; set CHROMIUM to one")
        yield running
        running.close()


@pytest.fixture
def tolerated() -> list[str]:
    """Parts of console errors that the test itself provokes; append to it."""
    return []


@pytest.fixture
def page(browser: Any, tolerated: list[str]) -> Iterator[Any]:
    """A fresh window; the test fails if a page raised an error or our server's pages logged one."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    errors: list[str] = []

    def heard(message: Any) -> None:
        source = message.location.get("url", "")
        ours = not source or source.startswith("blob:") or "127.0.0.1" in source or "st-bidi" in source
        if message.type == "error" and ours:
            errors.append(f"{message.text} ({source})")

    opened.on("console", heard)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    unexpected = [error for error in errors if not any(part in error for part in tolerated)]
    assert not unexpected, "errors in the browser's console:\n" + "\n".join(unexpected)


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start a Streamlit script or st.App file from the repository root; killed after the module."""
    running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(script: Path | str, env: dict[str, str] | None = None, patience: float = 40) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        log = tmp_path_factory.mktemp("serve") / "streamlit.log"
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
        command += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
        # To a file: nobody reads a pipe while the test runs, and a full one would stop the server.
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=out, stderr=subprocess.STDOUT
            )
        running.append((address, process))
        _logs[address] = log
        give_up = time.monotonic() + patience
        while not _healthy(address):
            if process.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"Streamlit did not come up at {address}; its log:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        return address

    yield start
    for address, process in running:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        del _logs[address]


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
