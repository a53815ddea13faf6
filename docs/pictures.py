"""Take the pictures of the README and the results: python docs/pictures.py

Starts the app with data and runs of its own and writes docs/pictures/*.jpg. Needs Chromium and playwright, as the
browser tests do; `python docs/pictures.py views` draws only those of the results, which need neither.
"""

import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ARGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--use-gl=angle"]
ARGS += ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def main() -> None:
    """All pictures, one after another."""
    outlines()
    if "views" in sys.argv:
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home:
        os.environ.update(CONTRASTIVE_DATA=f"{home}/data", CONTRASTIVE_RUNS=f"{home}/runs")
        address, server = start()
        try:
            with sync_playwright() as playwright:
                found = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
                executable = str(found) if found.exists() else None
                browser = playwright.chromium.launch(executable_path=executable, args=ARGS)
                page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
                browse(page, address)
                upload(page, address)
                teach(page, address)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def outlines() -> None:
    """Three paintings of the atelier, two views of each by three recipes, and the outlines of the views beneath."""
    import torch
    from PIL import Image, ImageDraw

    from contrastive import datasets
    from contrastive.augment import recipe
    from contrastive.augment.edges import edges

    images = datasets.load("atelier").images
    rows, gap, head = images[[7, 431, 862]], 6, 16
    style = {"op": "style", "network": "light-adaconv", "alpha": [1.0, 1.0]}
    crop = [{"op": "crop", "area": [0.3, 1.0]}, {"op": "flip"}]
    kinds = {"classic views": "simclr-gentle", "style views": [style], "crops and style": [*crop, style]}
    side, generator = images.shape[-1], torch.Generator().manual_seed(3)
    width = gap + (3 * 2 + 1) * (side + gap) + 3 * gap
    sheet = Image.new("RGB", (width, head + 3 * (2 * side + 3 * gap)), "#fbfaf7")
    write = ImageDraw.Draw(sheet)
    pixels = lambda x: Image.fromarray((x * 255).byte().permute(1, 2, 0).numpy())  # noqa: E731
    for column, (kind, said) in enumerate([("picture", "none"), *kinds.items()]):
        left = gap + column * 2 * (side + gap) - (side if column else 0) + (column - 1 if column else 0) * gap
        write.text((left, 2), kind, fill="#2b2a27")
        for turn in range(2 if column else 1):
            views = recipe(said, size=side).among(images)(rows, generator)
            for line, view in enumerate(views):
                top = head + line * (2 * side + 3 * gap)
                sheet.paste(pixels(view), (left + turn * (side + gap), top))
                drawn = 1 - edges(view[None])[0].mul(1.5).clamp(max=1)
                sheet.paste(pixels(drawn), (left + turn * (side + gap), top + side + gap))
    sheet.save(ROOT / "docs" / "pictures" / "outlines.jpg", quality=88)


def start() -> tuple[str, subprocess.Popen[bytes]]:
    """The app on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    server = subprocess.Popen([*command, "--server.port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
            return address, server
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The app did not start.")


def shoot(page: Any, name: str) -> None:
    """Wait until nothing moves, then write docs/pictures/NAME.jpg."""
    page.wait_for_timeout(2500)
    place = ROOT / "docs" / "pictures" / f"{name}.jpg"
    page.screenshot(path=place, type="jpeg", quality=85)
    print(place.name, f"{place.stat().st_size / 1024:.0f} KiB")


def browse(page: Any, address: str) -> None:
    """The map of the atelier."""
    page.goto(f"{address}/map")
    page.locator(".picture-map[data-count='1000']").wait_for(timeout=60_000)
    shoot(page, "browse")


def upload(page: Any, address: str) -> None:
    """Neighbours of a painting that is not in the set (one where the encoder does well; not all are like this)."""
    from PIL import Image

    from contrastive.datasets.atelier import Picture, paint

    buffer = io.BytesIO()
    Image.fromarray(paint(Picture("fish", "gouache", "sea", "train", 902), 420)).save(buffer, "PNG")
    page.goto(f"{address}/neighbours")
    page.locator(".wall .frame").first.wait_for(timeout=60_000)
    picture = {"name": "fish.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    page.locator("input[type=file]").set_input_files(picture)
    page.get_by_text("Yours. Remove it above").wait_for(timeout=60_000)
    shoot(page, "upload")


def teach(page: Any, address: str) -> None:
    """What augmentations do to a picture, and how far each view moved for the encoder."""
    page.goto(f"{address}/augmentations")
    page.get_by_role("heading", name="Operations, in order").wait_for(timeout=60_000)
    shoot(page, "teach")


if __name__ == "__main__":
    main()
