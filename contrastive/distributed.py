"""Several processes, on one machine or many, that train one run as if they were one; torchrun starts them.

Every process draws the same batch and takes its own share of the rows, so no picture is seen twice. Vectors are
gathered before the loss, batch-norm takes the statistics of all, and gradients are added up: loss, gradients and
weights are those of one process with the whole batch. Only the first process writes. Alone, all of it does nothing.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from contrastive.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor, nn

PATIENCE = timedelta(hours=2)
"""How long one waits for the others, which may be preparing pictures."""

_apart = False


def started() -> bool:
    """Whether torchrun started this process."""
    return "RANK" in os.environ and "TORCHELASTIC_RUN_ID" in os.environ


def follower() -> bool:
    """Whether another process writes what this one trains."""
    return started() and os.environ["RANK"] != "0"


def start(arguments: Sequence[str], devices: int) -> bool:
    """`python -m contrastive ARGUMENTS` in that many processes of this machine; whether all of them ended well."""
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    # What torchrun --standalone does, without its traceback for a sentence that was said already.
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=devices,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        run_id=str(os.getpid()),
        max_restarts=0,
    )
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // devices)))
    try:
        elastic_launch(config, sys.executable)("-m", "contrastive", *arguments)
    except ChildFailedError:
        return False
    return True


@contextmanager
def together() -> Iterator[None]:
    """Join the other processes that torchrun started, if it did; once joined, nothing happens."""
    if not started():
        yield
        return
    import torch
    from torch import distributed

    if distributed.is_initialized():
        yield
        return

    if torch.cuda.is_available():
        local = int(os.environ["LOCAL_RANK"])
        if local >= torch.cuda.device_count():
            raise UserError(f"There are {torch.cuda.device_count()} GPUs here.", "Ask for no more devices than that.")
        torch.cuda.set_device(local)
    # Before the group is made: whoever imports it afterwards has the group in its functions' defaults, its threads
    # outlive `destroy_process_group`, and now and then one of them aborts a process that is done.
    import torch.distributed.nn.functional

    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)
    try:
        yield
    finally:
        distributed.destroy_process_group()


@contextmanager
def apart() -> Iterator[None]:
    """Within, this process acts as if it were the only one."""
    global _apart
    _apart = True
    try:
        yield
    finally:
        _apart = False


def world() -> int:
    """How many processes train together."""
    from torch import distributed

    if _apart:
        return 1
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def rank() -> int:
    """The number of this process among them, from 0."""
    from torch import distributed

    return distributed.get_rank() if world() > 1 else 0


def share(count: int) -> slice | None:
    """Which rows of a batch of `count` are this process's; None where all are."""
    return None if world() == 1 else shares(count)[rank()]


def shares(count: int) -> list[slice]:
    """The rows of a batch of `count` that each process has."""
    each, more = divmod(count, world())
    firsts = [rank * each + min(rank, more) for rank in range(world() + 1)]
    return [slice(*ends) for ends in pairwise(firsts)]


def gathered(x: "Tensor", dim: int) -> "Tensor":
    """The rows of all processes along `dim`, in the order of the batch; gradient flows to this process's own.

    With gradients added up over processes (`add_up`), that is the gradient of the whole: each computes the same loss.
    """
    if world() == 1:
        return x
    import torch
    from torch import distributed

    counts = [torch.zeros(1, dtype=torch.int64, device=x.device) for _ in range(world())]
    distributed.all_gather(counts, torch.tensor([x.shape[dim]], device=x.device))
    lengths = [int(count) for count in counts]
    # All must send the same amount, and a batch need not be divisible.
    moved = x.detach().movedim(dim, 0)
    padded = moved.new_zeros((max(lengths), *moved.shape[1:]))
    padded[: len(moved)] = moved
    parts = [torch.empty_like(padded) for _ in lengths]
    distributed.all_gather(parts, padded)
    rows = [part[:length] for part, length in zip(parts, lengths, strict=True)]
    rows[rank()] = x.movedim(dim, 0)
    return torch.cat(rows).movedim(0, dim)


def wait() -> None:
    """Go on when all have come this far."""
    if world() > 1:
        from torch import distributed

        distributed.barrier()


def add_up(module: "nn.Module") -> None:
    """Replace every gradient of a module by its sum over all processes."""
    if world() == 1:
        return
    import torch
    from torch import distributed

    gradients = [p.grad for p in module.parameters() if p.grad is not None]
    # In one message: hundreds of small ones would take longer than the step.
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def most(count: int) -> int:
    """The largest of the numbers that the processes have."""
    if world() == 1:
        return count
    import torch
    from torch import distributed

    said = torch.tensor([count], device=_device())
    distributed.all_reduce(said, op=distributed.ReduceOp.MAX)
    return int(said)


def agreeing(asked: Callable[[], bool]) -> Callable[[], bool]:
    """A question to all processes, each at the same point: whether any of them says yes."""
    if world() == 1:
        return asked
    parent = os.getppid()

    def any_of_them() -> bool:
        if os.getppid() != parent:
            raise UserError("The process that started this one is gone.", "Resume the run; its checkpoint is kept.")
        return bool(most(int(asked())))

    return any_of_them


def _device() -> str:
    """Where numbers must lie that processes send each other."""
    from torch import distributed

    return "cuda" if distributed.get_backend() == "nccl" else "cpu"


def synchronise(module: "nn.Module") -> None:
    """Let the batch-norm of a module take its statistics over the shares of all processes."""
    if world() > 1:
        from contrastive.synced_norm import convert

        strange: list[Any] = convert(module)
        if strange and rank() == 0:
            print(f"warning: {strange[0]} keeps the statistics of each device's own pictures.", file=sys.stderr)
