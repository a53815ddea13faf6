"""Read pictures in several Python processes, in row order.

`multiprocessing` would not do: its children import the parent's `__main__`, which inside a Streamlit server is
whatever page is being drawn. These children import nothing but this package.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np

from contrastive.datasets.decode import Decoded
from contrastive.errors import UserError
from contrastive.storage import ROOT

Answer = np.ndarray | Decoded | UserError
Read = Callable[[int], np.ndarray | Decoded]


def attempt(read: Read, row: int) -> Answer:
    """A picture, or the reason why it cannot be read."""
    try:
        return read(row)
    except UserError as error:
        return error


def in_processes(read: Read, count: int) -> Iterator[Answer]:
    """What `attempt(read, row)` gives for row 0, 1, ...; `read` must pickle. Closing the iterator ends the processes.

    Process k of n reads rows k, k + n, ...; each waits when its pipe is full, so memory stays bounded.
    """
    with ExitStack() as stack:
        workers = []
        for k in range(n := os.cpu_count() or 1):
            worker = subprocess.Popen(
                [sys.executable, "-m", "contrastive.datasets.parallel"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(worker.__exit__, None, None, None)
            stack.callback(worker.kill)
            assert worker.stdin is not None
            pickle.dump((read, range(k, count, n)), worker.stdin)
            worker.stdin.flush()
            workers.append(worker)
        for row in range(count):
            answers = workers[row % n].stdout
            assert answers is not None
            yield pickle.load(answers)


if __name__ == "__main__":
    function, rows = pickle.load(sys.stdin.buffer)
    for number in rows:
        pickle.dump(attempt(function, number), sys.stdout.buffer)
    sys.stdout.buffer.flush()
