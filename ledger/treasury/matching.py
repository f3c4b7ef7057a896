"""What a statement line is: apps that await money register a matcher, and are told when it came.

A matcher looks at the lines of a statement together and claims those that are surely its own: whole, or in
parts that make the line. The first claim in `order` wins. The line is posted against the claims' accounts,
then the matcher of each claim's source is told, in the same transaction. Orders below 100 are the treasury's
own, 100 to 199 invoices, 900 the rules that finance taught.

A matcher that needs no bulk reading extends `LineMatcher` and writes `claim`, `settled`, `candidates`; one
that must stand a thousand lines overrides the methods of many lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from core.money import ZERO
from core.types import Actor
from ledger.treasury.enums import MatchedBy
from ledger.treasury.errors import CannotUndo, PartsDiffer

if TYPE_CHECKING:
    from ledger.treasury.models import BankTransaction


@dataclass(frozen=True, slots=True)
class Claim:
    """Where the other side of a statement line, or of one part of it, goes.

    `account` is the code of the chart; `party` stands on its line, `fund` too where the account is a cost or
    an income. (`source_type`, `source_id`) names what is settled (`invoicing.invoice`), `text` says it to
    people. `amount` is signed as the line's; None: what the other parts leave, all of it when there are none.
    `confidence` in percent and `matched_by` say how it was recognised.
    """

    account: str
    party_id: UUID | None = None
    source_type: str = ""
    source_id: UUID | None = None
    text: str = ""
    amount: Decimal | None = None
    fund: str = ""
    confidence: int = 100
    matched_by: str = MatchedBy.HAND


Claims = tuple[Claim, ...]
"""The parts of a line; most lines have one."""

Settled = tuple["BankTransaction", Claim]
"""A posted line and one of its parts, `amount` given."""


class LineMatcher:
    """Recognises lines of one kind of source, `source_type`; many at once by asking line by line.

    `claim` reads the line (also one that left: a negative amount) and answers a claim or None. `settled` is
    called once per part that names this `source_type`, after posting, in its transaction; also when a person
    identified the line by hand. `candidates` proposes claims for a line that nobody claimed. What was undone
    is told to `undone_lines`; only where `undoes` is true may a person undo.
    """

    order = 500
    source_type = ""
    undoes = False

    def claim(self, transaction: BankTransaction) -> Claim | None:  # noqa: ARG002 - subclasses read it
        """The claim, when this line is surely one of ours."""
        return None

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:
        """The line was posted: draw the consequences."""

    def candidates(self, transaction: BankTransaction) -> Sequence[Claim]:  # noqa: ARG002
        """What the line might be, likeliest first."""
        return ()

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """The claims on the lines that are surely ours, by the line's key; each source at most once unless it
        may be paid twice.
        """
        found: dict[UUID, Claims] = {}
        taken: set[UUID | None] = set()
        for line in lines:
            claim = self.claim(line)
            if claim is not None and claim.source_id not in taken:
                taken.add(claim.source_id)
                found[line.pk] = (claim,)
        return found

    def settled_lines(self, settled: Sequence[Settled], actor: Actor) -> None:
        """These parts were posted."""
        for line, claim in settled:
            self.settled(line, claim, actor)

    def candidates_of(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Sequence[Claims]]:
        """What each line might be, likeliest first; a proposal may have several parts."""
        return {line.pk: [(claim,) for claim in self.candidates(line)] for line in lines}

    def search(self, line: BankTransaction, text: str) -> Sequence[Claims]:  # noqa: ARG002
        """What a person may mean by a text (a number, a name) that stands for this line."""
        return ()

    def undone_lines(self, undone: Sequence[Settled], actor: Actor) -> None:
        """These parts are no longer so: draw the consequences back."""


_matchers: list[LineMatcher] = []


def register_matcher(matcher: LineMatcher) -> None:
    """Ask this matcher about each statement from now on; another of the same class is replaced."""
    _matchers[:] = [known for known in _matchers if type(known) is not type(matcher)]
    _matchers.append(matcher)
    _matchers.sort(key=lambda known: known.order)


def claims_of(lines: Sequence[BankTransaction]) -> dict[UUID, Claims]:
    """The first claims on each line, with the amounts of their parts."""
    found: dict[UUID, Claims] = {}
    for matcher in _matchers:
        left = [line for line in lines if line.pk not in found]
        if not left:
            break
        amounts = {line.pk: line.amount for line in left}
        for pk, claims in matcher.claim_lines(left).items():
            if claims:
                found[pk] = with_amounts(amounts[pk], claims)
    return found


def claim_of(transaction: BankTransaction) -> Claims | None:
    """The first claims on a line."""
    return claims_of([transaction]).get(transaction.pk)


def with_amounts(amount: Decimal, claims: Sequence[Claim]) -> Claims:
    """The parts with what each of them takes; the one without amount takes what is left.

    Raises `PartsDiffer` when the parts do not make the amount, or one of them moves nothing or the other way.
    """
    open_parts = [claim for claim in claims if claim.amount is None]
    given = sum((claim.amount for claim in claims if claim.amount is not None), ZERO)
    if len(open_parts) > 1:
        raise PartsDiffer(amount=amount, parts=given)
    parts = tuple(
        replace(claim, amount=amount - given) if claim.amount is None else claim for claim in claims
    )
    if sum((part.amount or ZERO for part in parts), ZERO) != amount or any(
        part.amount is None or (part.amount > 0) is not (amount > 0) or not part.amount for part in parts
    ):
        raise PartsDiffer(amount=amount, parts=given)
    return parts


def matcher_for(source_type: str) -> LineMatcher | None:
    """Who has to hear of claims on a kind of source."""
    return next((m for m in _matchers if source_type and m.source_type == source_type), None)


def tell_settled(settled: Sequence[Settled], actor: Actor) -> None:
    """Tell the matcher of each source of what was posted, all of its parts at once."""
    for matcher, parts in _by_matcher(settled):
        matcher.settled_lines(parts, actor)


def tell_undone(undone: Sequence[Settled], actor: Actor) -> None:
    """Tell the matcher of each source of what is no longer so. Raises `CannotUndo`."""
    for matcher, parts in _by_matcher(undone):
        if not matcher.undoes:
            raise CannotUndo
        matcher.undone_lines(parts, actor)


def proposals_of(lines: Sequence[BankTransaction]) -> dict[UUID, list[Claims]]:
    """What each line might be, surest first, each proposal once; for a person to choose from."""
    found: dict[UUID, list[Claims]] = {line.pk: [] for line in lines}
    for matcher in _matchers:
        for pk, proposals in matcher.candidates_of(lines).items():
            found[pk] += [claims for claims in proposals if claims]
    for pk, proposals in found.items():
        found[pk] = _once(proposals)
    return found


def search_for(line: BankTransaction, text: str) -> list[Claims]:
    """What a person may mean by a text, for one line; each proposal once."""
    return _once([claims for matcher in _matchers for claims in matcher.search(line, text)])


def candidates_for(transaction: BankTransaction) -> list[Claims]:
    """What a line might be, surest first."""
    return proposals_of([transaction])[transaction.pk]


def _once(proposals: Sequence[Claims]) -> list[Claims]:
    """The proposals, surest first, each of them once."""
    once: dict[tuple[object, ...], Claims] = {}
    for claims in sorted(proposals, key=lambda claims: -min(c.confidence for c in claims)):
        once.setdefault(tuple((c.account, c.source_id, c.amount) for c in claims), claims)
    return list(once.values())


def _by_matcher(settled: Sequence[Settled]) -> list[tuple[LineMatcher, list[Settled]]]:
    groups: dict[str, list[Settled]] = {}
    for line, claim in settled:
        groups.setdefault(claim.source_type, []).append((line, claim))
    pairs = ((matcher_for(source_type), parts) for source_type, parts in groups.items())
    return [(matcher, parts) for matcher, parts in pairs if matcher is not None]
