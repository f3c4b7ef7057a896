"""What lines of the queue might be, as people choose it: numbered, with how sure we are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.treasury.enums import MatchedBy
from ledger.treasury.matching import Claims, proposals_of, search_for, with_amounts
from ledger.treasury.models import BankTransaction

SURE = 80
"""Percent from which a proposal is accepted together with others."""
MOST = 9
"""Proposals that a key chooses."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to identify a line. `key` names it from one request to the next; `rank` counts from 1."""

    key: str
    rank: int
    claims: Claims

    @property
    def text(self) -> str:
        """What it pays, for people."""
        return self.claims[0].text or self.claims[0].account

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """What each part pays and how much, where there are several."""
        if len(self.claims) == 1:
            return []
        return [(claim.text or claim.account, claim.amount) for claim in self.claims if claim.amount]

    @property
    def confidence(self) -> int:
        """How sure it is, in percent."""
        return min(claim.confidence for claim in self.claims)

    @property
    def how(self) -> str:
        """Why it is proposed."""
        return str(MatchedBy(self.claims[0].matched_by).label)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue with what it might be, the likeliest first."""

    line: BankTransaction
    proposals: list[Proposal]

    @property
    def sure(self) -> Proposal | None:
        """The first proposal, where it is sure and no other one is as sure."""
        if not self.proposals or self.proposals[0].confidence < SURE:
            return None
        if len(self.proposals) > 1 and self.proposals[1].confidence >= self.proposals[0].confidence:
            return None
        return self.proposals[0]


def waiting(lines: Sequence[BankTransaction]) -> list[Waiting]:
    """The lines with their proposals, in as many queries for many as for one."""
    found = proposals_of(lines)
    return [Waiting(line, _numbered(line, found[line.pk])) for line in lines]


def searched(line: BankTransaction, text: str) -> list[Proposal]:
    """What a text can mean for a line."""
    return _numbered(line, search_for(line, text))


def chosen(line: BankTransaction, key: str, text: str = "") -> Proposal | None:
    """The proposal that a person chose, found anew; None when it is no longer one."""
    proposals = waiting([line])[0].proposals + (searched(line, text) if text else [])
    return next((proposal for proposal in proposals if proposal.key == key), None)


def _numbered(line: BankTransaction, found: Sequence[Claims]) -> list[Proposal]:
    return [
        Proposal(_key(claims), rank, claims)
        for rank, claims in enumerate([with_amounts(line.amount, c) for c in found[:MOST]], start=1)
    ]


def _key(claims: Claims) -> str:
    """Stable while the proposal says the same: accounts, sources and amounts."""
    said = ";".join(f"{c.account}/{c.source_type}/{c.source_id}/{c.party_id}/{c.amount}" for c in claims)
    return hashlib.sha256(said.encode()).hexdigest()[:20]
