"""Days of temporary unemployment are entered: the contract loses them, the worker gets a top-up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from core import audit
from core.calendar import first_of_month, pay_due_date
from core.clock import ZONE
from core.money import ZERO, r
from core.outbox import publish
from core.rates import PolicyValue, policy
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Fund, Journal
from ledger.services import post_entry
from ledger.treasury.services import request_payout
from ledger.types import Entry, cr, dr, without_zeros
from members.models import Person
from payroll import plans
from payroll.contract_errors import OwnPay
from payroll.engine.month import NET_WAGES_ACCOUNT, TAX_ACCOUNT
from payroll.engine.statutory import Figure, figures_of
from payroll.enums import (
    OPEN_STATES,
    ContractState,
    ContractType,
    CorrectionOrigin,
    EndedBy,
    EndReason,
    UnemploymentReason,
)
from payroll.errors import ContractNotOpen
from payroll.models import ContractMonth, EmploymentContract
from payroll.services import cancel_contract, correct_month, report_no_show, shorten_contract
from payroll.services.contract_rules import is_late, written_day
from payroll.services.contracts import locked_contract
from payroll.services.settlement import entry_date
from payroll.unemployment.errors import (
    DayAlreadyUnemployed,
    DayNotPlanned,
    DaysMissing,
    DaysOfTwoMonths,
    NoEndAgreed,
    StudentsHaveNone,
)
from payroll.unemployment.models import UnemployedDay, UnemploymentSpell

SPELL = "unemployment.unemploymentspell"
"""How days of unemployment name themselves in entries and payouts."""

TOP_UP_ACCOUNT = "6209"


@dataclass(frozen=True, slots=True)
class _TopUp:
    """What the solidarity fund pays for the days: gross, tax, net, and by which rate and figure."""

    days: int
    rate: PolicyValue
    tax: Figure
    gross: Decimal
    withheld: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.withheld


@dataclass(frozen=True, slots=True)
class _Part:
    """What a month loses; `whole` when nothing is left of it."""

    hours: Decimal
    gross: Decimal
    whole: bool


@transaction.atomic
def record_unemployment(
    *,
    contract_id: UUID,
    days: Collection[date],
    reason: str,
    on: datetime,
    actor: Actor,
    note: str = "",
) -> UnemploymentSpell:
    """Enter days of one month of a contract on which there was no work: no salary for them, a top-up per day.

    The planned hours are shared over the working days of the month; the contract loses those of the days and
    its gross in proportion: an open month is shortened (its last day stays: the worker remains employed), a
    settled one is corrected, and a contract of which nothing is left is withdrawn. The top-up of the policy
    `unemployment_top_up_per_day` comes from the solidarity fund, `Dr 6209 / Cr 455` (and 453 for a tax, when
    a figure asks for one), once per worker and day; it is paid with the wages of these days. Raises, with
    nothing changed: `ContractNotFound`, `OwnPay`, `NoEndAgreed`, `StudentsHaveNone`, `ContractNotOpen`,
    `DaysMissing`, `DaysOfTwoMonths`, `DayNotPlanned`, `DayAlreadyUnemployed`, `NoRateInForce`,
    `NoFigureInForce`, and what shortening and correcting raise. The same call twice raises
    `DayAlreadyUnemployed`.
    """
    contract = locked_contract(contract_id)
    if actor.person_id is not None and actor.person_id == contract.person_id:
        raise OwnPay
    lost = sorted(set(days))
    month, left = _month_of(contract, lost)
    kind = UnemploymentReason(reason)
    held = ContractMonth.objects.filter(contract=contract, month=month.month).aggregate(
        hours=Sum("hours"), gross=Sum("gross")
    )
    share = Fraction(len(lost), left)
    hours = r(held["hours"] * share.numerator / share.denominator)
    gross = held["gross"] if share == 1 else r(held["gross"] * hours / held["hours"])
    whole = _lose(contract, month, _Part(hours, gross, share == 1), kind, on, actor)
    told = Lost(contract, tuple(lost), hours, kind, whole, note)
    return keep_spell(told, paid_after=lost[-1], on=on, actor=actor)


@dataclass(frozen=True, slots=True)
class Lost:
    """Days of one month of a contract without work: their hours, why, and the absence that they are of."""

    contract: EmploymentContract
    days: tuple[date, ...]
    hours: Decimal
    reason: UnemploymentReason
    whole: bool = False
    note: str = ""
    absence: UUID | None = None


def keep_spell(lost: Lost, *, paid_after: date, on: datetime, actor: Actor) -> UnemploymentSpell:
    """Keep the days, post and pay their top-up with the wages of work until `paid_after`. The contract is
    locked and has lost its hours. Raises `NoRateInForce`, `NoFigureInForce`, `InvalidPayout`.
    """
    contract, days = lost.contract, lost.days
    figures = figures_of(current_cooperative().country.lower())
    code = figures.on("unemployment.work_time_codes", days[-1])
    top_up = _top_up(contract, days, figures.on("unemployment.top_up_tax_rate", days[-1]))
    key, moment = uuid7(), on.astimezone(ZONE)
    person = Person.objects.get(pk=contract.person_id)
    paid_on = max(pay_due_date(paid_after, policy("pay_delay", on=days[-1]).value), moment.date())
    topped = _topped_up(contract.person_id, days)
    spell = UnemploymentSpell.objects.create(
        id=key,
        contract=contract,
        entity_id=contract.entity_id,
        person=person,
        month=first_of_month(days[0]),
        reason=lost.reason,
        work_code=int(code.part(lost.reason.value)),
        note=lost.note.strip()[:200],
        days=len(days),
        hours=lost.hours,
        whole=lost.whole,
        absence=lost.absence,
        top_up_days=top_up.days,
        rate=top_up.rate.rate,
        rate_from=top_up.rate.valid_from,
        rate_source=top_up.rate.source[:300],
        rate_status=top_up.rate.status,
        top_up=top_up.gross,
        tax_rate=top_up.tax.number,
        tax_source=top_up.tax.source[:300],
        tax_from=top_up.tax.valid_from,
        tax_status=top_up.tax.status,
        withholding_tax=top_up.withheld,
        net=top_up.net,
        paid_on=paid_on,
        entry_id=_post(key, contract, person, top_up, days, moment.date()) if top_up.gross else None,
        made_by_label=actor.label[:120],
        made_at=moment,
    )
    UnemployedDay.objects.bulk_create(
        UnemployedDay(spell=spell, contract=contract, person=person, day=day, topped_up=day not in topped)
        for day in days
    )
    if top_up.net > 0:
        request_payout(
            entity_id=contract.entity_id,
            kind="wage",
            party_id=person.party_id,
            payee_name=str(person),
            iban=person.iban,
            amount=top_up.net,
            communication=f"Complément chômage {spell.month:%m/%Y}",
            due_on=paid_on,
            source_type=SPELL,
            source_id=key,
            settles_account=NET_WAGES_ACCOUNT,
        )
    audit.record(
        actor,
        "payroll.unemployment_recorded",
        spell,
        days=len(days),
        hours=str(lost.hours),
        net=str(top_up.net),
    )
    publish("unemployment.recorded", spell, contract_id=str(contract.pk))
    return spell


def working_days(contract: EmploymentContract, first: date, last: date) -> list[date]:
    """Planned days of work of a contract within its days from `first` to `last`."""
    whole = plans.work_days(contract.starts_on, contract.ends_on)
    return [day for day in whole if first <= day <= last]


def _month_of(contract: EmploymentContract, lost: list[date]) -> tuple[ContractMonth, int]:
    """The month of the contract that the days lie in, and how many of its working days are not lost yet."""
    if contract.open_ended:
        raise NoEndAgreed
    if contract.contract_type == ContractType.STUDENT:
        raise StudentsHaveNone
    if contract.state not in (*OPEN_STATES, ContractState.SETTLED, ContractState.PAID):
        raise ContractNotOpen(state=ContractState(contract.state).label)
    if not lost:
        raise DaysMissing
    if first_of_month(lost[0]) != first_of_month(lost[-1]):
        raise DaysOfTwoMonths
    before = set(UnemployedDay.objects.filter(contract=contract).values_list("day", flat=True))
    month = ContractMonth.objects.filter(contract=contract, month=first_of_month(lost[0]), number=0).first()
    planned = [] if month is None else working_days(contract, month.first_day, month.last_day)
    for day in lost:
        if day in before:
            raise DayAlreadyUnemployed(day=written_day(day))
        if month is None or day not in planned:
            first, last = written_day(contract.starts_on), written_day(contract.ends_on)
            raise DayNotPlanned(day=written_day(day), first=first, last=last)
    assert month is not None
    return month, len([day for day in planned if day not in before])


def _lose(
    contract: EmploymentContract,
    month: ContractMonth,
    part: _Part,
    reason: UnemploymentReason,
    on: datetime,
    actor: Actor,
) -> bool:
    """Take the part from the contract; True when nothing is left of it."""
    text, hours, all_days = str(reason.label), part.hours, part.whole
    if month.settled:
        correct_month(
            contract_month_id=month.pk,
            hours=-hours,
            gross=-part.gross,
            reason=text,
            actor=actor,
            origin=CorrectionOrigin.UNEMPLOYMENT,
        )
        return False
    why = EndReason.FORCE_MAJEURE if reason == UnemploymentReason.FORCE_MAJEURE else EndReason.LESS_WORK
    rows = ContractMonth.objects.filter(contract=contract, number=0).exclude(pk=month.pk)
    if not all_days or rows.filter(settled=False).exists():
        shorten_contract(
            contract_id=contract.pk,
            last_day=contract.ends_on,
            hours=contract.hours - hours,
            on=on,
            actor=actor,
            reason=text,
            end_reason=why,
            ended_by=EndedBy.NOBODY,
        )
        return False
    settled = list(rows.filter(settled=True).order_by("month"))
    if settled:
        shorten_contract(
            contract_id=contract.pk,
            last_day=settled[-1].last_day,
            hours=contract.hours - hours,
            on=on,
            actor=actor,
            reason=text,
            end_reason=why,
            ended_by=EndedBy.NOBODY,
        )
        return False
    withdraw = report_no_show if is_late(contract, on.astimezone(ZONE)) else cancel_contract
    withdraw(
        contract_id=contract.pk, on=on, actor=actor, reason=text, end_reason=why, ended_by=EndedBy.NOBODY
    )
    return True


def _topped_up(person_id: UUID, lost: Sequence[date]) -> set[date]:
    rows = UnemployedDay.objects.filter(person_id=person_id, topped_up=True, day__in=lost)
    return set(rows.values_list("day", flat=True))


def _top_up(contract: EmploymentContract, lost: Sequence[date], tax: Figure) -> _TopUp:
    rate = policy("unemployment_top_up_per_day", on=lost[-1])
    days = len(lost) - len(_topped_up(contract.person_id, lost))
    gross = r(rate.rate * days)
    return _TopUp(days, rate, tax, gross, r(gross * tax.number))


def _post(
    key: UUID, contract: EmploymentContract, person: Person, top_up: _TopUp, lost: Sequence[date], on: date
) -> UUID:
    text = f"{person}: complément chômage {lost[0]:%m/%Y}"
    return post_entry(
        Entry(
            entity=contract.entity_id,
            date=entry_date(contract.entity_id, lost[-1], on),
            journal=Journal.PAY,
            source_type=SPELL,
            source_id=key,
            kind="top_up",
            text=text,
            lines=without_zeros(
                dr(TOP_UP_ACCOUNT, top_up.gross, fund=Fund.SOLIDARITY),
                cr(TAX_ACCOUNT, top_up.withheld or ZERO),
                cr(NET_WAGES_ACCOUNT, top_up.net, party=person.party_id),
            ),
        )
    )
