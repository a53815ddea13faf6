"""Measure in headless Chromium how long it takes from dropping a picture to its neighbours on the screen.

    python -m benchmarks.upload --real DATA --rounds 30

The 10,000 test pictures of CIFAR-10 are searched; uploaded are pictures of paintings.zip, drawn by seed 0. The page
is open and the set embedded before the clock starts; it stops when twelve other neighbours hang on the wall, all
loaded.
"""

import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks.frame import OURS, Row, flags, report
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


def searched(real: Path, folder: Path) -> str:
    """The name of a data set of CIFAR-10's test pictures, which are copied into a zip of their own."""
    place = folder / "cifar10-test.zip"
    with zipfile.ZipFile(real / "cifar10-jpg.zip") as whole, zipfile.ZipFile(place, "w") as part:
        for name in whole.namelist():
            if "/test/" in name and not name.endswith("/"):
                part.writestr(name, whole.read(name))
    return f"folder:{place}"


def uploaded(real: Path, count: int) -> list[bytes]:
    """So many paintings, as files."""
    with zipfile.ZipFile(real / "paintings.zip") as archive:
        names = [name for name in archive.namelist() if name.lower().endswith((".jpg", ".jpeg"))]
        return [archive.read(names[i]) for i in np.random.default_rng(0).permutation(len(names))[:count]]


def main() -> None:
    """Open the page, drop pictures, print."""
    from playwright.sync_api import sync_playwright

    parser = flags(__doc__, rounds=30)
    parser.add_argument("--encoder", default="art-small")
    parser.add_argument("--chromium", default=CHROMIUM)
    args = parser.parse_args()
    if not args.real:
        parser.error("it searches and uploads real pictures: name their folder with --real")
    spent = []
    with tempfile.TemporaryDirectory() as folder, served(ROOT / "app.py") as (address, _), sync_playwright() as drive:
        data = searched(args.real, Path(folder))
        browser = drive.chromium.launch(executable_path=args.chromium, args=ARGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(300_000)
        page.goto(f"{address}/neighbours?{urlencode({'data': data, 'encoder': args.encoder})}")
        page.get_by_text("Or pick one:").wait_for()
        # The first two load the network and compile.
        for number, content in enumerate(uploaded(args.real, args.rounds + 2)):
            spent.append(dropped(page, f"picture-{number}", content))
        browser.close()
    middle, high = np.percentile(spent[2:], [50, 95])
    note = f"median {middle:.2f}, slowest {max(spent[2:]):.2f}"
    work = f"upload to neighbours among 10,000, `{args.encoder}`, 95th percentile of {args.rounds}"
    report([Row(work, "s", {OURS: float(high)}, most=1, note=note)], args.out)


if __name__ == "__main__":
    main()
