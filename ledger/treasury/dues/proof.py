"""What the books say against what a body says, on a day, with every difference named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.kit.formats import money
from core.money import ZERO
from ledger.treasury.dues import selectors
from ledger.treasury.dues.enums import DueState
from ledger.treasury.dues.models import BodyLine, BodyStatement, Due
from ledger.treasury.dues.types import CLAIM, DUE
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout

UNDERWAY = timedelta(days=5)
"""For so long a payment may have left without standing on the creditor's statement."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Why the books owe more (+) or less (−) than the body says. `settled`: matched in time or explained."""

    text: str
    amount: Decimal
    settled: bool = False
    line: BodyLine | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """`books` = `body` + Σ `differences`, always; what nobody can name stands among them as such."""

    books: Decimal
    body: Decimal
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether every difference is explained."""
        return all(difference.settled for difference in self.differences)


def proof_of(statement: BodyStatement) -> Proof:
    """Compare the accounts of a creditor with its statement. The queries do not grow with the lines."""
    entity, day = statement.entity, statement.date
    accounts = selectors.accounts_of(entity.country, statement.creditor)
    books = sum((selectors.balance_on(entity, account, day) for account in accounts), ZERO)
    owed = sum((selectors.owed_until(entity, account, day) for account in accounts), ZERO)
    lines = list(
        BodyLine.objects.filter(
            statement__entity=entity, statement__creditor=statement.creditor, statement__date__lte=day
        )
        .select_related("due")
        .order_by("date", "pk")
    )
    found = [*_claims(statement, lines, owed), *_payments(statement, lines, owed - books)]
    rest = books - statement.closing - sum((difference.amount for difference in found), ZERO)
    if rest:
        found.append(Difference(_("Owed before their first line, or left out by them"), rest))
    return Proof(books, statement.closing, tuple(found))


def _claims(statement: BodyStatement, lines: list[BodyLine], owed: Decimal) -> list[Difference]:
    """What is booked and not claimed, claimed and not booked, or claimed with another amount."""
    found = []
    seen = {line.due_id for line in lines if line.amount > 0}
    dues = list(
        Due.objects.filter(
            entity=statement.entity, creditor=statement.creditor, raised_on__lte=statement.date
        ).exclude(state=DueState.WITHDRAWN)
    )
    raised = sum((due.amount for due in dues), ZERO)
    if owed != raised:
        found.append(Difference(_("Booked, its due comes later"), owed - raised, settled=True))
    claims = {due.pk: due.amount for due in dues if due.kind == CLAIM}
    for due in dues:
        if due.pk not in seen and due.kind != CLAIM:
            words = _("%(due)s: they have not claimed it yet") % {"due": name_of(due)}
            found.append(Difference(words, due.amount, settled=due.due_on > statement.date))
    for line in lines:
        if line.amount < 0:
            continue
        ours = line.due.amount if line.due else ZERO
        extra = claims.get(line.raised_id, ZERO) if line.raised_id else ZERO
        if ours + extra != line.amount:
            words = _("%(line)s: they claim %(amount)s") % {"line": line.text, "amount": money(line.amount)}
            found.append(Difference(words, ours + extra - line.amount, line.state != "open", line))
    return found


def _payments(statement: BodyStatement, lines: list[BodyLine], released: Decimal) -> list[Difference]:
    """What we released and they have not seen, and what they received that we do not know."""
    found = []
    ours = {
        payout.source_id: payout
        for payout in Payout.objects.filter(
            source_type=DUE,
            entity=statement.entity,
            state__in=(PayoutState.RELEASED, PayoutState.PAID),
            source_id__in=Due.objects.filter(entity=statement.entity, creditor=statement.creditor).values(
                "pk"
            ),
            batch__released_on__lte=statement.date,
        )
    }
    seen = {line.due_id: line for line in lines if line.amount < 0 and line.due_id in ours}
    for source_id, payout in ours.items():
        if source_id not in seen:
            words = _("Payment of %(amount)s: they have not received it yet") % {
                "amount": money(payout.amount)
            }
            fresh = payout.paid_on is None or payout.paid_on > statement.date - UNDERWAY
            found.append(Difference(words, -payout.amount, settled=fresh))
    for line in lines:
        if line.amount > 0:
            continue
        known: Any = ours.get(line.due_id) if line.due_id else None
        if known is None or known.amount != -line.amount:
            words = _("%(line)s: they received %(amount)s") % {
                "line": line.text,
                "amount": money(-line.amount),
            }
            amount = -line.amount - (known.amount if known else ZERO)
            found.append(Difference(words, amount, line.state != "open", line))
    other = released - sum((payout.amount for payout in ours.values()), ZERO)
    if other:
        found.append(Difference(_("Payments of ours that came back"), -other, settled=True))
    return found


def name_of(due: Due) -> str:
    """A due in words: its kind and period."""
    if due.first == due.last:
        return f"{selectors.label_of(due)} {due.first:%d/%m/%Y}"
    months = f"{due.last:%m/%Y}"
    if due.first.month != due.last.month:
        months = f"{due.first:%m/%Y}–{months}"
    return f"{selectors.label_of(due)} {months}"
