"""Nothing that people do waits for the broker, and services know no task module."""

import ast
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from core import doorbell
from tests.core.test_structure import ROOT, modules

rung: list[tuple[str, tuple[Any, ...]]] = []


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> None:
    rung.clear()
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: rung.append((name, args)))


def test_it_rings_when_the_act_is_committed(
    db: None, bell: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        doorbell.ring("core.render_documents", 1)
        assert rung == []
    assert rung == [("core.render_documents", (1,))]


def test_nobody_hears_and_nothing_fails(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True) as called:
        doorbell.ring("core.render_documents", 1)
    assert len(called) == 1
    assert doorbell.ring_now("core.render_documents", 1) is False


def _imported_by(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_only_tasks_and_commands_know_task_modules() -> None:
    rooms = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in modules()}
    tasks = {room for room in rooms if room.endswith(".tasks")} - {"core.observability.tasks"}
    knowing = {
        str(file.relative_to(ROOT))
        for file in modules()
        if file.stem != "tasks" and "commands" not in file.parts and _imported_by(file) & tasks
    }
    assert knowing == set()


def test_every_bell_wakes_a_task_that_exists() -> None:
    current_app.loader.import_default_modules()
    wanted = {
        node.args[0].value
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in ("ring", "ring_now")
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert len(wanted) > 4
    assert wanted <= set(current_app.tasks)
