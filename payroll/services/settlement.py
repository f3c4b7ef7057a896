"""Settlement: each contract's month becomes a pay item, is posted, and its payout is asked for (DOMAIN §7).

Statutory amounts are those of the worker's cumulated month less what earlier items took, so that every
contract is paid at its time and the month is exact. Locks: worker file, contract, budget.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.utils import timezone

from activities.models import Activity
from core import audit
from core.calendar import last_of_month, pay_due_date
from core.commands import json_ready
from core.errors import DomainError
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Fund, Journal
from ledger.models import Period
from ledger.services import post_entry
from ledger.treasury.services import request_payout
from ledger.types import Entry, Release, cr, dr, without_zeros
from members.models import Person
from members.selectors import family_situation
from payroll.engine.month import NET_WAGES_ACCOUNT, Settlement, settle
from payroll.engine.statutory import figures_of
from payroll.engine.types import Amounts, FamilyStatus, PayInput, SettledItem, Situation, WorkerType
from payroll.enums import OPEN_STATES, ContractState, LineKind
from payroll.errors import FamilySituationMissing
from payroll.models import ContractMonth, EmploymentContract, PayException, PayItem, PayLine, WorkerFile
from payroll.plans import work_left
from payroll.services.contract_rules import age_on
from payroll.services.contracts import SOURCE
from payroll.types import Settled

ITEM = "payroll.payitem"
"""How a pay item names itself in entries and payouts."""

AMOUNTS = tuple(field.name for field in fields(Amounts))


def due_months(on: date) -> QuerySet[ContractMonth]:
    """Parts of contracts whose last day is over and that have no pay item, oldest first."""
    return ContractMonth.objects.filter(
        settled=False, last_day__lt=on, contract__state__in=OPEN_STATES
    ).order_by("last_day", "contract_id", "month")


def count_due(*, on: date) -> int:
    """How many parts wait and were not tried on that day."""
    return _untried(on).count()


def settle_due(*, on: date, actor: Actor, limit: int | None = None) -> Settled:
    """Settle every part of a contract whose last day lies before `on`, each by itself.

    A part that meets a refusal (no figures, no family situation, under 19, …) becomes an exception row and
    the others go on. With a `limit`, so many parts that were not tried that day: call again while
    `remaining`. Called twice it changes nothing.
    """
    months = due_months(on) if limit is None else _untried(on)
    keys = list(months.values_list("pk", flat=True)[: None if limit is None else limit + 1])
    remaining = limit is not None and len(keys) > limit
    made: list[UUID] = []
    exceptions = 0
    for key in keys[:limit]:
        item, failed = settle_month(contract_month_id=key, on=on, actor=actor)
        if item is not None:
            made.append(item.pk)
        exceptions += failed
    return Settled(tuple(made), exceptions, remaining)


@transaction.atomic
def settle_month(*, contract_month_id: UUID, on: date, actor: Actor) -> tuple[PayItem | None, bool]:
    """Settle one part of a contract: the pay item, or an exception row (then the answer's second half is
    True).

    A part that is settled, withdrawn or not over gives (None, False).
    """
    try:
        with transaction.atomic():
            return _settle(contract_month_id, on, actor), False
    except DomainError as error:
        month = ContractMonth.objects.select_related("contract").get(pk=contract_month_id)
        note_exception(
            person_id=month.contract.person_id,
            entity_id=month.contract.entity_id,
            month=month.month,
            error=error,
            on=on,
            contract_month=month,
        )
        return None, True


def note_exception(
    *,
    person_id: UUID,
    entity_id: UUID,
    month: date,
    error: DomainError,
    on: date,
    contract_month: ContractMonth | None = None,
) -> PayException:
    """Keep what stopped somebody's pay: the open row of the same cause is renewed, other causes are over."""
    same = PayException.objects.filter(
        person_id=person_id, entity_id=entity_id, month=month, contract_month=contract_month, resolved_at=None
    )
    same.exclude(code=error.code).update(resolved_at=timezone.now())
    row = same.filter(code=error.code).first()
    if row is not None:
        row.last_seen, row.detail = on, error.detail[:300]
        row.save(update_fields=["last_seen", "detail"])
        return row
    return PayException.objects.create(
        person_id=person_id,
        entity_id=entity_id,
        month=month,
        contract_month=contract_month,
        code=error.code,
        detail=error.detail[:300],
        first_seen=on,
        last_seen=on,
    )


def settled_item(item: PayItem) -> SettledItem:
    """A stored item as the engine reads it."""
    given = PayInput(
        WorkerType(item.worker_type), item.gross, item.hours, item.month, item.paid_on, item.flat_tax
    )
    amounts = Amounts(**{name: getattr(item, name) for name in AMOUNTS})
    return SettledItem(given, amounts, {code: Decimal(amount) for code, amount in item.employer.items()})


def situation_of(person: Person, *, paid_on: date, month: date) -> Situation:
    """The family situation on the day of payment, as the engine asks for it. Raises
    `FamilySituationMissing`.
    """
    family = family_situation(person, paid_on)
    if family.valid_from is None:
        raise FamilySituationMissing(name=str(person))
    return Situation(
        status=FamilyStatus(family.status.value),
        children=family.children,
        single_parent=family.single_parent,
        resident=person.country == current_cooperative().country,
        age=age_on(person.birth_date, last_of_month(month)),
    )


def entry_date(entity_id: UUID, day: date, on: date) -> date:
    """Work is booked on its last day, so that a quarter's books hold the quarter's contributions; when that
    month is closed, today."""
    closed = Period.objects.filter(
        entity_id=entity_id, year=day.year, month=day.month, closed_at__isnull=False
    ).exists()
    return on if closed else day


def _untried(on: date) -> QuerySet[ContractMonth]:
    tried = PayException.objects.filter(
        contract_month=OuterRef("pk"), resolved_at__isnull=True, last_seen__gte=on
    )
    return due_months(on).filter(~Exists(tried))


def _settle(contract_month_id: UUID, on: date, actor: Actor) -> PayItem | None:
    found = (
        ContractMonth.objects.filter(pk=contract_month_id)
        .values_list("contract__person_id", "contract_id")
        .first()
    )
    if found is None:
        return None
    person_id, contract_id = found
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    contract = for_update(EmploymentContract.objects.filter(pk=contract_id)).get()
    month = for_update(ContractMonth.objects.filter(pk=contract_month_id)).first()
    if month is None or month.settled or contract.state not in OPEN_STATES or month.last_day >= on:
        return None
    person = Person.objects.get(pk=person_id)
    delay = policy("pay_delay", on=month.last_day).value
    paid_on = max(pay_due_date(month.last_day, delay), on)
    situation = situation_of(person, paid_on=paid_on, month=month.month)
    given = PayInput(
        WorkerType(contract.contract_type), month.gross, month.hours, month.month, paid_on, contract.flat_tax
    )
    settlement = _compute(person_id, contract.entity_id, given, situation)
    item = _post(contract, month, person, settlement, situation, on)
    month.settled = True
    month.save(update_fields=["settled"])
    parts = ContractMonth.objects.filter(contract=contract)
    planned_until = parts.order_by("-last_day").values_list("last_day", flat=True)[0]
    if not parts.filter(settled=False).exists() and not work_left(planned_until, contract.ends_on):
        contract.state = ContractState.SETTLED
        contract.save(update_fields=["state"])
    PayException.objects.filter(contract_month=month, resolved_at=None).update(resolved_at=timezone.now())
    audit.record(actor, "payroll.item_settled", item, gross=str(item.gross), net=str(item.net))
    publish("payitem.settled", item, contract_id=str(contract.pk))
    return item


def _compute(person_id: UUID, entity_id: UUID, given: PayInput, situation: Situation) -> Settlement:
    theirs = PayItem.objects.filter(person_id=person_id, entity_id=entity_id)
    previous = [
        settled_item(item) for item in theirs.filter(month=given.work_month).order_by("settled_at", "id")
    ]
    bonus = theirs.filter(month__year=given.work_month.year).exclude(month=given.work_month)
    other_months = bonus.aggregate(total=Sum(F("work_bonus_a") + F("work_bonus_b")))["total"] or ZERO
    last = theirs.order_by("-settled_at", "-id").values_list("carried_out", flat=True).first()
    return settle(
        previous,
        given,
        situation=situation,
        figures=figures_of(current_cooperative().country.lower()),
        work_bonus_of_other_months=other_months,
        carried_in=last or ZERO,
    )


def _post(
    contract: EmploymentContract,
    month: ContractMonth,
    person: Person,
    settlement: Settlement,
    situation: Situation,
    on: date,
) -> PayItem:
    key = uuid7()
    budget_id = Activity.objects.values_list("budget_id", flat=True).get(pk=contract.activity_id)
    margin = settlement.margin(month.budget)
    amounts, owed = settlement.amounts, settlement.liabilities()
    text = f"{person} {month.month:%m/%Y}: {contract.description}"
    entry_id = post_entry(
        Entry(
            entity=contract.entity_id,
            date=entry_date(contract.entity_id, month.last_day, on),
            journal=Journal.PAY,
            source_type=ITEM,
            source_id=key,
            kind="settlement",
            text=text,
            lines=without_zeros(
                dr("620", amounts.gross, budget=budget_id),
                dr("621", settlement.employer_total, budget=budget_id),
                dr("6218", margin, budget=budget_id),
                *(
                    cr(
                        account,
                        owed[account],
                        party=person.party_id if account == NET_WAGES_ACCOUNT else None,
                    )
                    for account in sorted(owed)
                ),
                cr("749", margin, fund=Fund.POT),
            ),
            releases=(Release(budget_id, SOURCE, contract.pk, month.budget),),
        )
    )
    item = PayItem.objects.create(
        id=key,
        contract=contract,
        contract_month=month,
        entity_id=contract.entity_id,
        person=person,
        month=month.month,
        worker_type=contract.contract_type,
        worker_code=settlement.item.worker_type.worker_code,
        flat_tax=contract.flat_tax,
        settled_at=timezone.now(),
        paid_on=settlement.item.paid_on,
        net=amounts.net,
        carried_in=settlement.carried_in,
        payable=settlement.payable,
        carried_out=settlement.carried_out,
        employer_total=settlement.employer_total,
        margin=margin,
        employment_budget=month.budget,
        employer={line.code: str(line.amount) for line in settlement.employer_lines},
        owed={account: str(amount) for account, amount in owed.items()},
        totals=_totals(settlement),
        family=json_ready(asdict(situation)),
        entry_id=entry_id,
        **{name: getattr(amounts, name) for name in AMOUNTS},
    )
    PayLine.objects.bulk_create(_lines(item, settlement, margin, contract.multiplier))
    if settlement.payable > 0:
        request_payout(
            entity_id=contract.entity_id,
            kind="wage",
            party_id=person.party_id,
            payee_name=str(person),
            iban=person.iban,
            amount=settlement.payable,
            communication=f"Salaire {month.month:%m/%Y} {contract.description}"[:140],
            due_on=item.paid_on,
            source_type=ITEM,
            source_id=item.pk,
            settles_account=NET_WAGES_ACCOUNT,
        )
    return item


def _totals(settlement: Settlement) -> dict[str, Any]:
    ready: dict[str, Any] = json_ready(
        {
            "social_before": settlement.social_before,
            "social_after": settlement.social_after,
            "tax_before": settlement.tax_before,
            "tax_after": settlement.tax_after,
        }
    )
    return ready


def _lines(
    item: PayItem, settlement: Settlement, margin: Decimal, multiplier: Decimal | None
) -> list[PayLine]:
    rows = [
        PayLine(
            item=item,
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
        for line in settlement.lines
    ]
    rows += [
        PayLine(
            item=item,
            kind=LineKind.EMPLOYER,
            code=line.code,
            label=line.label,
            base=line.base,
            rate=line.rate,
            amount=line.amount,
            month_amount=line.month_amount,
            account=line.account,
            source=line.source[:300],
            valid_from=line.valid_from,
            status=line.status,
        )
        for line in settlement.employer_lines
    ]
    rows.append(
        PayLine(
            item=item,
            kind=LineKind.EMPLOYER,
            code="margin",
            label="Marge du coefficient, au pot commun",
            base=item.gross,
            rate=multiplier,
            amount=margin,
            account="749",
            source="Budget emploi moins brut et charges patronales",
        )
    )
    if item.carried_in:
        rows.append(
            PayLine(
                item=item,
                kind=LineKind.ADDS,
                code="carried_in",
                label="Solde négatif reporté d'un décompte précédent",
                amount=item.carried_in,
                source="Décompte précédent",
            )
        )
    for position, row in enumerate(rows, 1):
        row.position = position
    return rows
