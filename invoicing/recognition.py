"""What statement lines say of our invoices: read for a whole statement in a few queries, index-backed.

The order is that of Belgian practice: structured communication, creditor reference, number in the free text,
then the accounts and amounts that are known from before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from core.tenancy import current_tenant_id
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.models import Client, Invoice
from invoicing.selectors import current_parties
from ledger.models import LegalEntity
from ledger.treasury.enums import MatchedBy
from ledger.treasury.references import communications_in, creditor_references_in
from members.types import search_key

if TYPE_CHECKING:
    from ledger.treasury.models import BankTransaction

_NUMBER = re.compile(
    r"\b([A-Z]{2})[\s/.-]*(20\d{2})[\s/.-]*(\d{6})\b|\b([A-Z]{2})[\s/.-]+(20\d{2})[\s/.-]+(\d{1,5})\b",
    re.IGNORECASE,
)
MOST_OPEN = 100
"""Open invoices of one client that are looked at: who has more is not recognised by amounts."""
MOST_PER_AMOUNT = 6


@dataclass(slots=True)
class Named:
    """The invoices that a line names, in the order in which it names them, and how."""

    matched_by: MatchedBy
    invoices: list[Invoice] = field(default_factory=list)


def numbers_in(*texts: str) -> list[str]:
    """Every invoice number in the texts, as we write it: `PA-2026-000123` for `pa 2026/123`."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _NUMBER.finditer(text):
            code, year, sequence = [part for part in match.groups() if part]
            found[f"{code.upper()}-{year}-{int(sequence):06}"] = None
    return list(found)


def named_invoices(lines: Sequence[BankTransaction]) -> dict[UUID, Named]:
    """The invoices of the account's entity that each line names, in two queries for all of them."""
    keys: dict[UUID, tuple[list[str], list[str], list[str]]] = {}
    for line in lines:
        texts = (line.structured_reference, line.communication, line.end_to_end_id)
        bodies = [reference[4:] for reference in creditor_references_in(*texts)]
        plain = [found for found in communications_in(*texts) if found not in bodies]
        keys[line.pk] = (plain, bodies, numbers_in(line.communication))
    communications = {c for plain, bodies, _ in keys.values() for c in (*plain, *bodies) if len(c) == 12}
    numbers = {n for _, bodies, written in keys.values() for n in (*numbers_in(*bodies), *written)}
    # Neither entity nor state narrow it: the planner would rather read their indexes. The exclusion is what
    # the partial index says of itself.
    rows = Invoice.objects.select_related("client")
    by_communication = (
        {
            row.communication: row
            for row in rows.exclude(communication="").filter(communication__in=communications)
        }
        if communications
        else {}
    )
    by_number = {row.number: row for row in rows.filter(number__in=numbers)} if numbers else {}
    found: dict[UUID, Named] = {}
    for line in lines:
        plain, bodies, written = keys[line.pk]
        ways = (
            (MatchedBy.COMMUNICATION, [by_communication.get(key) for key in plain]),
            (
                MatchedBy.REFERENCE,
                [by_communication.get(key) or _first(by_number, numbers_in(key)) for key in bodies],
            ),
            (MatchedBy.NUMBER, [by_number.get(key) for key in written]),
        )
        named: Named | None = None
        for way, candidates in ways:
            for invoice in candidates:
                if invoice is None or invoice.entity_id != line.statement.account.entity_id:
                    continue
                named = named or Named(way)
                if invoice not in named.invoices:
                    named.invoices.append(invoice)
        if named is not None:
            found[line.pk] = named
    return found


def _first(rows: Mapping[str, Invoice], keys: Sequence[str]) -> Invoice | None:
    return next((rows[key] for key in keys if key in rows), None)


def clients_by_account(lines: Iterable[BankTransaction]) -> dict[str, set[UUID]]:
    """Parties that were paid for by these accounts before, by the account; whoever has been identified as
    several is several.
    """
    ibans = sorted({line.counterparty_iban for line in lines if line.counterparty_iban})
    if not ibans:
        return {}
    with connection.cursor() as cursor:
        # The newest lines of each account only: a big payer has thousands.
        cursor.execute(
            """
            SELECT given.iban, past.party_id
            FROM unnest(%s::text[]) AS given (iban)
            CROSS JOIN LATERAL (
                SELECT party_id FROM treasury_banktransaction AS line
                WHERE line.tenant_id = %s AND line.counterparty_iban = given.iban
                  AND line.account_code = '400' AND line.state <> 'unidentified' AND line.party_id IS NOT NULL
                LIMIT 30
            ) AS past
            GROUP BY 1, 2
            """,
            [ibans, current_tenant_id()],
        )
        found: dict[str, set[UUID]] = defaultdict(set)
        known = cursor.fetchall()
    merged = current_parties({party for _, party in known})
    for iban, party in known:
        found[iban].add(merged.get(party, party))
    return dict(found)


def open_invoices_of(parties: Iterable[UUID], entities: Iterable[UUID]) -> dict[UUID, list[Invoice]]:
    """Open invoices of these parties on these entities, the earliest due first; by party. Whoever has more
    than `MOST_OPEN` is left out.
    """
    clients = list(Client.objects.filter(party_id__in=set(parties)).values_list("pk", "party_id"))
    return {
        party: rows
        for party, rows in _open_of_clients(dict(clients), set(entities)).items()
        if len(rows) <= MOST_OPEN
    }


def _open_of_clients(clients: Mapping[UUID, UUID], entities: set[UUID]) -> dict[UUID, list[Invoice]]:
    if not clients:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT open.id FROM unnest(%s::uuid[]) AS given (client)
            CROSS JOIN LATERAL (
                SELECT id FROM invoicing_invoice AS invoice
                WHERE invoice.tenant_id = %s AND invoice.client_id = given.client
                  AND invoice.state IN ('issued', 'partly_paid') AND invoice.entity_id = ANY(%s::uuid[])
                ORDER BY due_on LIMIT %s
            ) AS open
            """,
            [list(clients), current_tenant_id(), list(entities), MOST_OPEN + 1],
        )
        keys = [row[0] for row in cursor.fetchall()]
    found: dict[UUID, list[Invoice]] = defaultdict(list)
    rows = Invoice.objects.filter(pk__in=keys, state__in=OPEN_STATES).select_related("client")
    for row in rows.order_by("due_on", "pk"):
        found[clients[row.client_id]].append(row)
    return dict(found)


def unpaid_at(
    amounts: Iterable[Decimal], entities: Iterable[UUID]
) -> dict[tuple[UUID, Decimal], list[Invoice]]:
    """Open invoices on which nothing was paid or credited yet, of exactly these totals, by entity and amount;
    a few of each, the earliest due first.
    """
    cents = sorted({int(amount * 100) for amount in amounts})
    if not cents:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT open.id FROM unnest(%s::bigint[]) AS given (cents)
            CROSS JOIN unnest(%s::uuid[]) AS house (entity)
            CROSS JOIN LATERAL (
                SELECT id FROM invoicing_invoice AS invoice
                WHERE invoice.tenant_id = %s AND invoice.entity_id = house.entity
                  AND invoice.total_cents = given.cents AND invoice.state IN ('issued', 'partly_paid')
                ORDER BY due_on LIMIT %s
            ) AS open
            """,
            [cents, sorted(set(entities)), current_tenant_id(), MOST_PER_AMOUNT],
        )
        keys = [row[0] for row in cursor.fetchall()]
    found: dict[tuple[UUID, Decimal], list[Invoice]] = defaultdict(list)
    rows = Invoice.objects.filter(pk__in=keys, state=InvoiceState.ISSUED).select_related("client")
    for row in rows.order_by("due_on", "pk"):
        if row.open_amount == row.total:
            found[row.entity_id, row.total].append(row)
    return dict(found)


def named_by_hand(entity: LegalEntity, text: str) -> list[Invoice]:
    """The invoices of an entity that a person means: by number (also `2026/123`), by communication."""
    rows = Invoice.objects.filter(entity=entity).select_related("client")
    keys = communications_in(text) + [reference[4:] for reference in creditor_references_in(text)]
    numbers = numbers_in(text)
    for year, sequence in _SHORT.findall(text):
        numbers.append(f"{entity.code}-{year}-{int(sequence):06}")
    found = list(rows.filter(communication__in=keys)) if keys else []
    return found + (list(rows.filter(number__in=numbers)) if numbers else [])


_SHORT = re.compile(r"\b(20\d{2})[\s/.-]+(\d{1,6})\b")
MOST_CLIENTS = 8


def clients_called(text: str) -> list[UUID]:
    """Parties of the clients whose name begins with a text, a few."""
    key = search_key(text)
    if len(key) < 2:
        return []
    rows = Client.objects.filter(search_key__gte=key, search_key__lt=key + "\U0010ffff")
    return list(rows.order_by("search_key").values_list("party_id", flat=True)[:MOST_CLIENTS])
