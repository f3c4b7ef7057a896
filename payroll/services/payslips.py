"""Payslips: made once, numbered, with everything that they show kept as issued."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.calendar import first_of_month, last_of_month
from core.documents import request_documents
from core.locks import lock
from core.money import ZERO
from core.outbox import publish_all
from core.rates import find_policy
from core.rows import insert_rows, insert_values, new_row
from ledger.models import LegalEntity
from ledger.services import take_numbers
from members.models import Person
from members.selectors import masked_national_numbers
from payroll.extras import Extra, extras_of
from payroll.models import (
    HolidayBlock,
    PayDeduction,
    PayItem,
    PayrollRun,
    Payslip,
    PayslipExtra,
    PayslipPart,
    WorkerFile,
)
from payroll.payslip_content import SlipParts, content_of

KIND = "payslip"
"""Kind of the rendered document."""

SERIES = "PSL"
"""Journal of the number series of payslips."""

LATEST = timedelta(days=365)
"""How much later than its month other pay may still come onto a payslip."""

SHOWN = (
    *(field.attname for field in PayItem._meta.concrete_fields if field.name not in ("totals", "owed")),
    *(
        f"contract__{name}"
        for name in ("description", "joint_committee", "function_code", "starts_on", "ends_on")
    ),
)
"""Columns of an item and its contract that a payslip shows."""

Pair = tuple[UUID, UUID]
"""A worker and the legal entity that employs them, by id."""


def loose_items(until: date) -> QuerySet[PayItem]:
    """Pay items of months up to `until` that stand on no payslip yet."""
    placed = PayslipPart.objects.filter(item=OuterRef("pk"))
    return PayItem.objects.filter(month__lte=until).filter(~Exists(placed))


def loose_holidays(until: date) -> QuerySet[HolidayBlock]:
    """Exit holidays of months up to `until` that stand on no payslip yet."""
    placed = PayslipPart.objects.filter(holiday=OuterRef("pk"))
    return HolidayBlock.objects.filter(month__lte=until).filter(~Exists(placed))


def loose_extras(until: date, people: Collection[UUID] | None = None) -> list[Extra]:
    """Other pay of months up to `until` that stands on no payslip yet: of these workers, or of everybody."""
    found = extras_of(people, first_of_month(until - LATEST), until)
    rows = PayslipExtra.objects.filter(source_id__in=[extra.source_id for extra in found]) if found else ()
    placed = {(row.source_type, row.source_id) for row in rows}
    return [extra for extra in found if (extra.source_type, extra.source_id) not in placed]


def issue_payslip(*, run: PayrollRun, person: Person, entity: LegalEntity, on: date) -> Payslip | None:
    """The payslip of one worker, entity and month: a batch of one."""
    slips = issue_payslips(run=run, pairs=[(person.pk, entity.pk)], on=on)
    return slips[0] if slips else None


@transaction.atomic
def issue_payslips(*, run: PayrollRun, pairs: Iterable[Pair], on: date) -> list[Payslip]:
    """Make the payslips of workers and entities for the run's month, from what stands on none yet.

    In the order of the pairs, without those for whom there is nothing. A month that has its payslip gives
    that one: what came later waits for the next month's. The number of statements does not depend on the
    number of pairs. Locks: the workers' files, then per entity the number series, last. The documents are
    asked for; rendering is the documents queue's.
    """
    asked = list(dict.fromkeys(pairs))
    people = sorted({person for person, _ in asked})
    lock(WorkerFile.objects.filter(person_id__in=people))
    made = _existing(run.month, people)
    fresh = [pair for pair in asked if pair not in made]
    wanted = _parts(run.month, fresh)
    before = _year_before(run.month, list(wanted))
    levy = find_policy("levy.rate", on=last_of_month(run.month))
    slips: dict[Pair, Payslip] = {}
    for pair, parts in wanted.items():
        content = content_of(
            parts,
            month=run.month,
            issued_on=on,
            year_before=before.get(pair, {}),
            levy_rate=levy.rate if levy else None,
        )
        totals = content["totals"]
        slips[pair] = new_row(
            Payslip,
            run_id=run.pk,
            person_id=parts.person.pk,
            entity_id=parts.entity.pk,
            month=run.month,
            issued_on=on,
            gross=_sum(totals, "gross", "holiday_gross", "other_gross"),
            net=_sum(totals, "paid"),
            content=content,
        )
    _number(run.month, slips, {parts.entity.pk: parts.entity.code for parts in wanted.values()})
    insert_rows(list(slips.values()))
    _place(slips, wanted)
    publish_all([("payslip.issued", slip, {"person_id": str(person)}) for (person, _), slip in slips.items()])
    request_documents(KIND, [slip.pk for slip in slips.values()])
    made |= slips
    return [made[pair] for pair in asked if pair in made]


def _existing(month: date, people: Sequence[UUID]) -> dict[Pair, Payslip]:
    rows = Payslip.objects.filter(month=month, person_id__in=people)
    return {(slip.person_id, slip.entity_id): slip for slip in rows}


def _parts(month: date, pairs: Sequence[Pair]) -> dict[Pair, SlipParts]:
    """What is to stand on each payslip, in the order of the pairs; pairs with nothing are left out."""
    if not pairs:
        return {}
    asked, people = set(pairs), sorted({person for person, _ in pairs})
    items: dict[Pair, list[PayItem]] = {}
    rows = loose_items(month).filter(person_id__in=people).select_related("contract").only(*SHOWN)
    for item in rows.order_by("month", "settled_at", "id"):
        items.setdefault((item.person_id, item.entity_id), []).append(item)
    holidays: dict[Pair, list[HolidayBlock]] = {}
    for block in loose_holidays(month).filter(person_id__in=people).order_by("month"):
        holidays.setdefault((block.person_id, block.entity_id), []).append(block)
    extras: dict[Pair, list[Extra]] = {}
    for extra in loose_extras(month, people):
        extras.setdefault((extra.person_id, extra.entity_id), []).append(extra)
    found = asked & {*items, *holidays, *extras}
    owners = [row.pk for pair in found for row in (*items.get(pair, ()), *holidays.get(pair, ()))]
    deductions: dict[UUID, list[PayDeduction]] = {}
    for row in PayDeduction.objects.filter(Q(item__in=owners) | Q(holiday__in=owners)).order_by("pk"):
        owner = row.item_id or row.holiday_id
        assert owner is not None
        deductions.setdefault(owner, []).append(row)
    workers = Person.objects.in_bulk({person for person, _ in found})
    entities = LegalEntity.objects.in_bulk({entity for _, entity in found})
    numbers = masked_national_numbers(workers)
    return {
        pair: SlipParts(
            person=workers[pair[0]],
            entity=entities[pair[1]],
            items=items.get(pair, ()),
            holidays=holidays.get(pair, ()),
            extras=extras.get(pair, ()),
            deductions=deductions,
            national_number=numbers.get(pair[0], ""),
        )
        for pair in pairs
        if pair in found
    }


def _year_before(month: date, pairs: Sequence[Pair]) -> dict[Pair, Mapping[str, Decimal]]:
    """Totals of the earlier payslips of the calendar year: what the last of them says of its year."""
    rows = (
        Payslip.objects.filter(
            person_id__in={person for person, _ in pairs},
            entity_id__in={entity for _, entity in pairs},
            month__gte=month.replace(month=1),
            month__lt=month,
        )
        .order_by("person_id", "entity_id", "-month")
        .distinct("person_id", "entity_id")
        .values_list("person_id", "entity_id", "content__year")
    )
    return {
        (person, entity): {name: Decimal(amount) for name, amount in (year or {}).items()}
        for person, entity, year in rows
    }


def _number(month: date, slips: Mapping[Pair, Payslip], codes: Mapping[UUID, str]) -> None:
    """Give each entity's payslips the next numbers of its series; series are locked in one order. `codes`: of
    the entities, which their numbers name.
    """
    books: dict[UUID, list[Payslip]] = {}
    for (_, entity), slip in slips.items():
        books.setdefault(entity, []).append(slip)
    for entity, theirs in sorted(books.items()):
        last = take_numbers(entity_id=entity, journal=SERIES, year=month.year, count=len(theirs))
        for number, slip in enumerate(theirs, last - len(theirs) + 1):
            slip.number = f"FP-{codes[entity]}-{month.year}-{number:06}"
            slip.content["number"] = slip.number


def _place(slips: Mapping[Pair, Payslip], wanted: Mapping[Pair, SlipParts]) -> None:
    """Write down what stands on which payslip, so that it stands on no other."""
    parts: list[tuple[UUID, UUID | None, UUID | None]] = []
    extras: list[PayslipExtra] = []
    for pair, slip in slips.items():
        parts += [(slip.pk, item.pk, None) for item in wanted[pair].items]
        parts += [(slip.pk, None, block.pk) for block in wanted[pair].holidays]
        extras += [
            PayslipExtra(payslip=slip, source_type=extra.source_type, source_id=extra.source_id)
            for extra in wanted[pair].extras
        ]
    insert_values(PayslipPart, ("payslip_id", "item_id", "holiday_id"), parts)
    insert_rows(extras)


def _sum(totals: Mapping[str, Any], *names: str) -> Decimal:
    return sum((Decimal(totals[name]) for name in names), ZERO)
