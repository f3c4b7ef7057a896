"""Exit holiday: what account 4560 holds of a worker in an entity is paid once the last contract has ended.

One block per worker, entity and month, made when the month's run closes (DOMAIN §4 example B, §7). It costs
no budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from core.calendar import last_of_month
from core.errors import DomainError
from core.fields import MoneyField
from core.money import ZERO
from core.rows import insert_rows, insert_values, new_row
from core.tenancy import current_cooperative
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entries
from ledger.treasury.services import PayoutRequest, account_of, request_payouts
from ledger.types import Entry, cr, dr, without_zeros
from members.models import Person
from members.selectors import families_known
from members.types import Family
from payroll.engine.allowances import yearly_normal_gross
from payroll.engine.engines import engine_of
from payroll.engine.holiday import EXIT_HOLIDAY_ACCOUNT, ExitHoliday, HolidayHeld, holiday_held
from payroll.engine.month import NET_WAGES_ACCOUNT
from payroll.enums import COUNTED_STATES
from payroll.extras import holiday_drawn
from payroll.models import EmploymentContract, HolidayBlock, PayItem, PayLine
from payroll.payable import Payable, ask_deductions, to_pay
from payroll.services.settlement import LINE_COLUMNS, closed_months, engine_lines, situation_on
from payroll.services.taking import post_deductions

BLOCK = "payroll.holidayblock"
"""How an exit holiday names itself in entries and payouts."""


SET_ASIDE = tuple(f"exit_holiday_{part}" for part in ("simple", "double", "supplement", "onss"))
"""Employer lines of an item that 4560 holds."""

Group = tuple[UUID, UUID]
"""A worker and an entity, by id."""


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


@dataclass(frozen=True, slots=True)
class PaidHolidays:
    """Blocks made, and what a source of deductions refused, by (person, entity)."""

    blocks: list[HolidayBlock]
    refused: dict[Group, DomainError]


def held_of(person_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], Held]:
    """What 4560 holds by (person, entity); pairs with nothing are left out."""
    ids = list(person_ids)
    contracts = EmploymentContract.objects.filter(person_id__in=ids, state__in=COUNTED_STATES).order_by()
    rows = contracts.values_list("person_id", "entity_id").annotate(end=Max("ends_on"))
    ends = {(person, entity): end for person, entity, end in rows}
    return {key: Held(total, ends[key]) for key, total in held_totals(ids).items() if total.total > 0}


def held_totals(person_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], HolidayHeld]:
    """By (person, entity): set aside by items, less what blocks paid and what rooms drew (yearly holiday
    pay). Below zero where more was paid than the pay, corrected since, sets aside.
    """
    ids = list(person_ids)
    items = PayItem.objects.filter(person_id__in=ids).order_by("person_id", "entity_id")
    set_aside = items.values_list("person_id", "entity_id").annotate(
        **{code: Sum(Cast(KT(f"employer__{code}"), MoneyField()), default=ZERO) for code in SET_ASIDE}
    )
    paid = {
        (row["person_id"], row["entity_id"]): row
        for row in HolidayBlock.objects.filter(person_id__in=ids)
        .order_by()
        .values("person_id", "entity_id")
        .annotate(Sum("simple"), Sum("double"), Sum("supplement"), Sum("employer_onss"))
    }
    drawn = holiday_drawn(ids)
    found = {}
    for person, entity, *sums in set_aside:
        key = (person, entity)
        total = holiday_held([dict(zip(SET_ASIDE, sums, strict=True))])
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
        found[key] = total
    return found


def holidays_due(
    held: Mapping[Group, Held], *, month: date, paid_on: date
) -> dict[Group, HolidayDue | DomainError]:
    """The exit holidays of these (person, entity) in the month's run, or what stops one; left out while a
    later contract is known. Three queries, whatever their number.

    The yearly pay that chooses the tax rate is twelve times the worker's gross in the month of the last work
    in that entity (BELGIUM §4.15). Errors: `NoFigureInForce`, `FamilySituationMissing`, `InvalidPayout`.
    """
    ended = {key: row for key, row in held.items() if row.ended_on <= last_of_month(month)}
    if not ended:
        return {}
    ids = {person for person, _ in ended}
    people = Person.objects.in_bulk(ids)
    families = families_known(ids)
    gross: dict[Group, Decimal] = {}
    rows = PayItem.objects.filter(person_id__in=ids, month__lte=month).order_by("month")
    for person, entity, _, total in rows.values_list("person_id", "entity_id", "month").annotate(
        total=Sum("gross")
    ):
        gross[(person, entity)] = total
    found: dict[Group, HolidayDue | DomainError] = {}
    for key, row in ended.items():
        try:
            found[key] = _due(
                people[key[0]], families[key[0]], row, gross.get(key, ZERO), month=month, paid_on=paid_on
            )
        except DomainError as error:
            found[key] = error
    return found


def holiday_due(
    person: Person, entity_id: UUID, held: Held, *, month: date, paid_on: date
) -> HolidayDue | None:
    """The exit holiday of one worker in an entity, a batch of one: None while a later contract is known.
    Raises the errors of `holidays_due`.
    """
    due = holidays_due({(person.pk, entity_id): held}, month=month, paid_on=paid_on).get(
        (person.pk, entity_id)
    )
    if isinstance(due, DomainError):
        raise due
    return due


@transaction.atomic
def pay_holidays(dues: Mapping[Group, HolidayDue], *, month: date, paid_on: date) -> PaidHolidays:
    """Post `Dr 4560 / Cr 4540, 453, 455` for each, keep the blocks with their lines, ask for the payouts less
    what others take of them. As many statements for one as for many.

    The workers' files are locked by the caller. Once per worker, entity and month: a block that stands is
    left alone and its pair left out.
    """
    ids = {person for person, _ in dues}
    standing = HolidayBlock.objects.filter(person_id__in=ids, month=month)
    made = set(standing.values_list("person_id", "entity_id"))
    fresh = {key: due for key, due in dues.items() if key not in made}
    if not fresh:
        return PaidHolidays([], {})
    people = Person.objects.in_bulk(ids)
    keys = {key: uuid7() for key in fresh}
    payables = to_pay(
        [_payable(people[key[0]], key[1], keys[key], due, month, paid_on) for key, due in fresh.items()]
    )
    taken = ask_deductions(payables)
    refused = {key: taken.refused[keys[key]] for key in fresh if keys[key] in taken.refused}
    if refused:
        paid = pay_holidays(
            {key: due for key, due in fresh.items() if key not in refused}, month=month, paid_on=paid_on
        )
        return PaidHolidays(paid.blocks, refused | paid.refused)
    closed = closed_months((entity, last_of_month(month)) for _, entity in fresh)
    entry_ids = post_entries(
        [
            _entry(
                people[key[0]],
                key[1],
                keys[key],
                due,
                closed.entry_date(key[1], last_of_month(month), paid_on),
                month,
            )
            for key, due in fresh.items()
        ]
    )
    blocks = [
        _block(people[key[0]], key[1], keys[key], due, entry_id, month, paid_on)
        for (key, due), entry_id in zip(fresh.items(), entry_ids, strict=True)
    ]
    insert_rows(blocks)
    insert_values(
        PayLine,
        LINE_COLUMNS,
        [
            (None, keys[key], position, *row)
            for key, due in fresh.items()
            for position, row in enumerate(engine_lines(due.pay.lines), 1)
        ],
    )
    post_deductions(taken, payables)
    less = taken.amounts()
    request_payouts(
        [
            _payout(people[key[0]], key[1], keys[key], left, month, paid_on)
            for key, due in fresh.items()
            if (left := due.pay.net - less.get(keys[key], ZERO)) > 0
        ]
    )
    return PaidHolidays(blocks, {})


def pay_holiday(
    *, person: Person, entity_id: UUID, month: date, due: HolidayDue, paid_on: date
) -> HolidayBlock:
    """Pay one exit holiday, a batch of one. Raises what a source of deductions refuses with; a block that
    stands is the answer.
    """
    paid = pay_holidays({(person.pk, entity_id): due}, month=month, paid_on=paid_on)
    for error in paid.refused.values():
        raise error
    return (
        paid.blocks[0]
        if paid.blocks
        else HolidayBlock.objects.get(person=person, entity_id=entity_id, month=month)
    )


def _due(
    person: Person, known: Iterable[Family], held: Held, gross: Decimal, *, month: date, paid_on: date
) -> HolidayDue:
    situation = situation_on(known, person, paid_on=paid_on, month=month)
    yearly = yearly_normal_gross(gross)
    pay = engine_of(current_cooperative().country.lower()).exit_holiday(
        held.parts,
        yearly_gross=yearly,
        children=situation.counted_children,
        ended_on=held.ended_on,
        paid_on=paid_on,
    )
    if pay.net > 0:
        account_of(person.iban, str(person))
    return HolidayDue(held.ended_on, yearly, pay)


def _payable(
    person: Person, entity_id: UUID, key: UUID, due: HolidayDue, month: date, paid_on: date
) -> Payable:
    return Payable(
        id=key,
        source_type=BLOCK,
        person_id=person.pk,
        party_id=person.party_id,
        entity_id=entity_id,
        month=month,
        paid_on=paid_on,
        on=paid_on,
        gross=due.pay.held.gross,
        net=due.pay.net,
        payable=due.pay.net,
        left=due.pay.net,
    )


def _entry(person: Person, entity_id: UUID, key: UUID, due: HolidayDue, day: date, month: date) -> Entry:
    owed = due.pay.liabilities()
    return Entry(
        entity=entity_id,
        date=day,
        journal=Journal.PAY,
        source_type=BLOCK,
        source_id=key,
        kind="settlement",
        text=f"{person}: pécule de sortie {month:%m/%Y}",
        lines=without_zeros(
            dr(EXIT_HOLIDAY_ACCOUNT, due.pay.held.total),
            *(
                cr(account, owed[account], party=person.party_id if account == NET_WAGES_ACCOUNT else None)
                for account in sorted(owed)
            ),
        ),
    )


def _block(
    person: Person,
    entity_id: UUID,
    key: UUID,
    due: HolidayDue,
    entry_id: UUID,
    month: date,
    paid_on: date,
) -> HolidayBlock:
    pay = due.pay
    return new_row(
        HolidayBlock,
        id=key,
        entity_id=entity_id,
        person_id=person.pk,
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


def _payout(
    person: Person, entity_id: UUID, key: UUID, amount: Decimal, month: date, paid_on: date
) -> PayoutRequest:
    return PayoutRequest(
        entity_id=entity_id,
        kind="wage",
        party_id=person.party_id,
        payee_name=str(person),
        iban=person.iban,
        amount=amount,
        communication=f"Pécule de sortie {month:%m/%Y}",
        due_on=paid_on,
        source_type=BLOCK,
        source_id=key,
        settles_account=NET_WAGES_ACCOUNT,
    )
