"""October is closed by finance: what payroll, invoicing and the bank still owe keeps it open, one by one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from core.clock import ZONE
from core.models import Cooperative
from core.types import Actor
from ledger.closing import closing_points
from ledger.errors import MonthNotReady
from ledger.models import Period
from ledger.selectors import entity_by_code
from ledger.services import check_now, close_month, post_entry, seal_entries
from ledger.treasury.services import create_batch, release_batch
from ledger.types import Entry, cr, dr
from members.enums import Role
from payroll.services import create_contract, settle_due, submit_contract
from payroll.services.runs import approve_run, start_run, work_run
from tests.activities.builders import flat, make_activity, make_client, make_draft
from tests.factories import actor, load_cooperative, make_person

NIGHT = Actor.system("test")
TODAY = date(2026, 11, 20)


@pytest.mark.django_db
def test_october_is_closed_point_by_point(tenant: Cooperative) -> None:
    load_cooperative()
    entity = entity_by_code("PA")
    nora = make_person()
    clara, tom = (actor(make_person(Role.FINANCE)) for _ in range(2))
    clerk, chief = (actor(make_person(Role.PAYROLL_ADMIN)) for _ in range(2))
    activity = make_activity(nora, opened_on=date(2026, 10, 1))

    def left() -> set[str]:
        seal_entries(actor=NIGHT)
        check_now(actor=NIGHT)
        return {p.key for p in closing_points(entity, 2026, 10, today=TODAY) if not p.met}

    def close(**words: str) -> Period:
        return close_month(entity=entity, year=2026, month=10, today=TODAY, explanations=words, actor=clara)

    post_entry(
        Entry(entity.pk, date(2026, 10, 1), "SAL", "test", activity.pk, "due", "Subside",
              (dr("416", Decimal(3000)), cr("740", Decimal(3000), budget=activity.budget_id)))
    )  # fmt: skip
    assert left() == set()

    # Work of October waits as a draft.
    make_draft(activity, make_client(activity), flat("100.00"), delivery_date=date(2026, 10, 30))
    assert left() == {"drafts"}

    # Nora was paid for October: the run of October must be closed, its batch released.
    contract = create_contract(
        activity_id=activity.pk,
        person_id=nora.pk,
        contract_type="employee",
        starts_on=date(2026, 10, 6),
        ends_on=date(2026, 10, 7),
        hours=Decimal("15.2"),
        gross=Decimal(400),
        description="Atelier",
        place="Namur",
        actor=actor(nora),
    )
    submit_contract(contract_id=contract.pk, on=datetime(2026, 10, 5, 9, tzinfo=ZONE), actor=actor(nora))
    settle_due(on=date(2026, 10, 8), actor=NIGHT)
    batch = create_batch(
        entity_id=entity.pk, kind="wage", due_until=date(2026, 10, 31), on=date(2026, 10, 16), actor=clara
    )
    assert left() == {"drafts", "payroll_run", "batches"}
    with pytest.raises(MonthNotReady), transaction.atomic():
        close(drafts="Facturé en novembre", payroll_run="bientôt", batches="bientôt")
    assert not Period.objects.exists()

    release_batch(batch_id=batch.pk, on=date(2026, 10, 16), actor=tom)
    moment = datetime(2026, 11, 4, 9, tzinfo=ZONE)
    run = start_run(month=date(2026, 10, 1), on=date(2026, 11, 4), at=moment, actor=clerk)
    work_run(tenant, run.pk)
    approve_run(run_id=run.pk, on=date(2026, 11, 5), at=moment + timedelta(days=1), actor=chief)
    work_run(tenant, run.pk)
    assert left() == {"drafts"}

    period = close(drafts="Facturé en novembre")
    assert period.closed_by == clara.label
    assert [p["explanation"] for p in period.checklist if not p["met"]] == ["Facturé en novembre"]
