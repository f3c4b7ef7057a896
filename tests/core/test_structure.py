"""The house keeps its shape: the layers are all the packages, edges do not write, nothing is named utils."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
WRITES = {
    *("save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create"),
    *("update", "delete", "executemany", "post_entries", "post_entry"),
}
EDGES = ("views", "api", "tasks", "admin")


def modules() -> list[Path]:
    return [
        file
        for package in LAYERS
        for file in (ROOT / package).rglob("*.py")
        if "migrations" not in file.parts
    ]


def test_the_layers_name_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(LAYERS)


def test_no_room_is_a_junk_drawer() -> None:
    names = {file.stem for file in modules()} | {file.parent.name for file in modules()}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def _is_edge(file: Path) -> bool:
    return file.stem in EDGES or file.parent.name in EDGES


@pytest.mark.parametrize(
    "file", [file for file in modules() if _is_edge(file)], ids=lambda f: str(f.relative_to(ROOT))
)
def test_views_api_and_tasks_never_write(file: Path) -> None:
    """A write at the edge would pass by levy, guard, posting, audit and outbox."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = ast.unparse(node.func.value)
        on_rows = ".objects" in owner or node.func.attr in {"save", "bulk_create", "bulk_update"}
        if node.func.attr in WRITES and on_rows:
            found.append(f"{node.lineno}: {ast.unparse(node)[:80]}")
    assert not found


def test_signals_and_logic_in_save_are_not_how_things_happen() -> None:
    for file in modules():
        if "models" not in {file.stem, file.parent.name}:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.FunctionDef) and node.name == "save"), file
            assert "post_save" not in ast.unparse(node)[:40], file
