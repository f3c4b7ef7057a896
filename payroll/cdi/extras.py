"""Allowances of staff as the root of payroll reads them: on payslips, in returns, in the books' checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from core.links import link
from core.registry import Break
from payroll.cdi.allowances import LABELS
from payroll.cdi.enums import StaffAllowance
from payroll.cdi.models import Allowance, HolidayDraw
from payroll.cdi.services.allowances import SOURCE
from payroll.cdi.services.holidays import DRAW
from payroll.engine.holiday import HolidayHeld
from payroll.engine.types import WorkerType
from payroll.extras import Extra, ExtraLine, ExtraPay

REMUNERATION = {
    StaffAllowance.YEAR_END: "2",
    StaffAllowance.ANNUAL_PREMIUM: "2",
    StaffAllowance.DOUBLE_HOLIDAY: "",
}
"""Code of the quarterly declaration (annex 7): premiums are code 2, the yearly double holiday pay stands in
none of its occupations.
"""


def allowances(people: Collection[UUID] | None, first: date, last: date) -> Iterable[Extra]:
    """Allowances of these people (None: of everybody) of months between two."""
    rows = Allowance.objects.filter(month__gte=first, month__lte=last).prefetch_related("lines")
    if people is not None:
        rows = rows.filter(person_id__in=list(people))
    return [_extra(row) for row in rows.order_by("month", "pk")]


def nets() -> Iterable[tuple[UUID, Decimal]]:
    """What allowances credited to account 455, by entity."""
    rows = Allowance.objects.order_by().values_list("entity_id").annotate(total=Sum("net"))
    return [(entity, total) for entity, total in rows]


def draws(people: Collection[UUID]) -> dict[tuple[UUID, UUID], HolidayHeld]:
    """What left account 4560 for double holiday pay and holiday taken, by (person, entity)."""
    rows = (
        HolidayDraw.objects.filter(person_id__in=list(people))
        .order_by()
        .values("person_id", "entity_id")
        .annotate(Sum("simple"), Sum("double"), Sum("supplement"), Sum("employer_onss"))
    )
    return {
        (row["person_id"], row["entity_id"]): HolidayHeld(
            row["simple__sum"], row["double__sum"], row["supplement__sum"], row["employer_onss__sum"]
        )
        for row in rows
    }


PART = ExtraPay(SOURCE, allowances, nets)

_OWED = """
WITH owed AS (
    SELECT entity_id, part.key AS account, sum(part.value::numeric) AS amount
    FROM cdi_allowance, jsonb_each_text(owed) AS part GROUP BY 1, 2
    UNION ALL
    SELECT entity_id, '4560', -sum(simple + "double" + supplement + employer_onss)
    FROM cdi_holidaydraw GROUP BY 1
), booked AS (
    SELECT entry.entity_id, line.account, sum(line.credit - line.debit) AS amount
    FROM ledger_journalline AS line
    JOIN ledger_journalentry AS entry ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id
    WHERE entry.source_type IN (%s, %s) AND line.account LIKE '45%%' GROUP BY 1, 2
)
SELECT account, coalesce(owed.amount, 0), coalesce(booked.amount, 0)
FROM owed FULL JOIN booked USING (entity_id, account)
WHERE coalesce(owed.amount, 0) <> coalesce(booked.amount, 0)
"""


def allowances_equal_books() -> Iterator[Break]:
    """What allowances and draws of holiday money say is what they posted."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [SOURCE, DRAW])
        rows = cursor.fetchall()
    for account, owed, booked in rows:
        yield Break("allowances_differ", account, f"allowances {owed}, posted by them {booked}")


def _extra(row: Allowance) -> Extra:
    kind = StaffAllowance(row.kind)
    return Extra(
        source_type=SOURCE,
        source_id=row.pk,
        person_id=row.person_id,
        entity_id=row.entity_id,
        month=row.month,
        label=f"{LABELS[kind]} {row.year}",
        worker_code=WorkerType.EMPLOYEE.worker_code,
        remuneration_code=REMUNERATION[kind],
        paid_on=row.paid_on,
        gross=row.gross,
        onss=row.onss,
        taxable=row.taxable,
        withholding_tax=row.withholding_tax,
        net=row.net,
        employer_onss=row.employer_onss,
        owed={account: Decimal(amount) for account, amount in row.owed.items()},
        lines=tuple(
            ExtraLine(
                kind=line.kind,
                code=line.code,
                label=line.label,
                base=line.base,
                rate=line.rate,
                amount=line.amount,
                source=line.source,
                valid_from=line.valid_from,
                status=line.status,
                account=line.account,
            )
            for line in row.lines.all()
        ),
    )


def allowance_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Movements of an allowance lead to it."""
    found = Allowance.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)
    return {pk: link("cdi:allowance", pk=pk) for pk in found}
