"""Read pictures in several threads or Python processes, in row order.

Threads serve where a C library does the work. `multiprocessing` would not do: its children import the parent's
`__main__`, which inside a Streamlit server is whatever page is being drawn. These children import nothing but this
package.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np

from contrastive.datasets.decode import Decoded
from contrastive.errors import UserError
from contrastive.storage import ROOT

Answer = np.ndarray | Decoded | UserError
Read = Callable[[int], np.ndarray | Decoded]
FEW = 64
BATCH = 16


def attempt(read: Read, row: int) -> Answer:
    """A picture, or the reason why it cannot be read."""
    try:
        return read(row)
    except UserError as error:
        return error


def read_all(read: Read, rows: range, *, processes: bool) -> Generator[Answer, None, None]:
    """What `attempt(read, row)` gives for every row, in order, a bounded number ahead of whoever takes them.

    `processes` says that `read` keeps Python busy, so that threads would only wait for each other; one that
    cannot be sent to a process gets threads all the same. A few rows are read right here.
    """
    workers = os.cpu_count() or 1
    if len(rows) <= FEW or workers == 1:
        yield from (attempt(read, row) for row in rows)
    elif processes and (packed := _packed(read)):
        yield from _in_processes(packed, rows)
    else:
        with ThreadPoolExecutor(workers) as pool:
            ahead: deque[Future[Answer]] = deque()
            try:
                for row in rows:
                    ahead.append(pool.submit(attempt, read, row))
                    if len(ahead) > 4 * workers:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)


def _packed(read: Read) -> bytes:
    """`read` as bytes for another process; empty if it holds on to something of this one."""
    try:
        return pickle.dumps(read)
    except (pickle.PicklingError, AttributeError, TypeError):
        return b""


def _in_processes(read: bytes, rows: range) -> Generator[Answer, None, None]:
    """Process k of n reads every n-th batch from the k-th on; each waits when its pipe is full, so memory is bounded.

    Closing the iterator ends the processes.
    """
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    with ExitStack() as stack:
        workers = []
        for k in range(n := os.cpu_count() or 1):
            worker = subprocess.Popen(
                [sys.executable, "-m", "contrastive.datasets.worker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(worker.__exit__, None, None, None)
            stack.callback(worker.kill)
            assert worker.stdin is not None
            worker.stdin.write(read + pickle.dumps(batches[k::n]))
            worker.stdin.flush()
            workers.append(worker)
        for place in range(len(batches)):
            answers = workers[place % n].stdout
            assert answers is not None
            yield from pickle.load(answers)
