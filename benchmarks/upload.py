"""Measure in headless Chromium how long it takes from dropping a picture to its neighbours on the screen.

    python -m benchmarks.upload folder:cifar10-test paintings.zip --encoder art-small --rounds 30

The first argument is the data set that is searched, the second a zip of pictures of which `rounds` are uploaded,
drawn by seed 0. The page is open and the set embedded before the clock starts; it stops when twelve other neighbours
hang on the wall with their pictures loaded. Prints median, 95th percentile and slowest.
"""

import argparse
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks.serving import ARGS, CHROMIUM, ROOT, served

WALL = """
    const roots = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)];
    const walls = roots.flatMap((root) => [...root.querySelectorAll(".wall")]);
    const images = walls.map((wall) => [...wall.querySelectorAll("img")]).find((found) => found.length === 12) ?? [];
    const shown = images.map((image) => image.src).join();
"""
SHOWN = "() => {" + WALL + "return shown; }"
HANGING = f"""(before) => {{ {WALL}
    for (const image of images) image.loading = "eager";
    return shown && shown !== before && images.every((image) => image.complete)
        && document.body.innerText.includes("Yours.");
}}"""


def dropped(page: Any, name: str, content: bytes) -> float:
    """Seconds from handing a picture over to its neighbours; it is taken away again afterwards."""
    before = page.evaluate(SHOWN)
    upload = {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": content}
    began = time.perf_counter()
    page.locator("input[type=file]").first.set_input_files(upload)
    page.wait_for_function(HANGING, arg=before)
    spent = time.perf_counter() - began
    page.get_by_test_id("stFileChipDeleteBtn").locator("button").first.click()
    page.wait_for_function("() => !document.body.innerText.includes('Yours.')")
    page.wait_for_timeout(500)
    return spent


def main() -> None:
    """Open the page, drop pictures, print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--encoder", default="art-small")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--chromium", default=CHROMIUM)
    args = parser.parse_args()
    with zipfile.ZipFile(args.pictures) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith((".jpg", ".jpeg"))]
        drawn = np.random.default_rng(0).permutation(len(names))[: args.rounds + 2]
        contents = [archive.read(names[i]) for i in drawn]
    spent = []
    with served(ROOT / "app.py") as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.chromium, args=ARGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}/neighbours?{urlencode({'data': args.data, 'encoder': args.encoder})}")
        page.get_by_text("Or pick one:").wait_for()
        for number, content in enumerate(contents):
            seconds = dropped(page, f"picture-{number}", content)
            # The first two load the network and compile.
            if number >= 2:
                spent.append(seconds)
        browser.close()
    middle, high = np.percentile(spent, [50, 95])
    print(f"{args.data}, {args.encoder}, {len(spent)} uploads: median {middle:.2f} s, p95 {high:.2f} s, ", end="")
    print(f"slowest {max(spent):.2f} s")


if __name__ == "__main__":
    main()
