"""Measure the map of pictures in headless Chromium: payload, first paint, lasso, rerun, memory.

    python -m benchmarks.map --points 10000 100000 --rounds 5

A page of its own with synthetic points in ten classes, the classes of their neighbours, and dots in place of
thumbnails, which are fetched apart from the map. Payload: the JSON the browser gets when the map is first drawn.
First paint: from opening the address to the first frame with all points, browser and server being warm. Lasso: from
letting go of the mouse to the answer of Python on the page. Rerun: from a click on a button that changes nothing to
the page having run again; "rebuilds" counts how often the browser then decoded the points anew. Memory: the browser's
JavaScript heap, and the resident set of the server. Medians over the rounds, with the largest.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.serving import ARGS, CHROMIUM, served

MIB = 2**20

PAGE = """
import json
import numpy as np
import streamlit as st
from _ui.picture_map import picture_map
from _ui.picture_map.payload import pack

st.set_page_config(layout="wide")
n = int(st.query_params["n"])


@st.cache_resource
def made(n, form):
    draws = np.random.default_rng(0)
    codes = draws.integers(0, 10, n)
    points = np.c_[np.cos(codes), np.sin(codes)] * 4 + draws.normal(size=(n, 2))
    near = (names, draws.multinomial(10, [0.1] * 10, n))
    ids = [form.format(name=names[code], row=row) for row, code in enumerate(codes)]
    return points.astype(np.float32), codes, near, ids


names = ["ship", "truck", "cat", "dog", "horse", "apple", "tree", "house", "bird", "fish"]
points, codes, near, ids = made(n, "train/{name}/{row:06d}.jpg" if "ids" in st.query_params else "{row}")
st.button("again")
columns = {"ids": ids, "thumbnails": None, "codes": codes, "classes": names, "near": near}
event = picture_map(points, **columns, height=600, key="map")
st.session_state.runs = st.session_state.get("runs", 0) + 1
size = st.session_state.setdefault("size", len(json.dumps(pack(points, **columns))))
st.text(json.dumps({"runs": st.session_state.runs, "selected": len(event["selection"]["points"]), "size": size}))
"""


WAIT_FOR = """([text, selected]) => {
    const map = document.querySelector(".picture-map") ?? [...document.querySelectorAll("*")]
        .map((e) => e.shadowRoot?.querySelector(".picture-map")).find(Boolean);
    const said = [...document.querySelectorAll("[data-testid=stText]")].map((e) => e.innerText).join();
    return map && said.includes(text) && (!selected || map.dataset.selected !== "0");
}"""


def opened(browser: Any, address: str, n: int, paths: bool) -> tuple[Any, float]:
    """A fresh window with the map, and the seconds until all points are painted."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    began = time.perf_counter()
    page.goto(f"{address}/?n={n}" + ("&ids=paths" if paths else ""))
    page.locator(f'.picture-map[data-count="{n}"]').wait_for()
    return page, time.perf_counter() - began


def answer(page: Any) -> dict[str, int]:
    """What Python last wrote beneath the map."""
    return json.loads(page.get_by_test_id("stText").inner_text())


def lasso(page: Any) -> float:
    """Seconds from letting go of a box over the middle to Python's answer."""
    box, runs = page.locator(".picture-map canvas").first.bounding_box(), answer(page)["runs"]
    x, y, w, h = (box[side] for side in ("x", "y", "width", "height"))
    page.keyboard.down("Shift")
    page.mouse.move(x + 0.3 * w, y + 0.3 * h)
    page.mouse.down()
    page.mouse.move(x + 0.7 * w, y + 0.7 * h, steps=4)
    began = time.perf_counter()
    page.mouse.up()
    page.wait_for_function(WAIT_FOR, arg=[f'"runs": {runs + 1}', True])
    spent = time.perf_counter() - began
    page.keyboard.up("Shift")
    page.locator(".picture-map canvas").first.focus()
    page.keyboard.press("Escape")
    page.wait_for_function(WAIT_FOR, arg=['"selected": 0', False])
    return spent


def rerun(page: Any) -> float:
    """Seconds from a click that changes nothing to the page having run again."""
    runs = answer(page)["runs"]
    began = time.perf_counter()
    page.get_by_role("button", name="again").click()
    page.wait_for_function(WAIT_FOR, arg=[f'"runs": {runs + 1}', False])
    return time.perf_counter() - began


def measured(browser: Any, address: str, pid: int, n: int, paths: bool, rounds: int) -> list[str]:
    """One row of the table."""
    import psutil

    opened(browser, address, n, paths)[0].context.close()
    paints, lassos, reruns = [], [], []
    for last in range(rounds):
        page, seconds = opened(browser, address, n, paths)
        paints.append(seconds)
        if last < rounds - 1:
            page.context.close()
    for _ in range(rounds):
        lassos.append(lasso(page))
    root = page.locator(".picture-map")
    builds = int(root.get_attribute("data-builds"))
    for _ in range(rounds):
        reruns.append(rerun(page))
    rebuilt = int(root.get_attribute("data-builds")) - builds
    frame = float(root.get_attribute("data-drawn"))
    heap = page.evaluate("performance.memory.usedJSHeapSize") / MIB
    size = answer(page)["size"] / 1024
    page.context.close()
    times = [f"{1000 * median(spent):,.0f} ({1000 * max(spent):,.0f})" for spent in (paints, lassos, reruns)]
    server = psutil.Process(pid).memory_info().rss / MIB
    name = f"{n:,}" + (", paths as ids" if paths else "")
    return [name, f"{size:,.0f}", *times, str(rebuilt), f"{frame:.0f}", f"{heap:,.0f}", f"{server:,.0f}"]


def main() -> None:
    """Measure and print the table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chromium", default=CHROMIUM)
    args = parser.parse_args()
    head = ["points", "payload, KiB", "first paint, ms (most)", "lasso to answer, ms (most)", "rerun, ms (most)"]
    head += ["rebuilds", "a frame, ms", "browser heap, MiB", "server, MiB"]
    print("| " + " | ".join(head) + " |\n" + "| --- " * len(head) + "|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        script = Path(folder) / "page.py"
        script.write_text(PAGE, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=args.chromium, args=ARGS)
        with served(script) as (address, pid):
            for n in args.points:
                for paths in (False, True):
                    row = measured(browser, address, pid, n, paths, args.rounds)
                    print("| " + " | ".join(row) + " |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
