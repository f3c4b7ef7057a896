"""Clients and invoices, as the search finds them: by name, number, structured communication, amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activities.selectors import READERS
from core.kit.formats import money
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import amount_word, words_of
from invoicing.enums import InvoiceState
from invoicing.models import Client, ClientActivity, ClientContact, Invoice, IssuedDocument
from invoicing.selectors import visible_clients, visible_invoices


def index_clients(keys: Collection[UUID]) -> Iterator[Indexed]:
    """A client is found by whoever works with it, also by the people at it."""
    circles = defaultdict(set)
    for client, activity in ClientActivity.objects.filter(client__in=keys).values_list("client", "activity"):
        circles[client].add(activity)
    people: defaultdict[UUID, list[str]] = defaultdict(list)
    contacts = ClientContact.objects.filter(client__in=keys)
    for client, *texts in contacts.values_list("client", "name", "email"):
        people[client] += texts
    for row in Client.objects.filter(pk__in=keys, merged_into=None):
        words = words_of(
            *(row.name, row.vat_number, row.enterprise_number, row.email, row.reference, row.peppol_id),
            *people[row.pk],
        )
        yield Indexed(row.pk, frozenset(words), frozenset(circles[row.pk]))


def client_keys() -> Iterator[UUID]:
    """Every client."""
    return iter(Client.objects.order_by("pk").values_list("pk", flat=True))


def show_clients(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for client in visible_clients(person, roles).filter(pk__in=wanted):
        text = " · ".join(filter(None, (client.city, client.vat_number)))
        yield Hit(client.pk, client.name, text, link("invoicing:client", pk=client.pk))


def index_invoices(keys: Collection[UUID]) -> Iterator[Indexed]:
    """By number, also that of its credit notes, by communication, client, reference, and amounts."""
    notes = defaultdict(list)
    for document in IssuedDocument.objects.filter(invoice__in=keys).values_list("invoice", "number", "total"):
        notes[document[0]].append(document[1:])
    for row in Invoice.objects.filter(pk__in=keys).select_related("client"):
        words = words_of(row.number, row.communication, row.client.name, row.buyer_reference)
        words.update(amount_word(amount) for amount in (row.net, row.total) if amount)
        for number, total in notes[row.pk]:
            words |= words_of(number) | {amount_word(total)}
        yield Indexed(row.pk, frozenset(words), frozenset({row.activity_id}))


def invoice_keys() -> Iterator[UUID]:
    """Every invoice and draft."""
    return iter(Invoice.objects.order_by("pk").values_list("pk", flat=True))


def show_invoices(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for row in visible_invoices(person, roles).filter(pk__in=wanted):
        title = row.number or str(InvoiceState(row.state).label)
        text = f"{row.client.name} · {money(row.total)} · {InvoiceState(row.state).label}"
        yield Hit(row.pk, title, text, link("invoicing:invoice", pk=row.pk))


SOURCES = (
    SearchSource(
        "client", _("Clients"), "invoicing.client", READERS, index_clients, client_keys, show_clients,
        order=30,
    ),
    SearchSource(
        "invoice", _("Invoices"), "invoicing.invoice", READERS, index_invoices, invoice_keys, show_invoices,
        order=40,
    ),
)  # fmt: skip
