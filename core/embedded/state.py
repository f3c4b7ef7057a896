"""The services there are, and the small file in which a guard says where its server is."""

import json
import os
from pathlib import Path
from types import ModuleType

from core.embedded import broker, postgres
from core.embedded.layout import Layout

SERVICES: dict[str, ModuleType] = {postgres.NAME: postgres, broker.NAME: broker}
"""Modules with ``start``, ``answers``, ``url`` and ``STOP``."""


def state_file(layout: Layout, service: str) -> Path:
    """Where the guard of a service writes its pid, the server's pid and the port."""
    return layout.run / f"{service}.json"


def guard_lock(layout: Layout, service: str) -> Path:
    """The lock that a guard holds alone for as long as it lives."""
    return layout.run / f"{service}.guard"


def users_lock(layout: Layout, service: str) -> Path:
    """The lock that clients share."""
    return layout.run / f"{service}.users"


def write_state(layout: Layout, service: str, state: dict[str, object]) -> None:
    """Replace the state in one step."""
    path = state_file(layout, service)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(state))
    temporary.replace(path)


def read_state(layout: Layout, service: str) -> dict[str, object]:
    """The state as last written; empty when there is none. It may be stale: only a connection proves it."""
    try:
        found = json.loads(state_file(layout, service).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
