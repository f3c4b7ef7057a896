"""Pay before its day, and pay that goes to somebody else: an advance a month, and one alimony."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from core.calendar import first_of_month
from core.identifiers import belgian_iban
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from members.models import Person
from payroll.deductions.enums import AdvanceState, SeizureKind
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.selectors import rooms_of
from payroll.deductions.services import agree_advance, agree_seizure, ask_advance, enter_seizure
from payroll.enums import OPEN_STATES
from payroll.models import OPEN_END, EmploymentContract
from payroll.services.settlement import ITEM
from smart.demo.stage import Stage

FROM_DAY = 12
"""Not before this day of the month: wages that are settled and not yet due stand then."""

ASKED = Decimal("100.00")
ALIMONY = Decimal("60.00")


def ask_for_advance(stage: Stage) -> None:
    """Once a month somebody whose wages are settled and not due yet asks for a part of them."""
    month = first_of_month(stage.today)
    if stage.today.day < FROM_DAY or Advance.objects.filter(asked_on__gte=month).exists():
        return
    _ask(stage)


def leave_advance(stage: Stage) -> None:
    """One more that payroll finds in its queue."""
    if not Advance.objects.filter(state=AdvanceState.ASKED).exists():
        _ask(stage)


def agree_advances(stage: Stage) -> None:
    """The next morning payroll agrees; it is in the batch of the day."""
    for row in Advance.objects.filter(state=AdvanceState.ASKED, asked_on__lt=stage.today).order_by("pk"):
        agree_advance(advance_id=row.pk, on=stage.today, actor=stage.staff("payroll_admin"))


def seize_pay(stage: Stage) -> None:
    """An order for alimony comes once; one administrator enters it, another agrees. It needs no table."""
    if stage.today.day < FROM_DAY or Seizure.objects.exists():
        return
    working = EmploymentContract.objects.filter(
        state__in=OPEN_STATES, ends_on__gt=stage.today, ends_on__lt=OPEN_END
    )
    advanced = Advance.objects.values("person_id")
    contract = (
        working.exclude(person_id__in=advanced).order_by("ends_on", "pk").select_related("person").first()
    )
    if contract is None:
        return
    row = enter_seizure(
        person=contract.person,
        kind=SeizureKind.ALIMONY,
        creditor_name="Service des créances alimentaires",
        creditor_iban=belgian_iban(6_790_000_777),
        reference="Part contributive",
        notified_on=stage.today - timedelta(days=2),
        per_month=ALIMONY,
        on=stage.today,
        actor=stage.staff("payroll_admin"),
    )
    agree_seizure(seizure_id=row.pk, on=stage.today, actor=stage.staff("payroll_admin", 1))


def _ask(stage: Stage) -> None:
    waiting = Payout.objects.filter(
        source_type=ITEM, state=PayoutState.OPEN, amount__gte=3 * ASKED, due_on__gt=stage.today
    )
    people = Person.objects.filter(party_id__in=waiting.values("party_id"), user__isnull=False).exclude(
        iban=""
    )
    seized = Seizure.objects.values("person_id")
    for person in people.exclude(pk__in=seized).order_by("pk")[:10]:
        if any(room.left >= ASKED for room in rooms_of(person, stage.today)):
            ask_advance(
                person=person,
                amount=ASKED,
                on=stage.today,
                actor=stage.actor(person.email),
                reason="Loyer",
            )
            return
