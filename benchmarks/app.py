"""The program as a visitor meets it, in headless Chromium: a cold server, a rerun of the map, what the map sends.

    python -m benchmarks.app --rounds 5

Cold: from starting the server's process to the heading of its first page; the browser is open already; in turns with
a Streamlit script of one heading, which is what Streamlit itself takes. Rerun: on the
map of the bundled paintings, from the key that asks for a rerun to its end, and the bytes the server sent meanwhile.
Payload and build: the map of 10,000 points in ten classes, as JSON, and the time that packing it takes the server.
`benchmarks.map` and `benchmarks.upload` look closer.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.frame import OURS, Row, flags, report
from benchmarks.serving import ARGS, CHROMIUM, ROOT, served

POINTS = 10_000
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
QUIET = 1.0
"""Seconds without a message from the server, after which a page is taken to have finished loading."""


def cold(browser: Any, script: Path) -> float:
    """Seconds from starting a server to the heading of its first page."""
    page = browser.new_context().new_page()
    began = time.perf_counter()
    with served(script) as (address, _):
        page.goto(address)
        page.locator("h1").first.wait_for(timeout=60_000)
        spent = time.perf_counter() - began
        page.context.close()
    return spent


def of_controls(message: bytes) -> bool:
    """Whether a message describes a control or a text anew, which Streamlit does for each of them at every rerun."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    said = ForwardMsg.FromString(message)
    return said.WhichOneof("type") == "delta" and said.delta.new_element.WhichOneof("type") != "bidi_component"


def reruns(browser: Any, rounds: int) -> tuple[list[float], list[int], list[int]]:
    """Seconds of each rerun of the map page with nothing changed, its bytes, and those that are not controls'."""
    page, messages = browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), []

    def listen(socket: Any) -> None:
        socket.on("framereceived", lambda content: messages.append((time.perf_counter(), content)))

    page.on("websocket", listen)
    seconds, sizes, others = [], [], []
    with served(ROOT / "app.py") as (address, _):
        page.goto(f"{address}/map")
        page.locator(".picture-map[data-count]").wait_for(timeout=180_000)
        while time.perf_counter() - messages[-1][0] < QUIET:
            page.wait_for_timeout(200)
        for number in range(rounds + 1):
            page.locator(IDLE).wait_for()
            known, began = len(messages), time.perf_counter()
            page.keyboard.press("r")
            while len(messages) == known or time.perf_counter() - messages[-1][0] < QUIET:
                page.wait_for_timeout(50)
            page.locator(IDLE).wait_for()
            if number:
                seconds.append(messages[-1][0] - began)
                sizes.append(sum(len(content) for _, content in messages[known:]))
                others.append(sum(len(content) for _, content in messages[known:] if not of_controls(content)))
        page.context.close()
    return seconds, sizes, others


def packed() -> tuple[float, int]:
    """Milliseconds to pack the map of POINTS points, the median of 15, and the size of its JSON in bytes."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
    from _ui.picture_map.payload import pack

    draws = np.random.default_rng(0)
    codes, names = draws.integers(0, 10, POINTS), [f"class {i}" for i in range(10)]
    points = draws.normal(size=(POINTS, 2)).astype(np.float32)
    columns = {"ids": [str(row) for row in range(POINTS)], "thumbnails": None, "codes": codes, "classes": names}
    columns["near"] = (names, draws.multinomial(10, [0.1] * 10, POINTS))
    spent = []
    for _ in range(16):
        began = time.perf_counter()
        content = pack(points, **columns)
        spent.append(1000 * (time.perf_counter() - began))
    return median(spent[1:]), len(json.dumps(content))


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = flags(__doc__, rounds=5)
    parser.add_argument("--chromium", default=CHROMIUM)
    args = parser.parse_args()
    build, size = packed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.chromium, args=ARGS)
        with TemporaryDirectory() as folder:
            alone = Path(folder) / "alone.py"
            alone.write_text("import streamlit as st\n\nst.title('One heading')\n")
            both = [(cold(browser, ROOT / "app.py"), cold(browser, alone)) for _ in range(args.rounds + 1)][1:]
        first, heading = zip(*both, strict=True)
        seconds, sizes, others = reruns(browser, args.rounds)
        browser.close()
    slowest = f"slowest of {args.rounds}: "
    found = [
        Row("cold server to first page", "s", {OURS: median(first)}, most=2,
            note=f"{slowest}{max(first):.2f}; a Streamlit page of one heading: {median(heading):.2f}",
            missed="Streamlit and the browser take most of it; the rest is what our first page reads and draws"),
        Row("rerun of the map page, nothing changed", "ms", {OURS: 1000 * median(seconds)}, most=300,
            note=f"{slowest}{1000 * max(seconds):.0f}"),
        Row("what the server sends for it", "KiB", {OURS: median(sizes) / 1024}, most=1,
            note=f"all but {median(others) / 1024:.2f} KiB describes controls and texts",
            missed="Streamlit sends every control and text of a page anew at each rerun"),
        Row(f"payload of a map of {POINTS:,} points", "KiB", {OURS: size / 1024}, most=130),
        Row("building it", "ms", {OURS: build}, most=25),
    ]  # fmt: skip
    report(found, args.out)


if __name__ == "__main__":
    main()
