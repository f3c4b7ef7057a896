"""What a settlement leaves behind, written for many parts at once: as many statements for one as for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone

from core import audit
from core.commands import json_ready
from core.outbox import publish_all
from core.rows import insert_values, row_of, update_rows
from core.types import Actor
from ledger.enums import Fund, Journal
from ledger.services import post_entries
from ledger.treasury.services import PayoutRequest, request_payouts
from ledger.types import Entry, Release, cr, dr, without_zeros
from payroll.engine.month import NET_WAGES_ACCOUNT, Settlement, SocialTotals, TaxTotals
from payroll.engine.types import EmployerLine, Situation
from payroll.engine.types import PayLine as EngineLine
from payroll.enums import OPEN_STATES, ContractState, LineKind
from payroll.models import ContractMonth, EmploymentContract, PayItem, PayLine
from payroll.payable import Taken
from payroll.plans import work_left
from payroll.services.contracts import SOURCE, end_paid
from payroll.services.exceptions import resolve_exceptions
from payroll.services.settlement.amounts import ITEM, ComputedPart
from payroll.services.settlement.facts import AMOUNTS
from payroll.services.taking import post_deductions

ITEM_COLUMNS = (
    *("id", "contract_id", "contract_month_id", "entity_id", "person_id", "month", "worker_type"),
    *("worker_code", "flat_tax", "settled_at", "paid_on", "carried_in", "payable", "carried_out", "net"),
    *("employer_total", "margin", "employment_budget", "employer", "owed", "totals", "family", "entry_id"),
    *AMOUNTS,
)
LINE_COLUMNS = (
    *("item_id", "holiday_id", "position", "kind", "code", "label", "base", "rate", "amount"),
    *("month_amount", "account", "source", "valid_from", "status"),
)

LineRow = tuple[Any, ...]
"""Values of `LINE_COLUMNS` after the position."""


def write_parts(parts: Sequence[ComputedPart], taken: Taken, on: date, actor: Actor) -> None:
    """Post the entries, keep items and lines, ask for the payouts, move the states, tell who listens.

    Raises what `post_entries` raises before anything is written.
    """
    entry_ids = post_entries([_entry(part) for part in parts])
    insert_values(PayItem, ITEM_COLUMNS, _item_rows(parts, entry_ids, timezone.now()))
    insert_values(PayLine, LINE_COLUMNS, [row for part in parts for row in _line_rows(part)])
    if taken.deductions:
        post_deductions(taken, [part.payable(on) for part in parts if part.settlement.payable > 0])
    payouts = _payouts(parts, taken.amounts())
    request_payouts(payouts)
    _take_along(parts)
    _move_states(parts)
    _end_unpaid(parts, payouts, actor)
    resolve_exceptions([part.part.pk for part in parts])
    items = [row_of(PayItem, part.key) for part in parts]
    audit.record_all(
        actor,
        [
            (
                "payroll.item_settled",
                item,
                {
                    "gross": str(part.settlement.amounts.gross),
                    "net": str(part.settlement.amounts.net),
                },
            )
            for item, part in zip(items, parts, strict=True)
        ],
    )
    publish_all(
        [
            ("payitem.settled", item, {"contract_id": str(part.contract.pk)})
            for item, part in zip(items, parts, strict=True)
        ]
    )


def engine_lines(lines: Iterable[EngineLine]) -> list[LineRow]:
    """Lines of the engine as rows, without owner and position; a kind of the engine is one of `LineKind`."""
    return [
        (
            line.kind._value_,
            line.code,
            line.label,
            line.base,
            line.rate,
            line.amount,
            line.month_amount,
            "",
            line.source[:300],
            line.valid_from,
            line.status or "",
        )
        for line in lines
    ]


def employer_lines(lines: Iterable[EmployerLine]) -> list[LineRow]:
    """The employer's lines as rows, without owner and position."""
    return [
        (
            EMPLOYER,
            line.code,
            line.label,
            line.base,
            line.rate,
            line.amount,
            line.month_amount,
            line.account,
            line.source[:300],
            line.valid_from,
            line.status,
        )
        for line in lines
    ]


EMPLOYER = LineKind.EMPLOYER.value


def _entry(part: ComputedPart) -> Entry:
    budget, amounts, party = part.budget_id, part.settlement.amounts, part.person.party_id
    held = part.part.budget
    return Entry(
        entity=part.contract.entity_id,
        date=part.booked_on,
        journal=Journal.PAY,
        source_type=ITEM,
        source_id=part.key,
        kind="settlement",
        text=f"{part.person} {part.part.month:%m/%Y}: {part.contract.description}",
        lines=without_zeros(
            dr("620", amounts.gross, budget=budget),
            dr("621", part.employer_total, budget=budget),
            dr("6218", part.margin, budget=budget),
            *(
                cr(account, part.owed[account], party=party if account == NET_WAGES_ACCOUNT else None)
                for account in sorted(part.owed)
            ),
            cr("749", part.margin, fund=Fund.POT),
        ),
        # A correction downwards reserved nothing: what it gives back is free at once.
        releases=(Release(budget, SOURCE, part.contract.pk, held),) if held > 0 else (),
        imposed=amounts.gross < 0,
    )


def _item_rows(
    parts: Sequence[ComputedPart], entry_ids: Sequence[UUID], moment: datetime
) -> list[tuple[Any, ...]]:
    """The items, in the order in which they were settled: the moment is the same, their ids ascend."""
    return [_item_row(part, entry_id, moment) for part, entry_id in zip(parts, entry_ids, strict=True)]


def _item_row(part: ComputedPart, entry_id: UUID, moment: datetime) -> tuple[Any, ...]:
    settlement, contract = part.settlement, part.contract
    item, amounts = settlement.item, settlement.amounts
    return (
        part.key,
        contract.pk,
        part.part.pk,
        contract.entity_id,
        part.person.pk,
        part.part.month,
        item.worker_type._value_,
        item.worker_type.worker_code,
        contract.flat_tax,
        moment,
        item.paid_on,
        settlement.carried_in,
        settlement.payable,
        settlement.carried_out,
        amounts.net,
        part.employer_total,
        part.margin,
        part.part.budget,
        {line.code: str(line.amount) for line in settlement.employer_lines},
        {account: str(amount) for account, amount in part.owed.items()},
        _totals(settlement),
        _family(part.situation),
        entry_id,
        *amounts,
    )


@lru_cache(maxsize=1024)
def _family(situation: Situation) -> dict[str, Any]:
    """A family situation as it is kept: a few of them serve a whole town, so nobody changes the answer."""
    ready: dict[str, Any] = json_ready(asdict(situation))
    return ready


def _totals(settlement: Settlement) -> dict[str, Any]:
    return {
        "social_before": _texts(settlement.social_before),
        "social_after": _texts(settlement.social_after),
        "tax_before": _texts(settlement.tax_before),
        "tax_after": _texts(settlement.tax_after),
    }


def _texts(totals: SocialTotals | TaxTotals) -> dict[str, Any]:
    """Amounts as texts; as `json_ready` would, but ten times as fast."""
    texts: dict[str, Any] = dict(zip(totals._fields, map(str, totals), strict=True))
    if isinstance(totals, SocialTotals):
        employer = totals.employer
        texts["employer"] = employer and {code: str(amount) for code, amount in employer.items()}
    return texts


def _line_rows(part: ComputedPart) -> list[tuple[Any, ...]]:
    settlement = part.settlement
    rows = engine_lines(settlement.lines) + employer_lines(settlement.employer_lines)
    rows.append(
        (
            *(EMPLOYER, "margin", "Marge du coefficient, au pot commun"),
            *(settlement.amounts.gross, part.contract.multiplier, part.margin, 0, "749"),
            *("Budget emploi moins brut et charges patronales", None, ""),
        )
    )
    if part.part.worker_type:
        rows.append(
            (
                *(LineKind.EXPLAINS.value, "outside_quota", "Hors du contingent étudiant"),
                *(None, None, Decimal(0), 0, "", part.part.reason[:300], None, ""),
            )
        )
    brought = sum((carry.amount for carry in part.carries), Decimal(0))
    if settlement.carried_in != brought:
        rows.append(
            (
                *(LineKind.ADDS.value, "carried_in", "Solde négatif reporté d'un décompte précédent"),
                *(None, None, settlement.carried_in - brought, 0, "", "Décompte précédent", None, ""),
            )
        )
    for carry in part.carries:
        rows.append(
            (
                *(LineKind.ADDS.value, "carried_along", carry.label, None, None, carry.amount, 0, ""),
                *("Repris dans le premier décompte qui suit", carry.made_on, ""),
            )
        )
    owner = str(part.key)
    return [(owner, None, position, *row) for position, row in enumerate(rows, 1)]


def _payouts(parts: Sequence[ComputedPart], taken: Mapping[UUID, Decimal]) -> list[PayoutRequest]:
    return [
        PayoutRequest(
            entity_id=part.contract.entity_id,
            kind="wage",
            party_id=part.person.party_id,
            payee_name=str(part.person),
            iban=part.person.iban,
            amount=left,
            communication=f"Salaire {part.part.month:%m/%Y} {part.contract.description}"[:140],
            due_on=part.settlement.item.paid_on,
            source_type=ITEM,
            source_id=part.key,
            settles_account=NET_WAGES_ACCOUNT,
        )
        for part in parts
        if (left := part.settlement.payable - taken.get(part.key, Decimal(0))) > 0
    ]


def _take_along(parts: Sequence[ComputedPart]) -> None:
    carries = []
    for part in parts:
        for carry in part.carries:
            carry.item_id = part.key
            carries.append(carry)
    update_rows(carries, ["item"])


def _move_states(parts: Sequence[ComputedPart]) -> None:
    """The parts are settled; so is a contract of which none is left, and no work to plan. One that was paid
    waits for payment again when a correction pays more.
    """
    ContractMonth.objects.filter(pk__in=[part.part.pk for part in parts]).update(settled=True)
    contracts = {part.contract.pk: part.contract for part in parts}
    rows = ContractMonth.objects.filter(contract_id__in=contracts).order_by().values_list("contract_id")
    left = rows.annotate(open=Count("pk", filter=Q(settled=False)), until=Max("last_day"))
    paying = {part.contract.pk for part in parts if part.settlement.payable > 0}
    over = [
        key
        for key, waiting, until in left
        if not waiting
        and not work_left(until, contracts[key].ends_on)
        and (contracts[key].state in OPEN_STATES or key in paying)
    ]
    EmploymentContract.objects.filter(pk__in=over).update(state=ContractState.SETTLED)


def _end_unpaid(parts: Sequence[ComputedPart], payouts: Sequence[PayoutRequest], actor: Actor) -> None:
    """No bank will tell of contracts of which nothing leaves: others took it, or a balance from before."""
    leaving = {payout.source_id for payout in payouts}
    paying = {part.contract.pk for part in parts if part.key in leaving}
    silent = {part.contract.pk for part in parts} - paying
    if silent:
        end_paid(silent, actor=actor)
