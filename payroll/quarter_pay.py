"""The settled special contribution of a quarter, as payslips, returns and the checks of the books read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from payroll.engine.month import NET_WAGES_ACCOUNT, ONSS_ACCOUNT
from payroll.extras import Extra, ExtraLine, ExtraPay
from payroll.models import QuarterContribution
from payroll.services.quarters import LABEL, QUARTER

WORKER_CODE = "495"
"""Students owe none; the contribution is one of the worker, whatever the other code."""


def _find(people: Collection[UUID] | None, first: date, last: date) -> Iterator[Extra]:
    rows = QuarterContribution.objects.filter(month__gte=first, month__lte=last)
    if people is not None:
        rows = rows.filter(person_id__in=people)
    for row in rows.order_by("pk"):
        yield Extra(
            source_type=QUARTER,
            source_id=row.pk,
            person_id=row.person_id,
            entity_id=row.entity_id,
            month=row.month,
            label=LABEL,
            worker_code=WORKER_CODE,
            remuneration_code="",
            paid_on=row.paid_on,
            gross=ZERO,
            onss=ZERO,
            taxable=ZERO,
            withholding_tax=ZERO,
            net=-row.amount,
            employer_onss=ZERO,
            owed={ONSS_ACCOUNT: row.amount, NET_WAGES_ACCOUNT: -row.amount},
            lines=tuple(_line(line) for line in row.lines),
        )


def _line(kept: dict[str, str | None]) -> ExtraLine:
    """A line of the engine as it was kept."""

    def number(name: str) -> Decimal | None:
        text = kept[name]
        return None if text is None else Decimal(text)

    start = kept["valid_from"]
    return ExtraLine(
        kind=str(kept["kind"]),
        code=str(kept["code"]),
        label=str(kept["label"]),
        base=number("base"),
        rate=number("rate"),
        amount=number("amount") or ZERO,
        source=str(kept["source"]),
        valid_from=date.fromisoformat(start) if start else None,
        status=kept["status"] or "",
    )


def _nets() -> Iterable[tuple[UUID, Decimal]]:
    rows = QuarterContribution.objects.order_by().values_list("entity_id").annotate(total=Sum("amount"))
    return [(entity, -total) for entity, total in rows]


QUARTERS = ExtraPay(QUARTER, _find, _nets)
