"""Services read no clock: the day comes in from the edge, so that a cooperative's own time is the only one.

What is stamped or leased by the machine's real time is listed here, function by function, with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.core.test_structure import ROOT, modules

EDGES = frozenset({
    *("views", "api", "tasks", "admin", "commands", "middleware", "filters", "forms", "panels", "gauges"),
    *("access", "context", "rest", "listeners", "handlers", "lists", "clock", "sections", "visitors"),
    *("backup", "bench", "demo", "embedded"),
})  # fmt: skip
"""Modules and folders that stand where time comes in: they read it and hand it on."""

EDGES_END = ("_api", "_views")
"""So end the names of modules with pages or doors of one part."""

CARRIERS = frozenset({
    "invoicing/einvoicing/services/carrying.py",
    "invoicing/registers/services.py",
    "invoicing/vatreturns/services/filing.py",
    *("payroll/abroad/services/requests.py", "payroll/returns/services/sending.py"),
})  # fmt: skip
"""They bring in what a body outside answered, in scopes that they open themselves: the day on which an answer
came is read there.
"""

CLOCKS = frozenset({"now", "today", "utcnow", "localdate", "localtime", "fromtimestamp"})
"""What reads a clock when it is called: of `datetime`, `date`, `timezone`, `core.clock`, `time`."""

REAL_CLOCKS = frozenset({"timezone.now", "time.time", "timezone.localtime", "datetime.fromtimestamp"})
OWNERS = frozenset({"datetime", "date", "timezone", "clock", "django.utils.timezone", "core.clock"})
BARE = frozenset({"now", "today", "localdate", "Now"})
DATABASE = ("now()", "current_timestamp", "current_date", "clock_timestamp", "localtimestamp")
"""The database's clock in SQL is a clock too."""


LEASE = "work is leased, tried again and given up in real time: a cooperative's clock must not hold it up"
STAMP = "stamps `created_at` of rows that one statement writes"
SECURITY = "tokens, codes and sessions live and end in real time, whatever a demonstration plays"
REAL_TIME = {
    "core/documents.py": LEASE,
    "core/mailing.py": LEASE,
    "core/outbox.py": LEASE,
    "core/exports/": LEASE,
    "core/operations/": LEASE,
    "core/webhooks/": LEASE,
    "payroll/services/declarations.py:due_declarations": LEASE,
    "payroll/services/declarations.py:next_question": LEASE,
    "payroll/services/declarations.py:_prepare": LEASE,
    "payroll/services/declarations.py:_record": LEASE,
    "payroll/services/shards.py": LEASE,
    "payroll/progress.py": "says how fast leased work goes, by the stamps of that work",
    "payroll/returns/services/building.py:_row_of": STAMP,
    "payroll/services/settlement/rows.py:write_parts": STAMP,
    "core/rows.py:_default_of": STAMP,
    "invoicing/registers/selectors.py:due_checks": LEASE,
    "invoicing/purchases/services/answering.py": LEASE,
    "invoicing/einvoicing/access_point/simulator.py:statuses": "a body outside has a clock of its own",
    "ledger/treasury/watched.py:_whole_files": "whether a file is still written is told by the disk's time",
    "ledger/treasury/refused.py:refused_files": "shows when a file was put away, by the disk's time",
    "core/accounts/": SECURITY,
    "core/programs/": SECURITY,
    "core/kit/formats.py": "puts a moment that it is given into the time zone",
    "ledger/closing.py:_checked": "asks how old a check is, and checks are stamped in real time",
}
"""Where real time is read for more than a stamp (`…_at`, which shows when the machine did it and decides
nothing), and why.
"""


def inner_modules() -> list[Path]:
    return [
        file
        for file in modules()
        if not EDGES.intersection(file.relative_to(ROOT).with_suffix("").parts)
        and not file.stem.endswith(EDGES_END)
        and file.relative_to(ROOT).as_posix() not in CARRIERS
    ]


@dataclass(frozen=True)
class Reading:
    """A clock that is read: in which function, which one, and whether only to stamp a column."""

    where: str
    clock: str
    stamps: bool = False


def readings(tree: ast.Module) -> Iterator[Reading]:
    """Each reading of a clock in a module, calls, imports and SQL alike."""
    stamps = set(stamped(tree))

    def visit(node: ast.AST, where: str) -> Iterator[Reading]:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else where
            if isinstance(child, ast.Call) and (called := clock_called(child)):
                yield Reading(inside, called, called == "timezone.now" and child in stamps)
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and is_sql_clock(child.value):
                yield Reading(inside, child.value.strip()[:60])
            if isinstance(child, ast.ImportFrom) and imports_clock(child):
                yield Reading(inside, ast.unparse(child))
            yield from visit(child, inside)

    yield from visit(tree, "")


def stamped(tree: ast.Module) -> Iterator[ast.AST]:
    """What is written as it is into a column `…_at`: as an argument of that name, or by assignment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and (node.arg or "").endswith("_at"):
            yield node.value
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in pairs:
                    if isinstance(name, ast.Attribute) and name.attr.endswith("_at"):
                        yield value


def clock_called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in CLOCKS:
        owner = ast.unparse(function.value)
        if owner in OWNERS or owner.split(".")[-1] in OWNERS:
            return ast.unparse(function)
    if isinstance(function, ast.Name) and function.id in BARE:
        return function.id
    return "time.time" if ast.unparse(function) == "time.time" else ""


def imports_clock(node: ast.ImportFrom) -> bool:
    names = {name.name for name in node.names}
    return (
        (node.module == "core" and "clock" in names)
        or (node.module == "core.clock" and names != {"ZONE"})
        or (node.module == "django.utils.timezone" and bool(names & CLOCKS))
        or (node.module == "django.db.models.functions" and "Now" in names)
    )


def is_sql_clock(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in ("select ", "insert ", "update ")) and any(
        word in lowered for word in DATABASE
    )


def read_module(file: Path) -> list[Reading]:
    return list(readings(ast.parse(file.read_text(encoding="utf-8"))))


def explained(file: Path, reading: Reading) -> str | None:
    """The entry of the list that explains a reading."""
    path = file.relative_to(ROOT).as_posix()
    entries = (f"{path}:{reading.where}", path, f"{file.parent.relative_to(ROOT).as_posix()}/")
    return next((entry for entry in entries if entry in REAL_TIME), None)


@pytest.mark.parametrize("file", inner_modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_what_decides_is_told_the_day(file: Path) -> None:
    found = [
        f"{reading.where}: {reading.clock}"
        for reading in read_module(file)
        if not reading.stamps and explained(file, reading) is None
    ]
    assert not found, "take the moment as an argument; edges and tasks read the clock"


def test_the_clock_of_the_cooperative_is_read_at_edges_only() -> None:
    """Whatever the list explains, it explains real time: the cooperative's own comes as an argument."""
    for file in inner_modules():
        for reading in read_module(file):
            assert reading.clock in REAL_CLOCKS or "now()" in reading.clock, (file, reading)


def test_the_pay_engine_knows_no_time_at_all() -> None:
    for file in (ROOT / "payroll" / "engine").rglob("*.py"):
        assert read_module(file) == [], file


def test_the_list_explains_nothing_that_is_gone() -> None:
    used = {
        explained(file, reading)
        for file in inner_modules()
        for reading in read_module(file)
        if not reading.stamps
    }
    assert set(REAL_TIME) - used == set()


@pytest.mark.parametrize(
    "text",
    [
        "def f(): return timezone.now() - a.at > DAYS",
        "def f(): return date.today()",
        "def f(): return datetime.now(UTC).date()",
        "def f(): return datetime.datetime.utcnow()",
        "from core import audit, clock",
        "from core.clock import ZONE, today",
        "from django.utils.timezone import now",
        "from django.db.models.functions import Now",
        "Q = 'SELECT id FROM a WHERE due < now()'",
        "def f(): rows.filter(valid_from=timezone.now())",
        "def f(): row.valid_from = timezone.now()",
        "def f(): row.paid_at = clock.now()",
    ],
)
def test_every_way_to_the_clock_is_seen(text: str) -> None:
    found = list(readings(ast.parse(text)))
    assert len(found) == 1
    assert not found[0].stamps


@pytest.mark.parametrize(
    "text",
    [
        "def f(): row.closed_at = timezone.now()",
        "def f(): row.state, row.done_at = 'done', timezone.now()",
        "def f(): rows.update(revoked_at=timezone.now())",
    ],
)
def test_a_stamp_is_seen_as_a_stamp(text: str) -> None:
    assert [reading.stamps for reading in readings(ast.parse(text))] == [True]


def test_a_column_may_stamp_itself() -> None:
    assert not list(readings(ast.parse("at = models.DateTimeField(default=timezone.now)")))
