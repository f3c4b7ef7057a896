"""What payments and figures look for: open invoices, turnover, what is late."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import TruncMonth

from core.identifiers import InvalidIdentifier, normalise_structured_communication
from core.money import ZERO
from invoicing.enums import OPEN_STATES, DocumentKind
from invoicing.models import (
    Invoice,
    IssuedDocument,
)
from invoicing.selectors.invoices import OPEN_AMOUNT, open_invoices

_COMMUNICATION = re.compile(r"(?<!\d)(\d{3})\s*/\s*(\d{4})\s*/\s*(\d{5})(?!\d)|(?<!\d)(\d{12})(?!\d)")
_NUMBER = re.compile(r"\b([A-Z]{2})[\s/.-]*(\d{4})[\s/.-]*(\d{6})\b", re.IGNORECASE)


def invoice_by_communication(entity_id: UUID, *texts: str) -> Invoice | None:
    """The entity's invoice whose structured communication stands in one of the texts,
    however it is written.
    """
    found: list[str] = []
    for text in texts:
        for match in _COMMUNICATION.finditer(text):
            try:
                found.append(normalise_structured_communication("".join(filter(None, match.groups()))))
            except InvalidIdentifier:
                continue
    if not found:
        return None
    return (
        Invoice.objects.filter(entity_id=entity_id, communication__in=found).select_related("client").first()
    )


def invoice_by_number(entity_id: UUID, text: str) -> Invoice | None:
    """The entity's invoice whose number stands in the text (`PA-2026-000123`, `pa 2026/000123`); None when
    several.
    """
    numbers = {f"{m[0].upper()}-{m[1]}-{m[2]}" for m in _NUMBER.findall(text)}
    rows = (
        Invoice.objects.filter(entity_id=entity_id, number__in=numbers) if numbers else Invoice.objects.none()
    )
    named = list(rows.select_related("client")[:2])
    return named[0] if len(named) == 1 else None


def invoices_open_at(entity_id: UUID, amount: Decimal) -> list[Invoice]:
    """Open invoices of an entity on which exactly that amount is left, the earliest due first."""
    rows = open_invoices().filter(entity_id=entity_id, total=amount + F("credited") + F("paid"))
    return list(rows[:5])


def turnover_by_month(activity_ids: Iterable[UUID], since: date) -> dict[UUID, dict[date, Decimal]]:
    """Net turnover (invoices less credit notes, euro without VAT) per Activity and month, in one query."""
    rows = (
        IssuedDocument.objects.filter(invoice__activity_id__in=list(activity_ids), issued_on__gte=since)
        .annotate(month=TruncMonth("issued_on"))
        .values("invoice__activity_id", "month")
        .annotate(
            invoiced=Sum("net", filter=Q(kind=DocumentKind.INVOICE), default=ZERO),
            given_back=Sum("net", filter=Q(kind=DocumentKind.CREDIT_NOTE), default=ZERO),
        )
    )
    found: dict[UUID, dict[date, Decimal]] = {}
    for row in rows:
        found.setdefault(row["invoice__activity_id"], {})[row["month"]] = row["invoiced"] - row["given_back"]
    return found


def late_by_activity(activity_ids: Iterable[UUID], on: date) -> dict[UUID, tuple[int, Decimal, date]]:
    """Late invoices per Activity: how many, how much is open, the latest due date; in one query."""
    rows = (
        Invoice.objects.filter(activity_id__in=list(activity_ids), state__in=OPEN_STATES, due_on__lt=on)
        .values("activity_id")
        .annotate(count=Count("pk"), amount=Sum(OPEN_AMOUNT), latest=Max("due_on"))
    )
    return {row["activity_id"]: (row["count"], row["amount"], row["latest"]) for row in rows}
