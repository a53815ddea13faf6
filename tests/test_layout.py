"""The house: which part may import which, and that files say what they are for."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BACKEND = sorted((ROOT / "contrastive").rglob("*.py"))
SOURCES = [*BACKEND, *sorted((ROOT / "pages").rglob("*.py")), ROOT / "app.py"]
LEAVES = ("losses", "augment", "encoders")
SCREEN = {"streamlit", "plotly", "starlette"}


def imported(path: Path, *, top: bool = False) -> set[str]:
    """Dotted names a file imports; with `top`, only at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def siblings(path: Path, *, top: bool = False) -> set[str]:
    """The parts of `contrastive` a file imports from."""
    parts = {name.split(".")[1] for name in imported(path, top=top) if name.startswith("contrastive.")}
    return parts - {"contrastive"}


@pytest.mark.parametrize("path", BACKEND, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_backend_has_no_screen(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imported(path)} & (SCREEN | {"_ui", "pages"})


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaves_import_no_sibling(leaf: str) -> None:
    allowed = {leaf, "errors", "storage"}
    for path in (ROOT / "contrastive" / leaf).rglob("*.py"):
        # The operation that paints loads its network, and the pictures of its styles, when it is first applied.
        late = {"style", "datasets"} if path.name == "restyle.py" else set()
        assert siblings(path) <= allowed | late, path
        assert siblings(path, top=True) <= allowed, path


def test_style_is_a_part_of_its_own() -> None:
    allowed = {"style", "errors", "storage", "device", "config", "runs", "datasets", "encoders"}
    for path in (ROOT / "contrastive" / "style").rglob("*.py"):
        assert siblings(path) <= allowed, path
    first = imported(ROOT / "contrastive" / "style" / "__init__.py", top=True)
    assert "torch" not in {name.partition(".")[0] for name in first}


def test_jobs_do_not_import_the_training() -> None:
    assert not any(name.startswith("contrastive.train") for name in imported(ROOT / "contrastive" / "jobs.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_say_what_they_are_for_and_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(text))
    assert said, "the first line of a file says what it is for"
    assert len(text.splitlines()) <= 300 or "Longer than 300 lines because" in said


def test_every_part_stands_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = {path.relative_to(ROOT / "contrastive").parts[0].removesuffix(".py") for path in BACKEND}
    assert {part for part in parts if not part.startswith("_") and f"`{part}`" not in text} == set()


def test_pictures_travel_inside_the_page() -> None:
    """A file of the server would be gone where a later run of the page shows another (see `_ui/data_url.py`)."""
    shown = 0
    for path in sorted((ROOT / "pages").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        given = {
            target.id: ast.unparse(node.value)
            for node in nodes
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "image":
                said = ast.unparse(node.args[0])
                assert "data_url(" in given.get(said, said), f"{path}: {said}"
                shown += 1
    assert shown > 10
