"""A client's account over a time, read from the books: opening, movements, closing, open items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Sum

from core.money import ZERO
from invoicing.collection.models import Charge
from invoicing.collection.selectors import debts_of
from invoicing.collection.services.charges import CHARGE
from invoicing.collection.services.write_downs import WRITE_DOWN
from invoicing.content import Content
from invoicing.enums import InvoiceState
from invoicing.models import Client, Invoice, IssuedDocument
from invoicing.portal.errors import PeriodInvalid
from invoicing.services.early_payment import EARLY_PAYMENT
from invoicing.services.issuing import INVOICE
from ledger.enums import Journal
from ledger.models import JournalLine, LegalEntity

MOST_YEARS = 10
RECEIVABLE = "400"


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry on the client's account, in euro: `debit` raises what is owed, `credit` lowers it; `balance`
    after it. `kind` is a word of the wording (`m_invoice`…), `text` the number of a document or nothing.
    """

    on: date
    kind: str
    text: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something not settled on the last day: an invoice, or (`charge`) what was claimed on it. Negative: the
    client's credit."""

    number: str
    issued_on: date
    due_on: date
    total: Decimal
    open_amount: Decimal
    charge: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The client's account with one entity: `opening` + movements = `closing`, in euro."""

    code: str
    name: str
    iban: str
    opening: Decimal
    movements: tuple[Movement, ...]
    closing: Decimal
    items: tuple[OpenItem, ...]


def check_period(since: date, until: date) -> None:
    """Raises `PeriodInvalid`."""
    if since > until or until.year - since.year > MOST_YEARS:
        raise PeriodInvalid


def accounts_of(client: Client, since: date, until: date) -> list[Account]:
    """The account of a client with each entity where anything ever moved, in the order of their codes.

    What the house does with its own risk (doubtful, given up) moves nothing for the client: it owes what it
    owed. Raises `PeriodInvalid`.
    """
    check_period(since, until)
    family = list(Client.objects.filter(Q(pk=client.pk) | Q(merged_into=client)))
    lines = JournalLine.objects.filter(
        party_id__in=[one.party_id for one in family], account=RECEIVABLE, entry__date__lte=until
    ).exclude(entry__source_type=WRITE_DOWN)
    moved = lines.values("entry__entity_id").annotate(
        opening=Sum(F("debit") - F("credit"), filter=Q(entry__date__lt=since), default=ZERO)
    )
    openings = {row["entry__entity_id"]: row["opening"] for row in moved}
    rows = list(
        lines.filter(entry__date__gte=since)
        .values(
            "entry_id",
            *(
                f"entry__{name}"
                for name in ("entity_id", "date", "journal", "source_type", "source_id", "kind")
            ),
        )
        .annotate(amount=Sum(F("debit") - F("credit")))
        .order_by("entry__date", "entry_id")
    )
    texts = _texts(rows)
    items = _open_items([one.pk for one in family], until)
    return [
        _account(
            entity,
            openings[entity.pk],
            [row for row in rows if row["entry__entity_id"] == entity.pk and row["amount"]],
            texts,
            items.get(entity.pk, []),
        )
        for entity in LegalEntity.objects.filter(pk__in=openings).order_by("code")
    ]


def content_of(client: Client, since: date, until: date, accounts: Iterable[Account]) -> Content:
    """The same as plain JSON, to be printed."""
    return {
        "language": client.language,
        "client": {
            "name": client.name, "street": client.street, "postal_code": client.postal_code,
            "city": client.city, "country": client.country, "vat_number": client.vat_number,
        },
        "since": since.isoformat(),
        "until": until.isoformat(),
        "accounts": [_plain(asdict(account)) for account in accounts],
    }  # fmt: skip


def _account(
    entity: LegalEntity,
    opening: Decimal,
    rows: Iterable[Mapping[str, Any]],
    texts: Mapping[tuple[str, UUID, str], str],
    items: list[OpenItem],
) -> Account:
    balance, movements = opening, []
    for row in rows:
        amount = row["amount"]
        balance += amount
        movements.append(
            Movement(
                on=row["entry__date"],
                kind=_kind(row),
                text=texts.get((row["entry__source_type"], row["entry__source_id"], row["entry__kind"]), ""),
                debit=max(amount, ZERO),
                credit=max(-amount, ZERO),
                balance=balance,
            )
        )
    return Account(entity.code, entity.name, entity.iban, opening, tuple(movements), balance, tuple(items))


def _kind(row: Mapping[str, Any]) -> str:
    """The word for an entry."""
    source, owed = row["entry__source_type"], row["amount"] > 0
    if source == INVOICE:
        return "m_invoice" if row["entry__kind"] == "issue" else "m_credit"
    if source == CHARGE:
        return "m_charge" if owed else "m_charge_back"
    if source == EARLY_PAYMENT:
        return "m_early"
    if row["entry__journal"] == Journal.BANK:
        return "m_returned" if owed else "m_payment"
    return "m_other"


def _texts(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, UUID, str], str]:
    """The number of the document of each entry that has one."""
    keys = [(row["entry__source_type"], row["entry__source_id"], row["entry__kind"]) for row in rows]
    invoices = dict(
        Invoice.objects.filter(pk__in=[pk for source, pk, _ in keys if source == INVOICE]).values_list(
            "pk", "number"
        )
    )
    notes = {
        key: UUID(hex=key[2].partition(":")[2])
        for key in keys
        if key[0] == INVOICE and key[2].startswith("credit:") and len(key[2]) == len("credit:") + 32
    }
    numbers = dict(IssuedDocument.objects.filter(pk__in=notes.values()).values_list("pk", "number"))
    claimed = [pk for source, pk, _ in keys if source == CHARGE]
    charges = dict(Charge.objects.filter(pk__in=claimed).values_list("pk", "invoice__number"))
    found: dict[tuple[str, UUID, str], str] = {}
    for key in keys:
        if key in notes:
            found[key] = numbers.get(notes[key], "")
        elif key[0] == INVOICE:
            found[key] = invoices.get(key[1], "")
        elif key[0] == CHARGE:
            found[key] = charges.get(key[1], "")
    return found


def _open_items(clients: Iterable[UUID], until: date) -> dict[UUID, list[OpenItem]]:
    """What was not settled at the end of a day, per entity, the earliest due first."""
    invoices = list(
        Invoice.objects.filter(client__in=list(clients), issued_on__lte=until)
        .exclude(state=InvoiceState.DRAFT)
        .select_related("client", "entity")
        .order_by("due_on", "pk")
    )
    debts = debts_of(invoices, until)
    charges: dict[UUID, list[Charge]] = {}
    for charge in Charge.objects.filter(invoice__in=invoices, claimed_on__lte=until).order_by("pk"):
        charges.setdefault(charge.invoice_id, []).append(charge)
    found: dict[UUID, list[OpenItem]] = {}
    for invoice in invoices:
        mine = found.setdefault(invoice.entity_id, [])
        days = (invoice.issued_on or until, invoice.due_on or until)
        left = sum((amount for day, amount in debts[invoice.pk].movements if day <= until), ZERO)
        if left:
            mine.append(OpenItem(invoice.number, *days, invoice.total, left))
        for charge in charges.get(invoice.pk, ()):
            owed = charge.open_amount
            if owed:
                mine.append(
                    OpenItem(invoice.number, charge.claimed_on, charge.claimed_on, charge.amount, owed, True)
                )
    return found


def _plain(value: Any) -> Any:
    """Days and amounts as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
