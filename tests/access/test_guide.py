"""docs/guides/permissions.md says who may go where, as the permission table of the product does.

`SMART_WRITE=1 pytest tests/access/test_guide.py` writes it anew after a route was added.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from members.enums import Role
from tests.isolation.routes import PUBLIC, ROUTES, SIGNED_IN
from tests.isolation.test_routes import ALL

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "permissions.md"
START = "<!-- from the permission table: SMART_WRITE=1 pytest tests/access/test_guide.py -->\n"

SHORT = {
    Role.MEMBER: "Mem", Role.CLIENT_CONTACT: "Cli", Role.ADVISER: "Adv", Role.ADVISER_LEAD: "Lead",
    Role.PAYROLL_ADMIN: "Pay", Role.CREDIT_CONTROLLER: "Cred", Role.FINANCE: "Fin", Role.LEGAL: "Leg",
    Role.COOP_ADMIN: "Adm", Role.BOARD: "Brd", Role.AUDITOR: "Aud",
}  # fmt: skip


def what(view: Any) -> str:
    """The first sentence that the door says of itself."""
    text = re.sub(r"\s+", " ", (view.__doc__ or "").strip())
    return re.split(r"(?<=[^.])\.(?: |$)", text)[0].replace("|", "/")


def tables() -> str:
    """One table per area: doors × roles."""
    areas: dict[str, list[str]] = defaultdict(list)
    for route in sorted(ALL, key=lambda route: (route.is_rest, route.name)):
        area = route.name.split(":")[0].removesuffix("-api") if ":" in route.name else "house"
        row = ROUTES[route.name]
        if row == PUBLIC:
            marks = ["anybody"] + [""] * (len(SHORT) - 1)
        elif row == SIGNED_IN:
            marks = ["own"] * len(SHORT)
        else:
            marks = ["●" if role in row else "" for role in SHORT]
        view = getattr(route.callback, "cls", None) or route.callback
        kind = "REST" if route.is_rest else "page"
        areas[area].append(f"| {kind} | `{route.name}` | {what(view)} | {' | '.join(marks)} |")
    head = f"| | Door | What | {' | '.join(SHORT.values())} |\n|---|---|---|{'---|' * len(SHORT)}"
    return "\n\n".join(f"### {area}\n\n{head}\n" + "\n".join(areas[area]) for area in sorted(areas)) + "\n"


def doors(text: str) -> list[list[str]]:
    """The rows without the words that tell what a door is for."""
    cells = [line.split(" | ") for line in text.splitlines() if line.startswith(("| page", "| REST"))]
    return [row[:2] + row[3:] for row in cells]


def test_every_role_has_its_column() -> None:
    assert set(SHORT) == set(Role)


def test_the_guide_says_what_the_table_says() -> None:
    words, mark, written = GUIDE.read_text(encoding="utf-8").partition(START)
    assert mark, "the guide lost its mark"
    if os.environ.get("SMART_WRITE"):
        GUIDE.write_text(words + mark + "\n" + tables(), encoding="utf-8")
        return
    assert doors(written) == doors(tables()), "write it anew: SMART_WRITE=1 pytest tests/access/test_guide.py"


def test_the_guide_explains_every_column() -> None:
    words = GUIDE.read_text(encoding="utf-8").partition(START)[0]
    for role, short in SHORT.items():
        assert f"| {short} | `{role}` |" in words, role
