"""The doctor: a sound installation, and one fault of each kind."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from contrastive import doctor
from contrastive.storage import ROOT, pretrained_dir


def wrong() -> list[str]:
    return [f"{f.sentence} {f.advice}" for f in doctor.examine() if f.state == doctor.WRONG]


def missing(name: str) -> str | None:
    return None if name == "captum" else version(name)


def another(name: str) -> str | None:
    return "1.2.3" if name == "captum" else version(name)


def test_a_sound_installation() -> None:
    findings = doctor.examine()
    assert not wrong()
    said = doctor.in_words(findings)
    assert "shipped networks are whole" in said
    assert said.endswith("Nothing is wrong.")
    assert doctor.document(findings)["packages"]["torch"] == version("torch")


@pytest.mark.parametrize(("installed", "state"), [(missing, doctor.WRONG), (another, doctor.NOTE)])
def test_a_missing_package_is_wrong_and_another_version_a_note(
    monkeypatch: pytest.MonkeyPatch, installed: Callable[[str], str | None], state: str
) -> None:
    monkeypatch.setattr(doctor, "_installed", installed)
    [found] = [f for f in doctor.examine() if "captum" in f.sentence]
    assert found.state == state
    assert "pip install" in found.advice


def test_damaged_weights_and_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = tmp_path / "pretrained" / "digits-tiny"
    shipped.mkdir(parents=True)
    source = pretrained_dir() / "digits-tiny"
    (shipped / "card.json").write_bytes((source / "card.json").read_bytes())
    (shipped / "encoder.safetensors").write_bytes((source / "encoder.safetensors").read_bytes()[:-1])
    (tmp_path / "file").touch()
    monkeypatch.setattr(doctor, "pretrained_dir", lambda: shipped.parent)
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "file"))
    weights, folder = sorted(wrong())
    assert "Damaged weights: digits-tiny" in weights
    assert "CONTRASTIVE_DATA" in folder


def test_without_packages_it_still_speaks(tmp_path: Path) -> None:
    # An interpreter without site-packages: what a newcomer has who forgot to install.
    command = [sys.executable, "-S", "-m"]
    env = {**os.environ, "CONTRASTIVE_DATA": str(tmp_path), "CONTRASTIVE_RUNS": str(tmp_path)}
    env.pop("PYTHONPATH", None)
    told = subprocess.run([*command, "contrastive.doctor"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert told.returncode == 1
    assert "Missing packages: streamlit" in told.stdout
    verb = subprocess.run([*command, "contrastive", "runs"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert verb.returncode == 1
    assert verb.stderr.startswith("contrastive: the package pydantic is missing.")
