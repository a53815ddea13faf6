"""What keeps a server that is left running from harm: how it is bound, what it loads, what names can reach."""

import ast
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from _ui import uploads

from contrastive.errors import UserError

ROOT = Path(__file__).parent.parent
SOURCES = [path for folder in ("contrastive", "pages", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
PIPES = {"contrastive/datasets/worker.py", "contrastive/datasets/parallel.py"}
"""A parent and the child it started, over a pipe of their own."""


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Every call of a file, by its dotted name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_the_server_listens_to_this_machine_alone_and_tells_nobody() -> None:
    said = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert said["server"]["address"] == "localhost"
    assert said["server"]["enableXsrfProtection"] is True
    assert said["server"].get("enableCORS", True) is True
    assert said["server"].get("enableAgentApi", False) is False
    assert said["server"]["maxUploadSize"] <= 500
    assert said["browser"]["gatherUsageStats"] is False


def test_no_pickle_is_loaded() -> None:
    found = [(path.relative_to(ROOT).as_posix(), *call) for path in SOURCES for call in calls(path)]
    assert sum(name == "torch.load" for _, name, _ in found) >= 2
    for path, name, call in found:
        where = f"{path}, line {call.lineno}"
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if name == "torch.load":
            assert given.get("weights_only") == "True", where
        if name in ("pickle.load", "pickle.loads", "pickle.Unpickler"):
            assert path in PIPES, where
        assert given.get("allow_pickle", "False") == "False", where
        assert given.get("weights_only", "True") == "True", where
        assert name not in ("yaml.load", "yaml.unsafe_load", "eval", "exec", "torch.hub.load", "os.system"), where
        assert not name.startswith(("joblib.load", "dill.", "cloudpickle.", "shelve.open", "pd.read_pickle")), where
        assert given.get("shell", "False") == "False", where


def file(name: str, size: int) -> SimpleNamespace:
    return SimpleNamespace(name=name, size=size, getvalue=lambda: b"x")


def test_a_drop_is_limited_in_number_and_bytes() -> None:
    assert uploads.packed([file("a.png", 10), file("b.png", 10)])
    for files in ([file("a.png", 1)] * 5001, [file("a.png", 300 * 2**20)] * 2):
        with pytest.raises(UserError, match="At most"):
            uploads.packed(files)


def test_a_file_never_lies_under_its_own_name() -> None:
    import io
    import zipfile

    packed = uploads.packed([file("../../etc/passwd.png", 1), file("C:\\windows\\a.png", 1)])
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert all(name[:5] == f"{number:04d}-" and "/" not in name for number, name in enumerate(names))
