"""The doctor: what is wrong with an installation, in sentences, each with what to do about it.

`python -m contrastive.doctor` runs on the standard library alone, so that it can speak where packages are missing;
`python -m contrastive doctor` is the same. Exit code 1 where something is wrong.
"""

import hashlib
import importlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from contrastive.storage import ROOT, data_dir, pretrained_dir, read_json, runs_dir

OLDEST_PYTHON = (3, 11)
LITTLE_DISK, LITTLE_MEMORY = 5.0, 4.0
"""GiB below which the doctor warns."""
FINE, NOTE, WRONG = "fine", "note", "wrong"
MARKS = {FINE: "  ok ", NOTE: " note", WRONG: "WRONG"}
INSTALL = "Run: python -m pip install -r requirements.txt"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state`: fine, note (works, but know it) or wrong; `advice`: what to do, if anything."""

    state: str
    sentence: str
    advice: str = ""


def examine() -> list[Finding]:
    """Everything there is to say about this installation, in the order one would mend it."""
    found = [*_python(), *_packages(), *_places(), *_shipped(), *_machine()]
    # With a package missing, the parts that need it would only say the same once more.
    return found if any(f.state == WRONG for f in found) else [*found, *_runs()]


def in_words(findings: list[Finding]) -> str:
    """One line a finding, what is wrong last, where the eye is."""
    order = [FINE, NOTE, WRONG]
    lines = [
        f"{MARKS[finding.state]}  {finding.sentence} {finding.advice}".rstrip()
        for finding in sorted(findings, key=lambda finding: order.index(finding.state))
    ]
    wrong = sum(finding.state == WRONG for finding in findings)
    lines.append("Nothing is wrong." if not wrong else f"{wrong} thing{'s' * (wrong > 1)} to mend, marked WRONG.")
    return "\n".join(lines)


def document(findings: list[Finding]) -> dict[str, Any]:
    """The findings as JSON, with the version of every package."""
    packages = {name: _installed(name) or "missing" for name, _ in _pins()}
    return {
        "python": platform.python_version(),
        "packages": packages,
        "wrong": sum(finding.state == WRONG for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }


def _python() -> Iterator[Finding]:
    said = f"Python {platform.python_version()}."
    if sys.version_info < OLDEST_PYTHON:
        yield Finding(WRONG, said, "Python 3.11 or newer is needed.")
    else:
        yield Finding(FINE, said)


def _packages() -> Iterator[Finding]:
    missing, other = [], []
    pins = _pins()
    for name, wanted in pins:
        found = _installed(name)
        if found is None:
            missing.append(name)
        # A build for one kind of device is the same version: 2.14.1+cu130.
        elif found.partition("+")[0] != wanted:
            other.append(f"{name} {found} (made with {wanted})")
    if missing:
        yield Finding(WRONG, f"Missing packages: {', '.join(missing)}.", INSTALL)
    if other:
        yield Finding(NOTE, f"Other versions than it was made with: {', '.join(other)}.", INSTALL)
    if not missing and not other:
        yield Finding(FINE, f"All {len(pins)} packages are here, in the versions it was made with.")
    for name in ("torch", "torchvision"):
        if name in missing:
            return
        try:
            importlib.import_module(name)
        except Exception as error:  # whatever a broken build raises is what is wrong with it
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            yield Finding(WRONG, f"{name} does not start: {reason}", "torch and torchvision must fit. " + INSTALL)
            return


def _places() -> Iterator[Finding]:
    for what, folder in (("data", data_dir()), ("runs", runs_dir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"written")
        except OSError as error:
            variable = f"CONTRASTIVE_{what.upper()}"
            advice = f"Make it writable, or name another folder in {variable}."
            yield Finding(WRONG, f"The folder for {what}, {folder}, cannot be written to: {error.strerror}.", advice)
            continue
        free = shutil.disk_usage(folder).free / 2**30
        said = f"The folder for {what} can be written to, {free:.0f} GiB free."
        yield Finding(NOTE if free < LITTLE_DISK else FINE, said, "That is little." if free < LITTLE_DISK else "")


def _shipped() -> Iterator[Finding]:
    cards = sorted(pretrained_dir().glob("*/card.json"))
    damaged = [card.parent.name for card in cards if not _whole(card)]
    advice = "Fetch the repository again: git checkout -- models/pretrained"
    if not cards:
        yield Finding(WRONG, "The encoders that come with the program are not here.", advice)
    elif damaged:
        yield Finding(WRONG, f"Damaged weights: {', '.join(damaged)}.", advice)
    else:
        yield Finding(FINE, f"{len(cards)} shipped networks are whole.")


def _whole(card: Path) -> bool:
    """Whether the weights beside a card are those it was written for."""
    try:
        weights = next(card.parent.glob("*.safetensors"))
        return hashlib.sha256(weights.read_bytes()).hexdigest() == read_json(card)["sha256"]
    except (StopIteration, OSError, ValueError, KeyError):
        return False


def _machine() -> Iterator[Finding]:
    if _installed("torch") is None:
        return
    try:
        import torch

        from contrastive.device import has_bfloat16
    except Exception:  # _packages has said so already
        return
    if torch.cuda.is_available():
        names = ", ".join(torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count()))
        yield Finding(FINE, f"Training and embedding run on a GPU: {names}.")
    elif shutil.which("nvidia-smi"):
        advice = "This torch cannot use it: install the build of torch for your driver's CUDA."
        yield Finding(WRONG, "There is an NVIDIA GPU, but everything would run on the processor.", advice)
    else:
        said = f"Training and embedding run on the CPU: {platform.machine()}, {torch.get_num_threads()} threads."
        yield Finding(FINE, said)
    mixed = "bfloat16" if has_bfloat16() else "none, everything is float32"
    yield Finding(FINE, f"Mixed precision: {mixed}.")
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return  # not told on this system
    little = memory < LITTLE_MEMORY
    yield Finding(NOTE if little else FINE, f"{memory:.0f} GiB of memory.", "That is little." if little else "")


def _runs() -> Iterator[Finding]:
    from contrastive.runs import Run

    yield Finding(FINE, f"{len(Run.all())} runs.")
    for name, fault in Run.unreadable().items():
        yield Finding(NOTE, f"The folder {name} among the runs is no readable run: {fault}")


def _pins() -> list[tuple[str, str]]:
    """What requirements.txt asks for: (package, version)."""
    try:
        text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    except OSError:
        return []
    return re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def main() -> int:
    """Print the findings; 1 where something is wrong."""
    findings = examine()
    print(in_words(findings))
    return int(any(finding.state == WRONG for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
