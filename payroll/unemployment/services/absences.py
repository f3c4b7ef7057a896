"""Temporary unemployment of open-ended contracts: the absence takes the days from the salary, the top-up
follows it here, also when it is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.calendar import first_of_month, last_of_month
from core.clock import ZONE
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Fund, Journal
from ledger.services import post_entry
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from ledger.treasury.services import lower_payout
from ledger.types import Entry, cr, dr, without_zeros
from members.models import Person
from payroll.engine.month import NET_WAGES_ACCOUNT, TAX_ACCOUNT
from payroll.enums import UnemploymentReason
from payroll.models import PayCarry
from payroll.services.contracts import locked_contract
from payroll.unemployment.models import SpellWithdrawal, UnemployedDay, UnemploymentSpell
from payroll.unemployment.services.recording import SPELL, TOP_UP_ACCOUNT, Lost, keep_spell

WITHDRAWAL = "unemployment.spellwithdrawal"
"""How a top-up taken back names itself in entries and balances."""

TAKEN_BACK = "Complément de chômage temporaire repris"


@transaction.atomic
def follow_absence(
    *,
    absence_id: UUID,
    contract_id: UUID,
    days: Mapping[date, Decimal],
    reason: str,
    on: datetime,
    actor: Actor,
) -> list[UnemploymentSpell]:
    """Bring what is kept of an absence to its days and their hours, month by month; none when it is over.

    A month whose days are the same stays; otherwise its top-up is taken back and that of the days that
    stand is posted, `Dr 6209 / Cr 455`, and paid with the salary of the month. Answers what it wrote;
    repeats change nothing. Raises `ContractNotFound`, `NoRateInForce`, `NoFigureInForce`, `InvalidPayout`.
    """
    contract = locked_contract(contract_id)
    kind = UnemploymentReason(reason)
    wanted: dict[date, dict[date, Decimal]] = {}
    for day in sorted(days):
        wanted.setdefault(first_of_month(day), {})[day] = days[day]
    rows = UnemploymentSpell.objects.filter(contract=contract, absence=absence_id, withdrawal=None)
    standing = {row.month: row for row in rows.prefetch_related("dates")}
    written = []
    for month in sorted(standing.keys() | wanted.keys()):
        spell, asked = standing.get(month), wanted.get(month, {})
        hours = sum(asked.values(), ZERO)
        if spell is not None:
            kept = {row.day for row in spell.dates.all()}
            if (kept, spell.hours, spell.reason) == (set(asked), hours, kind):
                continue
            _take_back(spell, on.astimezone(ZONE), actor)
        if asked:
            lost = Lost(contract, tuple(asked), hours, kind, absence=absence_id)
            until = min(last_of_month(month), contract.ends_on)
            written.append(keep_spell(lost, paid_after=until, on=on, actor=actor))
    return written


def _take_back(spell: UnemploymentSpell, moment: datetime, actor: Actor) -> SpellWithdrawal:
    """Reverse the top-up: what has not left is not paid, what was paid stands against the next pay."""
    person = Person.objects.get(pk=spell.person_id)
    key = uuid7()
    carried = ZERO if _stop_payment(spell, actor) else spell.net
    row = SpellWithdrawal.objects.create(
        id=key,
        spell=spell,
        days=[day.isoformat() for day in spell.dates.values_list("day", flat=True)],
        carried=carried,
        entry_id=_reverse(key, spell, person, moment.date()) if spell.top_up else None,
        made_by_label=actor.label[:120],
        made_at=moment,
    )
    if carried:
        PayCarry.objects.create(
            entity_id=spell.entity_id,
            person=person,
            kind="unemployment_back",
            label=f"{TAKEN_BACK} {spell.month:%m/%Y}",
            amount=-carried,
            made_on=moment.date(),
            source_type=WITHDRAWAL,
            source_id=key,
        )
    UnemployedDay.objects.filter(spell=spell).delete()
    audit.record(actor, "payroll.unemployment_withdrawn", spell, days=len(row.days), carried=str(carried))
    publish("unemployment.withdrawn", spell, contract_id=str(spell.contract_id))
    return row


def _stop_payment(spell: UnemploymentSpell, actor: Actor) -> bool:
    """Whether nothing of the top-up leaves."""
    payouts = Payout.objects.filter(source_type=SPELL, source_id=spell.pk).order_by("-pk")
    payout = payouts.first()
    if payout is None:
        return True
    if payout.state not in (PayoutState.OPEN, PayoutState.HELD):
        return False
    lower_payout(payout_id=payout.pk, amount=ZERO, actor=actor)
    return True


def _reverse(key: UUID, spell: UnemploymentSpell, person: Person, on: date) -> UUID:
    return post_entry(
        Entry(
            entity=spell.entity_id,
            date=on,
            journal=Journal.PAY,
            source_type=WITHDRAWAL,
            source_id=key,
            kind="withdrawal",
            text=f"{person}: {TAKEN_BACK} {spell.month:%m/%Y}",
            lines=without_zeros(
                dr(NET_WAGES_ACCOUNT, spell.net, party=person.party_id),
                dr(TAX_ACCOUNT, spell.withholding_tax),
                cr(TOP_UP_ACCOUNT, spell.top_up, fund=Fund.SOLIDARITY),
            ),
        )
    )
