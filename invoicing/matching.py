"""Recognises receipts of clients on statement lines, and their payments that came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from core.money import ZERO
from core.types import Actor
from invoicing import recognition
from invoicing.enums import OPEN_STATES
from invoicing.models import Client, Invoice
from invoicing.receivables import Receipt
from invoicing.returned import returned_payments
from invoicing.services.issuing import INVOICE
from invoicing.services.receipts import settle_invoices
from invoicing.splitting import exact_sum, fill
from ledger.treasury.enums import MatchedBy
from ledger.treasury.matching import Claim, Claims, LineMatcher, Settled
from members.types import search_key

if TYPE_CHECKING:
    from ledger.treasury.models import BankTransaction

LINE = "treasury.banktransaction"
"""Source type of payments that a statement brought."""


class InvoiceMatcher(LineMatcher):
    """What a line names, surely; then a known account that pays exactly one open invoice, or all of them.

    The amount alone, the name alone and everything that could be read two ways only propose.
    """

    order = 100
    source_type = INVOICE
    undoes = True

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """Invoices named by lines that came in on their entity's own account, known payers, and returns."""
        found: dict[UUID, Claims] = {}
        incoming = [line for line in lines if line.amount > 0]
        left = Left()
        named = recognition.named_invoices(incoming)
        for line in incoming:
            if line.pk in named and not line.return_reason:
                claims = _claims_of_named(line.amount, named[line.pk], left)
                if claims:
                    found[line.pk] = claims
        unknown = [
            line
            for line in incoming
            if line.pk not in named and not line.return_reason and not line.structured_reference
        ]
        found |= _known_payers(unknown, left)
        found |= returned_payments([line for line in lines if line.amount < 0])
        return found

    def settled_lines(self, settled: Sequence[Settled], actor: Actor) -> None:
        """Count the parts on their invoices, in the same transaction as their posting."""
        settle_invoices(receipts=[_receipt(line, claim, 1) for line, claim in settled], actor=actor)

    def undone_lines(self, undone: Sequence[Settled], actor: Actor) -> None:
        """Take the parts off their invoices, which may be open again."""
        settle_invoices(receipts=[_receipt(line, claim, -1) for line, claim in undone], actor=actor)

    def candidates_of(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Sequence[Claims]]:
        """What the line names, what the payer has open, whose name it bears, what has its amount."""
        found: dict[UUID, list[Claims]] = {line.pk: [] for line in lines}
        incoming = [line for line in lines if line.amount > 0]
        if incoming:
            _propose_named(incoming, found)
            _propose_payers(incoming, found)
            _propose_amounts(incoming, found)
        for pk, claims in returned_payments([ln for ln in lines if ln.amount < 0], sure=False).items():
            found[pk].append(claims)
        return found

    def search(self, line: BankTransaction, text: str) -> Sequence[Claims]:
        """The invoices of a number, of a communication, or open ones of a client whose name begins so."""
        if line.amount <= 0:
            return ()
        entity = line.statement.account.entity
        named = recognition.named_by_hand(entity, text)
        if named:
            return [split_over(line.amount, named, matched_by=MatchedBy.HAND)]
        parties = recognition.clients_called(text)
        opens = recognition.open_invoices_of(parties, {entity.pk}) if parties else {}
        return [way for mine in opens.values() for way in _of_client(line.amount, mine)]


class Left:
    """What is still open on invoices while lines of one statement claim them."""

    def __init__(self) -> None:
        self._left: dict[UUID, Decimal] = {}

    def of(self, invoice: Invoice) -> Decimal:
        """What is open after the claims so far, in euro."""
        return self._left.get(invoice.pk, invoice.open_amount)

    def take(self, invoice: Invoice, amount: Decimal) -> None:
        """Remember a claim."""
        self._left[invoice.pk] = self.of(invoice) - amount


def split_over(
    amount: Decimal,
    invoices: Sequence[Invoice],
    *,
    matched_by: str = MatchedBy.HAND,
    confidence: int = 100,
    left: Left | None = None,
) -> Claims:
    """The parts of a receipt that pays these invoices in order, each what is open on it; what is too much
    stays with the last one. For the communications of groups, too.
    """
    left = left or Left()
    parts = fill(amount, [left.of(invoice) for invoice in invoices])
    claims = []
    for invoice, part in zip(invoices, parts, strict=True):
        if part:
            left.take(invoice, part)
            claims.append(invoice_claim(invoice, part, matched_by=matched_by, confidence=confidence))
    return tuple(claims)


def invoice_claim(
    invoice: Invoice, amount: Decimal, *, matched_by: str = MatchedBy.HAND, confidence: int = 100
) -> Claim:
    """The part of a line that is of an invoice; `amount` signed as the line's."""
    return Claim(
        "400",
        invoice.client.party_id,
        INVOICE,
        invoice.pk,
        f"{invoice.number} {invoice.client.name}",
        amount,
        confidence=confidence,
        matched_by=matched_by,
    )


def _receipt(line: BankTransaction, claim: Claim, sign: int) -> Receipt:
    assert claim.source_id is not None and claim.amount is not None  # noqa: S101 - we made it
    return Receipt(
        claim.source_id,
        sign * claim.amount,
        line.entry_date,
        LINE,
        line.pk,
        text=line.counterparty_name or line.text,
        turn=2 * line.turn + (sign < 0),
    )


def _claims_of_named(amount: Decimal, named: recognition.Named, left: Left) -> Claims:
    """One invoice takes all of it, paid or not. Several: those still open in the order of their due dates, if
    they are one client's or the amount is exactly theirs.
    """
    invoices = named.invoices
    if len(invoices) > 1:
        still = sorted((i for i in invoices if left.of(i) > 0), key=lambda i: (i.due_on, i.pk))
        exactly = sum((left.of(invoice) for invoice in still), ZERO) == amount
        if len({invoice.client_id for invoice in invoices}) > 1 and not exactly:
            return ()
        invoices = still or invoices[:1]
    return split_over(amount, invoices, matched_by=named.matched_by, left=left)


def _known_payers(lines: Sequence[BankTransaction], left: Left) -> dict[UUID, Claims]:
    """Lines of an account that paid for one client before and now pays exactly one open invoice of it, or
    exactly all of them; whatever could be read in two ways waits for a person.
    """
    payers = recognition.clients_by_account(lines)
    if not payers:
        return {}
    opens = recognition.open_invoices_of(
        {party for parties in payers.values() if len(parties) == 1 for party in parties},
        {line.statement.account.entity_id for line in lines},
    )
    found: dict[UUID, Claims] = {}
    for line in lines:
        parties = payers.get(line.counterparty_iban, set())
        if len(parties) != 1:
            continue
        entity_id = line.statement.account.entity_id
        party = next(iter(parties))
        mine = [i for i in opens.get(party, []) if i.entity_id == entity_id and left.of(i) > 0]
        exact = [invoice for invoice in mine if left.of(invoice) == line.amount]
        if len(exact) == 1:
            found[line.pk] = split_over(
                line.amount, exact, matched_by=MatchedBy.HISTORY, confidence=90, left=left
            )
        elif not exact and len(mine) > 1 and sum((left.of(i) for i in mine), ZERO) == line.amount:
            found[line.pk] = split_over(
                line.amount, mine, matched_by=MatchedBy.HISTORY, confidence=85, left=left
            )
    return found


Proposals = dict[UUID, list[Claims]]


def _propose_named(lines: Sequence[BankTransaction], found: Proposals) -> None:
    for pk, named in recognition.named_invoices(lines).items():
        line = next(line for line in lines if line.pk == pk)
        found[pk].append(split_over(line.amount, named.invoices, matched_by=named.matched_by, confidence=88))


def _propose_payers(lines: Sequence[BankTransaction], found: Proposals) -> None:
    """Open invoices of whoever paid from this account before, or bears the name of the counterparty."""
    payers = recognition.clients_by_account(lines)
    keys = {search_key(line.counterparty_name) for line in lines if line.counterparty_name} - {""}
    namesakes: dict[str, set[UUID]] = {}
    for key, party in Client.objects.filter(search_key__in=keys).values_list("search_key", "party_id"):
        namesakes.setdefault(key, set()).add(party)
    parties = {party for group in (*payers.values(), *namesakes.values()) for party in group}
    entities = {line.statement.account.entity_id for line in lines}
    opens = recognition.open_invoices_of(parties, entities) if parties else {}
    for line in lines:
        known = payers.get(line.counterparty_iban, set())
        alike = namesakes.get(search_key(line.counterparty_name), set()) - known
        for group, way, most in ((known, MatchedBy.HISTORY, 82), (alike, MatchedBy.NAME, 75)):
            for party in sorted(group):
                entity_id = line.statement.account.entity_id
                mine = [i for i in opens.get(party, []) if i.entity_id == entity_id]
                found[line.pk] += _ways_to_pay(line.amount, mine, way, most)


def _ways_to_pay(amount: Decimal, mine: Sequence[Invoice], way: str, most: int) -> list[Claims]:
    """One invoice of exactly that amount, several that make it, or the oldest ones first."""
    exact = [invoice for invoice in mine if invoice.open_amount == amount]
    ways = [split_over(amount, [invoice], matched_by=way, confidence=most) for invoice in exact[:3]]
    places = exact_sum(amount, [invoice.open_amount for invoice in mine]) if not exact else None
    if places and len(places) > 1:
        ways.append(split_over(amount, [mine[p] for p in places], matched_by=way, confidence=most - 5))
    if mine and not exact:
        ways.append(split_over(amount, mine, matched_by=way, confidence=most - 25))
    return ways


def _of_client(amount: Decimal, mine: Sequence[Invoice]) -> list[Claims]:
    """The client's open invoices: what is likely first, then each of them."""
    ways = _ways_to_pay(amount, mine, MatchedBy.HAND, 90)
    return ways + [
        split_over(amount, [invoice], matched_by=MatchedBy.HAND, confidence=50) for invoice in mine[:6]
    ]


def _propose_amounts(lines: Sequence[BankTransaction], found: Proposals) -> None:
    unpaid = recognition.unpaid_at(
        {line.amount for line in lines}, {line.statement.account.entity_id for line in lines}
    )
    for line in lines:
        rows = unpaid.get((line.statement.account.entity_id, line.amount), [])[:5]
        for invoice in rows:
            if invoice.state in OPEN_STATES:
                confidence = 60 if len(rows) == 1 else 40
                found[line.pk].append(
                    split_over(line.amount, [invoice], matched_by=MatchedBy.AMOUNT, confidence=confidence)
                )
