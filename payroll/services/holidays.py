"""Exit holiday: what account 4560 holds of a worker in an entity is paid once the last contract has ended.

One block per worker, entity and month, made when the month's run closes (DOMAIN §4 example B, §7). It costs
no budget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from core.calendar import last_of_month
from core.money import ZERO
from core.tenancy import current_cooperative
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entry
from ledger.treasury.services import request_payout
from ledger.types import Entry, cr, dr, without_zeros
from members.models import Person
from payroll.engine.allowances import yearly_normal_gross
from payroll.engine.holiday import EXIT_HOLIDAY_ACCOUNT, ExitHoliday, HolidayHeld, exit_holiday, holiday_held
from payroll.engine.month import NET_WAGES_ACCOUNT
from payroll.engine.statutory import figures_of
from payroll.enums import COUNTED_STATES, LineKind
from payroll.extras import holiday_drawn
from payroll.models import EmploymentContract, HolidayBlock, PayItem, PayLine
from payroll.services.settlement import entry_date, situation_of

BLOCK = "payroll.holidayblock"
"""How an exit holiday names itself in entries and payouts."""


class Held(NamedTuple):
    """What is held of a worker in an entity, and the day on which their last known contract ends."""

    parts: HolidayHeld
    ended_on: date


@dataclass(frozen=True, slots=True)
class HolidayDue:
    """An exit holiday that is to be paid, computed."""

    ended_on: date
    yearly_gross: Decimal
    pay: ExitHoliday


def held_of(person_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], Held]:
    """What 4560 holds by (person, entity): set aside by items, less what blocks paid and what rooms drew
    (yearly holiday pay); pairs with nothing are left out.
    """
    ids = list(person_ids)
    lines: dict[tuple[UUID, UUID], list[dict[str, Decimal]]] = {}
    for person, entity, employer in PayItem.objects.filter(person_id__in=ids).values_list(
        "person_id", "entity_id", "employer"
    ):
        parts = {code: Decimal(amount) for code, amount in employer.items()}
        lines.setdefault((person, entity), []).append(parts)
    paid = {
        (row["person_id"], row["entity_id"]): row
        for row in HolidayBlock.objects.filter(person_id__in=ids)
        .order_by()
        .values("person_id", "entity_id")
        .annotate(Sum("simple"), Sum("double"), Sum("supplement"), Sum("employer_onss"))
    }
    ends: dict[tuple[UUID, UUID], date] = {}
    contracts = EmploymentContract.objects.filter(person_id__in=ids, state__in=COUNTED_STATES)
    for person, entity, end in contracts.values_list("person_id", "entity_id", "ends_on"):
        ends[(person, entity)] = max(end, ends.get((person, entity), end))
    drawn = holiday_drawn(ids)
    found = {}
    for key, set_aside in lines.items():
        total = holiday_held(set_aside)
        before = paid.get(key)
        if before:
            total = HolidayHeld(
                total.simple - before["simple__sum"],
                total.double - before["double__sum"],
                total.supplement - before["supplement__sum"],
                total.employer_onss - before["employer_onss__sum"],
            )
        gone = drawn.get(key)
        if gone:
            total = HolidayHeld(
                total.simple - gone.simple,
                total.double - gone.double,
                total.supplement - gone.supplement,
                total.employer_onss - gone.employer_onss,
            )
        if total.total > 0:
            found[key] = Held(total, ends[key])
    return found


def holiday_due(
    person: Person, entity_id: UUID, held: Held, *, month: date, paid_on: date
) -> HolidayDue | None:
    """The exit holiday of a worker in the month's run, or None while a later contract is known.

    The yearly pay that chooses the tax rate is twelve times the worker's gross in the month of the last work
    in that entity (BELGIUM §4.15). Raises `NoFigureInForce`, `FamilySituationMissing`.
    """
    if held.ended_on > last_of_month(month):
        return None
    theirs = PayItem.objects.filter(person=person, entity_id=entity_id, month__lte=month)
    last = theirs.order_by("-month").values_list("month", flat=True).first()
    gross = theirs.filter(month=last or month).aggregate(total=Sum("gross"))["total"] or ZERO
    yearly = yearly_normal_gross(gross)
    situation = situation_of(person, paid_on=paid_on, month=month)
    pay = exit_holiday(
        held.parts,
        yearly_gross=yearly,
        children=situation.counted_children,
        ended_on=held.ended_on,
        paid_on=paid_on,
        figures=figures_of(current_cooperative().country.lower()),
    )
    return HolidayDue(held.ended_on, yearly, pay)


@transaction.atomic
def pay_holiday(
    *, person: Person, entity_id: UUID, month: date, due: HolidayDue, paid_on: date
) -> HolidayBlock:
    """Post `Dr 4560 / Cr 4540, 453, 455`, keep the block with its lines, ask for the payout.

    The worker's file is locked by the caller. Once per worker, entity and month.
    """
    pay, key = due.pay, uuid7()
    owed = pay.liabilities()
    text = f"{person}: pécule de sortie {month:%m/%Y}"
    entry_id = post_entry(
        Entry(
            entity=entity_id,
            date=entry_date(entity_id, last_of_month(month), paid_on),
            journal=Journal.PAY,
            source_type=BLOCK,
            source_id=key,
            kind="settlement",
            text=text,
            lines=without_zeros(
                dr(EXIT_HOLIDAY_ACCOUNT, pay.held.total),
                *(
                    cr(
                        account,
                        owed[account],
                        party=person.party_id if account == NET_WAGES_ACCOUNT else None,
                    )
                    for account in sorted(owed)
                ),
            ),
        )
    )
    block = HolidayBlock.objects.create(
        id=key,
        entity_id=entity_id,
        person=person,
        month=month,
        ended_on=due.ended_on,
        paid_on=paid_on,
        yearly_gross=due.yearly_gross,
        simple=pay.held.simple,
        double=pay.held.double,
        supplement=pay.held.supplement,
        employer_onss=pay.held.employer_onss,
        onss_simple=pay.onss_simple,
        onss_double=pay.onss_double,
        withholding_tax=pay.withholding_tax,
        net=pay.net,
        entry_id=entry_id,
    )
    PayLine.objects.bulk_create(
        PayLine(
            holiday=block,
            position=position,
            kind=LineKind(line.kind.value),
            code=line.code,
            label=line.label,
            base=line.base,
            rate=line.rate,
            amount=line.amount,
            month_amount=line.month_amount,
            source=line.source[:300],
            valid_from=line.valid_from,
            status=line.status or "",
        )
        for position, line in enumerate(pay.lines, 1)
    )
    if pay.net > 0:
        request_payout(
            entity_id=entity_id,
            kind="wage",
            party_id=person.party_id,
            payee_name=str(person),
            iban=person.iban,
            amount=pay.net,
            communication=f"Pécule de sortie {month:%m/%Y}",
            due_on=paid_on,
            source_type=BLOCK,
            source_id=block.pk,
            settles_account=NET_WAGES_ACCOUNT,
        )
    return block
