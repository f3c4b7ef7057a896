"""A town of workers is declared slice by slice: equal to the books, valid, and in constant memory."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from time import perf_counter
from typing import Any

import pytest
from django.db import connections, transaction

from core.types import Actor
from tests.conformance import schema_errors
from tests.payroll.returns.test_quarterly import XSD

RECORD: dict[str, Any] = {
    "class": "000",
    "code": "495",
    "occupations": [
        {
            "starts_on": "2026-11-04",
            "ends_on": "2026-11-06",
            "joint_committee": "200",
            "days_a_week": 500,
            "part_time": 0,
            "reference_hours": 3800,
            "mean_hours": 3800,
            "status": "",
            "services": [{"code": 1, "days": 300, "hours": 2280}],
            "pay": [{"code": 1, "amount": 50000}],
        }
    ],
    "student": None,
    "contributions": [{"code": "495", "type": 0, "basis": 50000, "amount": 19035}],
    "deductions": [],
}


def test_the_file_of_25_000_workers_needs_the_memory_of_one() -> None:
    from payroll.returns.dmfa.xml import Header, write_dmfa

    class Sink(io.RawIOBase):
        size = 0

        def write(self, part: Any) -> int:
            self.size += len(part)
            return len(part)

    def people() -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for _number in range(25_000):
            yield "85073003328", [RECORD] * 3

    day = date(2026, 10, 1)
    header = Header("20264", day, date(2026, 12, 31), "100006", "0000000196", 1, "X", datetime(2027, 1, 11))  # noqa: DTZ001 - Belgian local time
    sink = Sink()
    tracemalloc.start()
    write_dmfa(sink, header, people())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sink.size > 25_000 * 2_000
    assert peak < 8_000_000


@pytest.mark.soak
@pytest.mark.conformance
def test_a_town_is_declared_as_booked(fresh_database: Any, capsys: Any) -> None:
    from core.files import read_file
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from ledger.selectors import entity_by_code
    from payroll.returns.periods import parse_return_period
    from payroll.returns.selectors import return_by_key
    from payroll.returns.services import build_return, work_return
    from payroll.services import settle_due
    from smart.bench.workers import build_workers

    workers = int(os.environ.get("SMART_TOWN", "3000"))
    build_workers(workers)
    cooperative = Cooperative.objects.get()
    with tenant_scope(cooperative):
        settle_due(on=date(2026, 12, 1), actor=Actor.system("settlement"))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does between a month of settlement and its declaration
    started = perf_counter()
    with tenant_scope(cooperative):
        row = build_return(
            kind="dmfa",
            entity=entity_by_code("PA"),
            period=parse_return_period("dmfa", "2026-4"),
            on=date(2027, 1, 11),
            actor=Actor(kind="user", label="bench"),
        )
    while work_return(cooperative, row.pk):
        pass
    seconds = perf_counter() - started
    with tenant_scope(cooperative):
        row = return_by_key(row.pk)
        content = read_file(row.file)
    with capsys.disabled():
        print(f"\n{row.workers} workers in {seconds:.1f} s, {len(content)} bytes")  # noqa: T201

    assert row.workers == workers
    assert (row.totals["difference"], row.problems) == ("0.00", [])
    assert schema_errors(content, XSD) == []
