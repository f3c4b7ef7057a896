"""Holiday money that goes back to an Activity because the days were taken and paid as salary.

Locks: worker file, contract, budget.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import ZERO, r
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entry
from ledger.types import Entry, cr, dr
from payroll.cdi import selectors
from payroll.cdi.enums import DrawKind
from payroll.cdi.models import HolidayDraw
from payroll.engine.holiday import EXIT_HOLIDAY_ACCOUNT
from payroll.models import EmploymentContract, PayItem
from payroll.services.contracts import locked_contract
from payroll.services.contracts.rows import paying_budget
from payroll.services.holidays import held_of
from payroll.services.settlement import entry_date

DRAW = "cdi.holidaydraw"
"""How holiday money that goes back to an Activity names itself in entries."""


@transaction.atomic
def give_back_taken(*, contract_id: UUID, year: int, on: date, actor: Actor) -> HolidayDraw | None:
    """Give the Activity back what was set aside for holiday that was taken in a year and paid as salary.

    Of the simple part of the year before (and the contribution on it) the share of the right that was taken:
    `Dr 4560 / Cr 621 [A]`. Once per year, when the year or the contract is over; None when there is nothing.
    So the exit holiday pays only what was not taken.
    """
    contract = locked_contract(contract_id)
    known = HolidayDraw.objects.filter(contract=contract, kind=DrawKind.TAKEN, year=year).first()
    if known is not None:
        return known
    balance = selectors.holiday_balance(contract, year)
    held = held_of([contract.person_id]).get((contract.person_id, contract.entity_id))
    if held is None or balance.taken <= 0 or balance.right <= 0:
        return None
    share = min(Decimal(1), balance.taken / balance.right)
    simple, onss = _set_aside(contract, year - 1)
    simple = max(ZERO, min(r(simple * share), held.parts.simple))
    onss = max(ZERO, min(r(onss * share), held.parts.employer_onss))
    if not simple + onss:
        return None
    key = uuid7()
    entry_id = post_entry(
        Entry(
            entity=contract.entity_id,
            date=entry_date(contract.entity_id, min(contract.ends_on, date(year, 12, 31), on), on),
            journal=Journal.PAY,
            source_type=DRAW,
            source_id=key,
            kind="taken",
            text=f"{contract.person}: vacances prises {year}",
            lines=(
                dr(EXIT_HOLIDAY_ACCOUNT, simple + onss),
                cr("621", simple + onss, budget=paying_budget(contract)),
            ),
        )
    )
    row = HolidayDraw.objects.create(
        id=key, contract=contract, entity_id=contract.entity_id, person_id=contract.person_id,
        kind=DrawKind.TAKEN, on=on, year=year, days=balance.taken, simple=simple, employer_onss=onss,
        entry_id=entry_id,
    )  # fmt: skip
    audit.record(actor, "cdi.holiday_given_back", row, amount=str(simple + onss))
    return row


def _set_aside(contract: EmploymentContract, year: int) -> tuple[Decimal, Decimal]:
    """The simple part and the contribution on it that the salaries of a year set aside."""
    simple = onss = ZERO
    for employer in PayItem.objects.filter(contract=contract, month__year=year).values_list(
        "employer", flat=True
    ):
        simple += Decimal(employer.get("exit_holiday_simple", "0"))
        onss += Decimal(employer.get("exit_holiday_onss", "0"))
    return simple, onss
