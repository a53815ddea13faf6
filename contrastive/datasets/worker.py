"""A process that reads pictures for parallel.py: a function and batches of rows come in, answers go out."""

import pickle
import signal
import sys
from contextlib import suppress

from contrastive.datasets.parallel import attempt

if __name__ == "__main__":
    # Whoever started this process ends it; a Ctrl-C in the terminal reaches both, and one message is enough.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):
        read = pickle.load(sys.stdin.buffer)
        for rows in pickle.load(sys.stdin.buffer):
            pickle.dump([attempt(read, row) for row in rows], sys.stdout.buffer)
            sys.stdout.buffer.flush()
