"""Two clients that are one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from core import audit
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing import selectors
from invoicing.errors import ClientMerged, ClientsNotMergeable
from invoicing.merging import move_followers
from invoicing.models import Client, ClientActivity, ClientDistinction, Invoice
from invoicing.services.clients import CHANGED
from ledger.enums import Journal
from ledger.models import JournalLine, LegalEntity
from ledger.services import post_entries
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from ledger.types import Entry, Line, cr, dr, without_zeros

CLIENT = "invoicing.client"
"""Source type of the entries that a merge posts."""

MERGED = "client.merged"
"""News: payload `survivor`."""

RECEIVABLE = ("400", "407", "409")
"""Accounts on which a client's open items stand."""

_ON_ITS_WAY = (PayoutState.OPEN, PayoutState.HELD, PayoutState.BATCHED, PayoutState.RELEASED)
_TAKEN_OVER = (
    "vat_number", "enterprise_number", "email", "phone", "peppol_id", "reference", "payment_term_days",
    "person",
)  # fmt: skip
"""What the survivor takes from the other where it has nothing itself."""


@transaction.atomic
def merge_clients(*, merged_id: UUID, survivor_id: UUID, on: date, actor: Actor) -> Client:
    """Two clients are one: the first becomes part of the second.

    Becomes true: Activities, drafts, open invoices, contacts, letters and what rooms keep are the survivor's;
    documents as issued stay as they are; what was open with the merged party is open with the survivor's, by
    one entry per entity (`Dr 400 survivor / Cr 400 merged`); numbers and addresses that the survivor lacks
    are taken over; whoever asks for the merged client is given the survivor.

    Locks: both clients in order of their keys, the merged one's invoices in order of theirs: whoever issues,
    credits or settles one at the same moment comes before or after. Raises `ClientNotFound`, `ClientMerged`,
    `ClientsNotMergeable`; then nothing is written. Merging the same two again gives the survivor.
    """
    rows = selectors.clients_for_update(merged_id, survivor_id)
    merged, survivor = rows[merged_id], rows[survivor_id]
    if merged.merged_into_id == survivor.pk:
        return survivor
    for row in (merged, survivor):
        if row.merged_into is not None:
            raise ClientMerged(name=row.merged_into.name)
    if why := why_not(merged, survivor):
        raise ClientsNotMergeable(why=why)
    invoices = list(for_update(Invoice.objects.filter(client=merged)))
    _move_open_items(merged, survivor, on)
    try:
        with transaction.atomic():
            move_followers(merged, survivor)
    except IntegrityError as error:
        raise ClientsNotMergeable(why=_("something exists for both of them; ask the support.")) from error
    _move_links(merged, survivor)
    _take_over(merged, survivor)
    Client.objects.filter(merged_into=merged).update(merged_into=survivor)
    merged.merged_into, merged.merged_on = survivor, on
    merged.save(update_fields=["merged_into", "merged_on", "vat_number", "person"])
    if merged.addresses_checked_on is None:
        survivor.addresses_checked_on = None
    survivor.save(
        update_fields=["addresses_checked_on", *_TAKEN_OVER, "street", "postal_code", "city", "country"]
    )
    audit.record(actor, "client.merged", merged, into=str(survivor.pk), invoices=len(invoices))
    audit.record(actor, "client.took_over", survivor, merged=str(merged.pk))
    audit.note_changed(invoices)
    publish(MERGED, merged, survivor=str(survivor.pk))
    publish(CHANGED, survivor)
    return survivor


def why_not(merged: Client, survivor: Client) -> str:
    """What keeps two clients from being one, in words; nothing when they can be merged."""
    if merged.pk == survivor.pk:
        return _("they are the same client.")
    if merged.kind != survivor.kind:
        return _("they are of different kinds; correct the kind first.")
    if merged.country != survivor.country:
        return _("they are in different countries; correct the country first.")
    for field in ("vat_number", "enterprise_number"):
        mine, other = register_number(merged, field), register_number(survivor, field)
        if mine and other and mine != other:
            return _("they have different VAT or enterprise numbers: they are two firms.")
    if merged.person_id and survivor.person_id and merged.person_id != survivor.person_id:
        return _("they are two members.")
    if Payout.objects.filter(
        party=merged.party_id, settles_account__in=RECEIVABLE, state__in=_ON_ITS_WAY
    ).exists():
        return _("money is being paid back to %(name)s; merge them once it has left.") % {"name": merged.name}
    return ""


@transaction.atomic
def tell_apart(*, first_id: UUID, second_id: UUID, on: date, actor: Actor) -> None:
    """Two clients that look alike are two: they are not proposed for merging any more. A repeat changes
    nothing. Locks both. Raises `ClientNotFound`, `ClientsNotMergeable` for a client and itself.
    """
    if first_id == second_id:
        raise ClientsNotMergeable(why=_("they are the same client."))
    rows = selectors.clients_for_update(first_id, second_id)
    first, second = (rows[key] for key in sorted(rows))
    ClientDistinction.objects.bulk_create(
        [ClientDistinction(first=first, second=second, said_on=on)], ignore_conflicts=True
    )
    audit.record(actor, "client.told_apart", first, other=str(second.pk))


def register_number(client: Client, field: str) -> str:
    """The number by which a register knows the client: a Belgian VAT number is the enterprise number."""
    number: str = getattr(client, field)
    if client.country == "BE" and field == "enterprise_number":
        return number or client.vat_number.removeprefix("BE")
    return number


def open_items(client: Client) -> dict[UUID, dict[str, Decimal]]:
    """What is open with a client's party by entity and account, in euro: what it owes is positive."""
    found: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    rows = (
        JournalLine.objects.filter(party=client.party_id, account__in=RECEIVABLE)
        .values_list("entry__entity", "account")
        .annotate(balance=Sum(F("debit") - F("credit"), default=ZERO))
        .order_by("entry__entity", "account")
    )
    for entity, account, balance in rows:
        if balance:
            found[entity][account] = balance
    return dict(found)


def _move_open_items(merged: Client, survivor: Client, on: date) -> None:
    """One entry per entity; what the parties' accounts say together does not change."""
    items = open_items(merged)
    codes = dict(LegalEntity.objects.filter(pk__in=items).values_list("pk", "code"))
    entries = [
        Entry(
            entity=entity,
            date=on,
            journal=Journal.VARIOUS,
            source_type=CLIENT,
            source_id=merged.pk,
            kind=f"merge {codes[entity]}",
            text=f"{merged.name} → {survivor.name}"[:200],
            lines=without_zeros(*_lines(balances, merged, survivor)),
        )
        for entity, balances in items.items()
    ]
    if entries:
        post_entries(entries)


def _lines(balances: dict[str, Decimal], merged: Client, survivor: Client) -> list[Line]:
    return [
        line
        for account, balance in balances.items()
        for line in (
            dr(account, balance, party=survivor.party_id),
            cr(account, balance, party=merged.party_id),
        )
    ]


def _move_links(merged: Client, survivor: Client) -> None:
    """The Activities that worked with one work with the other."""
    links = ClientActivity.objects.filter(client=merged)
    ClientActivity.objects.bulk_create(
        [
            ClientActivity(client=survivor, activity_id=key)
            for key in links.values_list("activity", flat=True)
        ],
        ignore_conflicts=True,
    )
    links.delete()
    ClientDistinction.objects.filter(first=merged).delete()
    ClientDistinction.objects.filter(second=merged).delete()


def _take_over(merged: Client, survivor: Client) -> None:
    for field in _TAKEN_OVER:
        if getattr(survivor, field) in ("", None):
            setattr(survivor, field, getattr(merged, field))
    if not (survivor.street or survivor.postal_code or survivor.city):
        survivor.street, survivor.postal_code, survivor.city = (
            merged.street,
            merged.postal_code,
            merged.city,
        )
    merged.vat_number, merged.person = "", None
