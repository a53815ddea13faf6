"""Twenty sessions that look at one map: the memory of the server with one of them, with two, and with all.

    python -m benchmarks.sessions --data mnist:DATA/MNIST --encoder digits-tiny --sessions 20

Starts the app and speaks to it as browsers do, each session over a connection of its own that stays open. Told is
what the process has for itself (USS): pages that are mapped from a file, and could be dropped, do not count; and how
much a copy of the embeddings and of the pictures for every session would take.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlencode

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).parent.parent


def started(port: int) -> subprocess.Popen[bytes]:
    """The app on that port, once it answers."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.fileWatcherType", "none"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2):
                return process
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise SystemExit("The app did not start.")


async def looking(stack: AsyncExitStack, port: int, page: str, query: str) -> int:
    """Open a page in a session of its own, which stays open; bytes that came until it was drawn."""
    line = await stack.enter_async_context(
        websockets.connect(f"ws://localhost:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)
    )
    wish = BackMsg()
    wish.rerun_script.query_string = query
    wish.rerun_script.page_name = page
    await line.send(wish.SerializeToString())
    came, quiet, drawn = 0, 0, False
    while quiet < 2:
        try:
            # Parts of a page are drawn again when what they wait for has come.
            content = await asyncio.wait_for(line.recv(), 600 if not quiet else 3)
        except TimeoutError:
            break
        came += len(content)
        message = ForwardMsg()
        message.ParseFromString(content)
        quiet += message.WhichOneof("type") == "script_finished"
        drawn = drawn or b"picture_map" in content
    if not drawn:
        raise SystemExit("No map came.")
    return came


async def measure(port: int, process: subprocess.Popen[bytes], args: argparse.Namespace) -> None:
    """Open the sessions one after another, and print the memory after the first, the second and the last."""
    query = urlencode({"data": args.data, "encoder": args.encoder, "layout": "pca"})
    own = psutil.Process(process.pid)
    memory: list[float] = []
    async with AsyncExitStack() as stack:
        for number in range(args.sessions):
            came = await looking(stack, port, "map", query)
            memory.append(own.memory_full_info().uss / 2**20)
            if number in (0, 1, args.sessions - 1):
                print(f"{number + 1:3} sessions: {memory[-1]:8,.0f} MiB   ({came / 2**20:.1f} MiB came)", flush=True)
    from contrastive import catalogue, datasets
    from contrastive.embed import embed

    images = datasets.load(args.data)
    vectors = embed(catalogue.find(args.encoder), images)
    each = (memory[-1] - memory[1]) / (args.sessions - 2)
    print(f"each session after the second: {each:.1f} MiB")
    print(f"embeddings {vectors.nbytes / 2**20:.0f} MiB, pictures {images.pixels.nbytes / 2**20:.0f} MiB a copy")


def main() -> None:
    """Start the app, measure, and end it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=f"mnist:{os.environ.get('CONTRASTIVE_REAL_DATA', '../shared/data')}/MNIST")
    parser.add_argument("--encoder", default="digits-tiny")
    parser.add_argument("--sessions", type=int, default=20)
    args = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = started(port)
    try:
        asyncio.run(measure(port, process, args))
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
