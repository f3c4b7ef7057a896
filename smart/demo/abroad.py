"""Work abroad: a member plays three days in Lille, certificate in hand; a designer's week in Berlin still
waits for payroll, which has a request to send and a notice to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from activities.enums import Tool
from core.calendar import nth_working_day_after
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client
from invoicing.services import create_draft, issue_invoice, send_invoice
from invoicing.types import LineInput
from payroll.abroad.enums import MOVING_STATES, StepKind, StepState
from payroll.abroad.models import A1Request, AbroadMission, MissionStep
from payroll.abroad.services import ask_a1, carry, declare_mission, note_done
from payroll.abroad.services.requests import office
from payroll.abroad.types import MissionTerms
from payroll.services import create_contract, sign_contract, submit_contract
from smart.demo.sales import client_of, make_known
from smart.demo.stage import OpenActivity, Stage
from smart.demo.work import HOURS_A_DAY, free_days

SEARCHED = 20
"""Working days within which free days are looked for."""


PROVED = {
    StepKind.NOTICE: ("SIPSI-2026-590417", "Déclaration préalable de détachement"),
    StepKind.INSURANCE: ("VP-0.286.914", "Le monde entier, jour et nuit"),
}
"""What payroll did by hand for the first one: number and note."""


@dataclass(frozen=True, slots=True)
class Tour:
    """What is sold and done abroad: by whom (occupations), for how much, from which working day on."""

    functions: tuple[str, ...]
    work: str
    sold: Decimal
    budget: Decimal
    days: int
    after: int
    country: str
    place: str
    address: str
    receiver: str
    kind: str
    transport: str
    lodging: str


LILLE = Tour(
    functions=("musique",),
    work="Concerts à Lille",
    sold=Decimal("1650.00"),
    budget=Decimal("960.00"),
    days=3,
    after=5,
    country="FR",
    place="Lille, France",
    address="Rue de la Clef 12, 59000 Lille",
    receiver="La Verrière, salle de concert",
    kind="performance",
    transport="train",
    lodging="Hôtel de la Treille, 59000 Lille",
)
BERLIN = Tour(
    functions=("informatique_graphisme", "architecture_design"),
    work="Refonte d'une identité visuelle, à Berlin",
    sold=Decimal("2900.00"),
    budget=Decimal("1650.00"),
    days=5,
    after=3,
    country="DE",
    place="Berlin, Allemagne",
    address="Linienstraße 40, 10119 Berlin",
    receiver="Atelier Nordlicht",
    kind="consulting",
    transport="train",
    lodging="chez l'agence, Linienstraße 40",
)


def leave_missions(stage: Stage) -> None:
    """The last morning. The request for Lille is answered with what follows the day."""
    if AbroadMission.objects.exists():
        return
    lille = _go(stage, LILLE)
    if lille is not None:
        _prepare(stage, lille)
    _go(stage, BERLIN)  # nobody of payroll has looked at this one yet


def _go(stage: Stage, tour: Tour) -> AbroadMission | None:
    """Sell it, hire oneself for its days, say where they are worked."""
    it = next(
        (
            found
            for found in stage.open_activities()
            if found.activity.tool == Tool.ACTIVITY and found.member.function in tour.functions
        ),
        None,
    )
    days = _days(stage, it, tour) if it is not None else []
    if it is None or not days:
        return None
    _sell(stage, it, tour)
    contract = create_contract(
        activity_id=it.activity_id,
        person_id=it.person.pk,
        contract_type=it.member.contract_type,
        starts_on=days[0],
        ends_on=days[-1],
        hours=HOURS_A_DAY * len(days),
        budget=tour.budget,
        description=tour.work,
        place=tour.place,
        actor=it.actor,
    )
    submit_contract(contract_id=contract.pk, on=stage.at(9, 30), actor=it.actor)
    sign_contract(
        contract_id=contract.pk, side="worker", on=stage.at(9, 35), actor=it.actor, signer=it.person
    )
    return declare_mission(
        contract_id=contract.pk,
        terms=MissionTerms(
            country=tour.country,
            parts=((days[0], days[-1]),),
            place=tour.address,
            receiver_name=tour.receiver,
            activity_kind=tour.kind,
            transport=tour.transport,
            lodging=tour.lodging,
        ),
        on=stage.at(9, 40),
        actor=it.actor,
        stated=True,
    )


def _days(stage: Stage, it: OpenActivity, tour: Tour) -> list[date]:
    """The first days in a row on which the member is free."""
    for after in range(tour.after, tour.after + SEARCHED):
        days = free_days(it, nth_working_day_after(stage.today, after), tour.days)
        if len(days) == tour.days and (days[-1] - days[0]).days == tour.days - 1:
            return days
    return []


def _sell(stage: Stage, it: OpenActivity, tour: Tour) -> None:
    """To a client in that country where the cast has one, else to the next client of the Activity."""
    profile, client = client_of(stage, it, 0)
    abroad = next((one for one in stage.clients if one.country == tour.country), None)
    if abroad is not None:
        profile, client = abroad, Client.objects.filter(email=abroad.email).first()
    draft = create_draft(
        activity_id=it.activity_id,
        client_id=(client or make_known(profile, it)).pk,
        lines=[LineInput(tour.work, Decimal(1), "flat", tour.sold)],
        delivery_date=stage.today,
        actor=it.actor,
    )
    issue_invoice(invoice_id=draft.pk, issued_on=stage.today, actor=it.actor)
    send_invoice(invoice_id=draft.pk, on=stage.today, actor=it.actor)


def _prepare(stage: Stage, mission: AbroadMission) -> None:
    """Payroll asks for the certificate and notes the notice that it made in the host country."""
    clerk = stage.staff("payroll_admin")
    for step in MissionStep.objects.filter(mission=mission).order_by("due_on", "pk"):
        if step.kind == StepKind.A1:
            ask_a1(step_id=step.pk, on=stage.at(10), day=stage.today, actor=clerk)
        elif step.kind in PROVED and step.state == StepState.TO_DO:
            number, note = PROVED[StepKind(step.kind)]
            note_done(
                step_id=step.pk, number=number, note=note, on=stage.at(10, 10), day=stage.today, actor=clerk
            )


def carry_requests(cooperative: Cooperative) -> int:
    """Take requests to the office until it has answered: a play does not wait between two questions. Answers
    how many were under way.
    """
    if office() is None:
        return 0
    with tenant_scope(cooperative):
        keys = list(
            A1Request.objects.filter(state__in=MOVING_STATES).order_by("pk").values_list("pk", flat=True)
        )
    for key in keys:
        carry(cooperative, key)
    return len(keys)
