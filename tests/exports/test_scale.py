"""Long lists: what a file of 10,000 and of 200,000 rows takes, in time and in memory."""

from __future__ import annotations

import io
import resource
import sys
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from openpyxl import load_workbook

from core.exports import services
from core.exports.models import ExportPart, ListExport
from core.exports.writing import PIECE
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client
from members.enums import Role
from members.models import Person
from tests.activities.builders import make_activity, make_client
from tests.factories import actor, load_cooperative, make_person

pytestmark = pytest.mark.soak

MEMORY = 10 * PIECE
"""Bytes of Python objects at the highest, whatever the number of rows: one batch, one piece."""


@pytest.fixture
def town(fresh_database: Any) -> Iterator[tuple[Cooperative, Person]]:
    """Somebody of finance in a cooperative with a client."""
    del fresh_database
    cooperative = Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    with tenant_scope(cooperative):
        load_cooperative()
        make_client(make_activity(make_person()), name="=Théâtre 0")
        finance = make_person(Role.FINANCE, user=True)
    yield cooperative, finance


def fill(cooperative: Cooperative, rows: int) -> None:
    """So many clients, each with its party, laid down in two statements."""
    changed = {"id": "many.id", "party_id": "many.party", "vat_number": "''", "enterprise_number": "''"}
    columns = [field.column for field in Client._meta.local_concrete_fields]
    values = ", ".join(changed.get(name, f'c."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    with tenant_scope(cooperative), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE many ON COMMIT DROP AS"
            " SELECT gen_random_uuid() AS party, gen_random_uuid() AS id FROM generate_series(1, %s)",
            [rows],
        )
        cursor.execute(
            "INSERT INTO ledger_party (id, tenant_id, kind, name) SELECT party, 1, 'client', 'x' FROM many"
        )
        cursor.execute(
            f"INSERT INTO invoicing_client ({names})"
            f" SELECT {values} FROM many, (SELECT * FROM invoicing_client LIMIT 1) AS c"
        )


@pytest.mark.parametrize(
    ("rows", "form", "seconds"),
    [(10_000, "csv", 10), (10_000, "xlsx", 20), (199_999, "csv", 60), (199_999, "xlsx", 110)],
)
def test_a_long_list_in_bounded_memory(
    town: tuple[Cooperative, Person], rows: int, form: str, seconds: int
) -> None:
    """Within the time of a task, in the memory of a batch; every row is there, every name is harmless."""
    cooperative, finance = town
    fill(cooperative, rows)
    with tenant_scope(cooperative):
        asked = services.ask_export(
            key="invoicing.clients", form=form, filters=QueryDict(), user=finance.user,  # type: ignore[arg-type]
            language="fr", at=timezone.now(), actor=actor(finance),
        )  # fmt: skip

    started = time.monotonic()
    services.make_one(cooperative)
    took = time.monotonic() - started

    with tenant_scope(cooperative):
        export = ListExport.objects.get(pk=asked.pk)
        assert (export.state, export.rows, export.cut) == ("done", rows + 1, False)
        assert took < seconds
        parts = ExportPart.objects.filter(export=export).order_by("number").values_list("content", flat=True)
        content = b"".join(bytes(part) for part in parts)
    assert len(content) == export.size
    if form == "csv":
        assert content.count(b"\r\n'=Th") == rows + 1
    elif rows <= 10_000:
        sheet = load_workbook(io.BytesIO(content), read_only=True).active
        assert sum(1 for _ in sheet.iter_rows()) == rows + 2  # type: ignore[union-attr]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{rows} rows as {form}: {took:.1f} s, {len(content) / 1e6:.1f} MB, {peak:.0f} MB used\n"
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(town: tuple[Cooperative, Person], form: str) -> None:
    cooperative, finance = town
    peaks = []
    for more in (5_000, 20_000):
        fill(cooperative, more)
        with tenant_scope(cooperative):
            services.ask_export(
                key="invoicing.clients", form=form, filters=QueryDict(), user=finance.user,  # type: ignore[arg-type]
                language="fr", at=timezone.now(), actor=actor(finance),
            )  # fmt: skip
        tracemalloc.start()
        services.make_one(cooperative)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert max(peaks) < MEMORY
    assert peaks[1] - peaks[0] < 3 * PIECE
