"""One of each thing of work abroad, for whoever tries all doors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from activities.models import Activity
from core.clock import ZONE
from core.files import store_file
from payroll.abroad.models import AbroadMission, MissionStep
from payroll.abroad.services import ask_a1, declare_mission
from payroll.abroad.types import MissionTerms
from payroll.models import EmploymentContract
from tests.factories import SYSTEM

DAY = date(2026, 11, 2)
MOMENT = datetime(2026, 11, 2, 9, tzinfo=ZONE)


def abroad_of(activity: Activity) -> dict[str, Any]:
    """Keys by kind, of the Activity's first holder: a mission with its certificate, a request on its way."""
    person = activity.holders.all()[0].person
    worked = EmploymentContract.objects.filter(person=person).exclude(
        state__in=("draft", "cancelled", "no_show")
    )
    contract = worked.order_by("starts_on")[0]

    def declare(country: str) -> AbroadMission:
        terms = MissionTerms(
            country, ((contract.starts_on, contract.starts_on),), "Salle des fêtes", "La Ville", "performance"
        )
        return declare_mission(
            contract_id=contract.pk, terms=terms, on=MOMENT, actor=SYSTEM, stated=True, on_paper=True
        )

    certified = declare("FR")
    paper = store_file(b"%PDF-1.9", name="a1.pdf", content_type="application/pdf")
    step = certified.steps.get(kind="a1")
    MissionStep.objects.filter(pk=step.pk).update(state="done", file=paper, number="A1-1")
    asked = declare("DE")
    request = ask_a1(step_id=asked.steps.get(kind="a1").pk, on=MOMENT, day=DAY, actor=SYSTEM)
    return {"mission": certified.pk, "mission_step": step.pk, "a1_request": request.pk}
