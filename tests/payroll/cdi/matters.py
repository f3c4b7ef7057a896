"""One of each thing of open-ended contracts, for whoever tries all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from activities.models import Activity
from core.clock import ZONE
from core.files import store_file
from core.types import Actor
from ledger.models import JournalEntry
from members.enums import Role
from payroll.cdi.estimates import months_from
from payroll.cdi.models import Allowance
from payroll.cdi.services import agree_salary, ask_absence, end_contract, propose_salary
from payroll.cdi.smoothing import Estimate
from tests.factories import actor, make_person
from tests.payroll.cdi.conftest import WEEK, moment_of

AGREED, START, END = date(2026, 12, 11), date(2026, 12, 21), date(2026, 12, 31)
"""After everything else that the demonstration's people do."""


def salaries_of(activity: Activity) -> dict[str, Any]:
    """Keys by kind: a contract of the Activity's first holder that has ended, what hangs on it, and a
    proposal that waits.
    """
    person = activity.holders.all()[0].person
    adviser, clerk = make_person(Role.ADVISER), actor(make_person(Role.PAYROLL_ADMIN))
    proposal = _propose(activity, person.pk, clerk)
    on = moment_of(AGREED)
    for who, side in ((person, "worker"), (adviser, "adviser")):
        agree_salary(
            proposal_id=proposal.pk, side=side, person=who, as_cooperative=side == "adviser", on=on,
            actor=actor(who),
        )  # fmt: skip
    proposal.refresh_from_db()
    contract = proposal.contract
    premium = Allowance.objects.create(
        contract=contract, entity_id=contract.entity_id, person=person, kind="double_holiday", year=2026,
        month=date(2026, 6, 1), paid_on=date(2026, 6, 15), months=Decimal(1), yearly_gross=Decimal(36000),
        gross=Decimal("100.00"), onss=Decimal("13.07"), taxable=Decimal("86.93"),
        withholding_tax=Decimal(0), net=Decimal("86.93"), cost=Decimal("100.00"),
        entry=JournalEntry.objects.all()[0],
    )  # fmt: skip
    end_contract(
        contract_id=contract.pk, last_day=END, reason="agreed", ended_by="both", note="",
        on=on.astimezone(ZONE), actor=clerk,
    )  # fmt: skip
    away = ask_absence(
        contract_id=contract.pk, kind="sickness", first_day=date(2026, 12, 22), last_day=date(2026, 12, 23),
        file=store_file(b"%PDF-1.6", name="certificat.pdf", content_type="application/pdf"),
        actor=actor(person),
    )  # fmt: skip
    return {
        "open_ended": contract.pk,
        "salary_month": contract.salary_months.all()[0].pk,
        "salary_proposal": _propose(activity, person.pk, clerk).pk,
        "absence": away.pk,
        "allowance": premium.pk,
    }


def _propose(activity: Activity, person_id: Any, by: Actor) -> Any:
    months = [Estimate(month, Decimal(6000), Decimal(0)) for month in months_from(START)]
    return propose_salary(
        activity_id=activity.pk, person_id=person_id, valid_from=START, hours_by_day=WEEK, estimates=months,
        category="B", place="Bruxelles", on=AGREED, actor=by,
    )  # fmt: skip
