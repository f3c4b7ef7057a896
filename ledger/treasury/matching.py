"""What a statement line is: apps that await money register a matcher, and are told when it came.

A matcher looks at a line and claims it, or not; the first claim in `order` wins. The line is posted against
the claim's account, then the matcher is told in the same transaction. Orders below 100 are the treasury's
own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from core.types import Actor

if TYPE_CHECKING:
    from ledger.treasury.models import BankTransaction


@dataclass(frozen=True, slots=True)
class Claim:
    """Where the other side of a statement line goes.

    `account` is the code of the chart; `party` stands on its line. (`source_type`, `source_id`) names what is
    settled (`invoicing.invoice`), `text` says it to people.
    """

    account: str
    party_id: UUID | None = None
    source_type: str = ""
    source_id: UUID | None = None
    text: str = ""


class Matcher(Protocol):
    """Recognises lines of one kind of source, `source_type`.

    `claim` reads the line (also one that left: a negative amount) and answers a claim or None. `settled` is
    called once per claimed line, after posting, in its transaction; also when a person identified the line by
    hand with a claim of this `source_type`. `candidates`, optional, proposes claims for a line that nobody
    claimed.
    """

    order: int
    source_type: str

    def claim(self, transaction: BankTransaction) -> Claim | None:
        """The claim, when this line is surely one of ours."""

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:
        """The line was posted: draw the consequences."""


_matchers: list[Matcher] = []


def register_matcher(matcher: Matcher) -> None:
    """Ask this matcher about each statement line from now on; another of the same class is replaced."""
    _matchers[:] = [known for known in _matchers if type(known) is not type(matcher)]
    _matchers.append(matcher)
    _matchers.sort(key=lambda known: known.order)


def claim_of(transaction: BankTransaction) -> tuple[Matcher, Claim] | None:
    """The first claim on a line, with the matcher that made it."""
    for matcher in _matchers:
        claim = matcher.claim(transaction)
        if claim is not None:
            return matcher, claim
    return None


def matcher_for(claim: Claim) -> Matcher | None:
    """Who has to hear of a claim that a person made."""
    return next((m for m in _matchers if claim.source_type and m.source_type == claim.source_type), None)


def candidates_for(transaction: BankTransaction) -> list[Claim]:
    """What a line might be, for a person to choose from, likeliest first."""
    found: list[Claim] = []
    for matcher in _matchers:
        propose = getattr(matcher, "candidates", None)
        if propose is not None:
            found += propose(transaction)
    return found
