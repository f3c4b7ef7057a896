"""One of each thing of open-ended contracts, for whoever tries all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from activities.models import Activity
from core.clock import ZONE
from core.files import store_file
from core.types import Actor
from members.enums import Role
from payroll.cdi.estimates import months_from
from payroll.cdi.services import agree_salary, ask_absence, end_contract, pay_allowance, propose_salary
from payroll.cdi.smoothing import Estimate
from tests.factories import actor, make_person
from tests.payroll.cdi.conftest import WEEK, moment_of

START, END = date(2026, 4, 1), date(2026, 9, 30)
"""Before anything else that the demonstration's people do."""


def salaries_of(activity: Activity) -> dict[str, Any]:
    """Keys by kind: a contract of the Activity's first holder that has ended, what hangs on it, and a
    proposal that waits.
    """
    person = activity.holders.all()[0].person
    adviser, clerk = make_person(Role.ADVISER), actor(make_person(Role.PAYROLL_ADMIN))
    proposal = _propose(activity, person.pk, clerk)
    on = moment_of(date(2026, 3, 20))
    for who, side in ((person, "worker"), (adviser, "adviser")):
        agree_salary(
            proposal_id=proposal.pk, side=side, person=who, as_cooperative=side == "adviser", on=on,
            actor=actor(who),
        )  # fmt: skip
    proposal.refresh_from_db()
    contract = proposal.contract
    premium = pay_allowance(
        contract_id=contract.pk, kind="annual_premium", year=2026, on=date(2026, 6, 15), actor=clerk
    )
    end_contract(
        contract_id=contract.pk, last_day=END, reason="agreed", ended_by="both", note="",
        on=on.astimezone(ZONE), actor=clerk,
    )  # fmt: skip
    away = ask_absence(
        contract_id=contract.pk, kind="sickness", first_day=date(2026, 9, 7), last_day=date(2026, 9, 8),
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
        category="B", place="Bruxelles", on=date(2026, 3, 20), actor=by,
    )  # fmt: skip
