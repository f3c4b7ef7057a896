"""Lists that show what others earn: each page that staff reads leaves one trace, one's own leaves none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.models import AuditEvent
from core.types import Actor
from members.enums import Role
from payroll.services import settle_due
from tests.factories import make_person
from tests.payroll.test_doors import call
from tests.payroll.test_pages import browse, now, paid_month

__all__ = ["browse", "call", "now"]

LISTED = "payroll.pay_listed"


def traces() -> list[tuple[Any, Any, Any, dict[str, Any]]]:
    """Who read (and on whose behalf it is kept), and what is said of it."""
    return [
        (row.person_id, row.subject_type, row.subject_id, row.data)
        for row in AuditEvent.objects.filter(action=LISTED).order_by("pk")
    ]


@pytest.fixture
def paid(world: Any) -> Any:
    world.submit(world.contract())
    settle_due(on=date(2026, 11, 9), actor=Actor.system("settlement"))
    return world


def test_the_page_of_payslips_and_of_those_to_be_made(world: Any, now: Any, browse: Any, call: Any) -> None:
    auditor = make_person(Role.AUDITOR)
    paid_month(world, now, browse)
    browse(auditor).get("/be/cycle-de-paie/fiches/?month=2026-11&page=7")
    told = {"list": "payslips", "filters": {"month": "2026-11", "page": "7"}, "rows": 1}
    assert traces() == [(auditor.pk, "members.person", auditor.pk, told)]

    browse(auditor).get("/be/cycle-de-paie/fiches/?month=2026-10")
    assert call(world.worker, "get", "payslips/").json()["results"]
    assert browse(world.worker).get("/be/paie/").status_code == 200
    assert len(traces()) == 1, "nothing is shown of an empty month; one's own pay is nobody's business"

    assert call(auditor, "get", "payslips/?month=2026-11-01").status_code == 200
    assert traces()[1][3] == {"list": "payslips", "filters": {"month": "2026-11-01"}, "rows": 1}


def test_looking_ahead_names_people_too(paid: Any, call: Any, browse: Any, now: Any) -> None:
    auditor = make_person(Role.AUDITOR)
    now(2026, 12, 1)
    assert browse(auditor).get("/be/cycle-de-paie/apercu/?month=2026-11").status_code == 200
    told = {"list": "preview", "filters": {"month": "2026-11"}, "rows": 1}
    assert traces() == [(auditor.pk, "members.person", auditor.pk, told)], "the worker is new this month"

    assert call(auditor, "get", "payroll-months/2026-11/preview/").status_code == 200
    assert [trace[3]["list"] for trace in traces()] == ["preview", "preview"]
    assert call(paid.worker, "get", "payroll-months/2026-11/preview/").status_code == 403
    assert browse(auditor).get("/be/cycle-de-paie/apercu/?month=2026-09").status_code == 200
    assert len(traces()) == 2, "nobody is named"


@pytest.mark.parametrize("role", [Role.PAYROLL_ADMIN, Role.AUDITOR])
def test_the_door_of_pay_items(paid: Any, call: Any, role: Role) -> None:
    reader = make_person(role)
    asked = f"pay-items/?person={paid.worker.pk}&limit=5"
    assert call(reader, "get", asked).status_code == 200
    told = {"list": "pay_items", "filters": {"person": str(paid.worker.pk)}, "rows": 1}
    assert traces() == [(reader.pk, "members.person", reader.pk, told)]

    assert call(reader, "get", "pay-items/?month=2026-10-01").json()["results"] == []
    assert call(reader, "get", "pay-items/?month=x").status_code == 422
    assert call(paid.worker, "get", "pay-items/").json()["results"]
    assert len(traces()) == 1


def test_own_pay_among_that_of_others_is_not_counted(paid: Any, call: Any) -> None:
    """Who keeps the pay earns too."""
    from members.services import grant_role

    grant_role(
        person=paid.worker, role=Role.PAYROLL_ADMIN, valid_from=date(2026, 1, 1), actor=Actor.system("t")
    )
    assert call(paid.worker, "get", "pay-items/").json()["results"]
    assert traces() == []


def test_one_trace_costs_one_statement_however_many_rows(paid: Any, call: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    reader = make_person(Role.AUDITOR)
    call(reader, "get", "pay-items/")
    with CaptureQueriesContext(connection) as asked:
        call(reader, "get", "pay-items/")
    written = [row["sql"] for row in asked if row["sql"].startswith("INSERT")]
    assert len(written) == 1 and "core_auditevent" in written[0]
