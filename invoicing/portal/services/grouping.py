"""Grouped invoices: one document a month for the many invoices of a client that wants that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.documents import request_documents
from core.identifiers import make_structured_communication
from core.links import whole_link
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing.content import Content, digest_of, parts_of
from invoicing.enums import DocumentKind, MessageKind
from invoicing.models import Client, Invoice, IssuedDocument
from invoicing.parties import buyer_of, seller_of
from invoicing.portal import selectors
from invoicing.portal.errors import GroupingMonthInvalid
from invoicing.portal.models import GroupedInvoice, GroupedItem, MonthlyGrouping
from invoicing.portal.wording import wording
from invoicing.selectors import client_for_update
from invoicing.services.issuing import communication_base
from invoicing.services.messages import write_message, written_amount, written_day
from ledger.models import LegalEntity
from ledger.services import take_number

SERIES = "GRP"
"""Number series: one per entity and year."""
APART = 50 * 10**6
"""Added to the digits of invoices: the communications of groups are nobody else's (places 51 to 99)."""


@transaction.atomic
def set_grouping(*, client_id: UUID, since: date | None, on: date, actor: Actor) -> MonthlyGrouping:
    """Gather the client's invoices in one document a month from the month of `since` on; None: no more.

    What was gathered stays. Locks the client. Raises `ClientNotFound`, `GroupingMonthInvalid` (a month that
    is over).
    """
    client = client_for_update(client_id)
    first = since.replace(day=1) if since else None
    if first and first < on.replace(day=1):
        raise GroupingMonthInvalid
    grouping, _ = MonthlyGrouping.objects.get_or_create(client=client)
    if grouping.since == first or (first and grouping.since and grouping.since <= first):
        return grouping
    grouping.since = first
    grouping.save(update_fields=["since"])
    audit.record(actor, "client.grouping_set", client, since=first.isoformat() if first else "")
    return grouping


def group_months(*, on: date, actor: Actor) -> int:
    """Make what is due of every client: each month that is over, once. Safe at any frequency; how many were
    made.
    """
    return sum(
        len(group_month(client_id=client_id, on=on, actor=actor))
        for client_id in selectors.groupings_since(on.replace(day=1))
    )


@transaction.atomic
def group_month(*, client_id: UUID, on: date, actor: Actor) -> list[GroupedInvoice]:
    """Gather the invoices of a client of the months that are over, one document per entity and month.

    Locks the client's agreement: one at a time, and whoever comes second finds nothing to do. An invoice
    that would belong to a month already gathered stays on its own.
    """
    grouping = selectors.grouping_for_update(client_id)
    if grouping is None or grouping.since is None:
        return []
    client = Client.objects.select_related("party").get(pk=client_id)
    keys = selectors.with_merged([client])
    months: dict[tuple[UUID, date], list[Invoice]] = {}
    for invoice in selectors.ungrouped(keys, grouping.since, on.replace(day=1)):
        month = (invoice.issued_on or on).replace(day=1)
        months.setdefault((invoice.entity_id, month), []).append(invoice)
    done = set(GroupedInvoice.objects.filter(client=client).values_list("entity_id", "month"))
    made = []
    for entity_id, month in sorted(months.keys() - done, key=lambda pair: (str(pair[0]), pair[1])):
        made.append(_make(client, month, months[entity_id, month], on, actor))
    return made


def merge_groupings(merged: Client, survivor: Client) -> None:
    """Two clients are one: the survivor's agreement stands, else it takes over the other one's."""
    mine = MonthlyGrouping.objects.filter(client=merged)
    if MonthlyGrouping.objects.filter(client=survivor).exists():
        mine.delete()
    else:
        mine.update(client=survivor)


def _make(client: Client, month: date, invoices: Sequence[Invoice], on: date, actor: Actor) -> GroupedInvoice:
    entity = invoices[0].entity
    content = _content(client, entity, month, invoices, on)
    sequence = take_number(entity_id=entity.pk, journal=SERIES, year=on.year)
    content["number"] = f"{entity.code}-GR-{on.year}-{sequence:06}"
    digits = communication_base(entity, on.year) + APART + sequence
    content["communication"] = make_structured_communication(digits)
    group = GroupedInvoice.objects.create(
        client=client,
        entity=entity,
        month=month,
        year=on.year,
        sequence=sequence,
        number=content["number"],
        communication=content["communication"],
        issued_on=on,
        due_on=date.fromisoformat(content["due_on"]),
        total=Decimal(content["total"]),
        open_amount=Decimal(content["open"]),
        content=content,
        digest=digest_of(content),
    )
    GroupedItem.objects.bulk_create(
        [GroupedItem(grouped=group, invoice=row, position=place) for place, row in enumerate(invoices, 1)]
    )
    request_documents("grouped_pdf", [group.pk])
    _write(client, group, on)
    audit.record(actor, "client.invoices_grouped", client, number=group.number, invoices=len(invoices))
    publish("portal.grouped", group, client=str(client.pk), number=group.number)
    return group


def _content(
    client: Client, entity: LegalEntity, month: date, invoices: Sequence[Invoice], on: date
) -> Content:
    """Everything that the document shows, but its number and communication."""
    documents = {
        row.invoice_id: row
        for row in IssuedDocument.objects.filter(
            Q(kind=DocumentKind.INVOICE), invoice__in=[invoice.pk for invoice in invoices]
        )
    }
    rates: dict[tuple[str, str], list[Decimal]] = {}
    rows = []
    for invoice in invoices:
        for part in parts_of(documents[invoice.pk].content):
            sums = rates.setdefault((part.category, str(part.rate.normalize())), [ZERO, ZERO])
            sums[0] += part.base
            sums[1] += part.tax
        rows.append(
            {
                "id": str(invoice.pk), "number": invoice.number, "activity": invoice.activity.name,
                "issued_on": _text(invoice.issued_on), "due_on": _text(invoice.due_on),
                "net": str(invoice.net), "vat": str(invoice.vat), "total": str(invoice.total),
                "open": str(max(invoice.open_amount, ZERO)),
                **_early(documents[invoice.pk].content, on),
            }
        )  # fmt: skip
    return {
        "language": client.language,
        "seller": seller_of(entity),
        "buyer": buyer_of(client),
        "month": month.isoformat(),
        "issued_on": on.isoformat(),
        "due_on": _text(max(invoice.due_on or on for invoice in invoices)),
        "invoices": rows,
        "vat": [
            {"category": category, "rate": rate, "base": str(base), "tax": str(tax)}
            for (category, rate), (base, tax) in sorted(rates.items())
        ],
        "net": str(_sum(invoice.net for invoice in invoices)),
        "vat_total": str(_sum(invoice.vat for invoice in invoices)),
        "total": str(_sum(invoice.total for invoice in invoices)),
        "open": str(_sum(max(invoice.open_amount, ZERO) for invoice in invoices)),
        "number": "",
        "communication": "",
    }


def _early(document: Content, on: date) -> Content:
    """What the client may still keep of an invoice by paying it early, as that invoice says it."""
    early = document.get("early_payment")
    return {"early_payment": early} if early and early["until"] >= on.isoformat() else {}


def _write(client: Client, group: GroupedInvoice, on: date) -> None:
    """The letter that goes with it, in the client's language."""
    words = wording(client.language)
    values = {
        "number": group.number,
        "count": len(group.content["invoices"]),
        "open": written_amount(group.open_amount, client.language),
        "due_on": written_day(group.due_on, client.language),
        "seller": group.entity.name,
        "link": whole_link("portal:home"),
    }
    write_message(
        client=client,
        kind=MessageKind.INVOICE,
        subject=words["group_subject"] % values,
        body=words["group_body"] % values,
        on=on,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
