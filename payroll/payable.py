"""What others may keep of a net: seizures, advances given back. Their rooms register a source here.

Settlement (and the exit holiday) asks every source, in order of its rank, what it takes of each amount about
to be paid. The worker is paid the rest; each taking is posted in the same transaction, `Dr 455 worker /
Cr account`, and paid to whom it goes when it goes to somebody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from core.errors import DomainError
from core.money import ZERO

NET_WAGES_ACCOUNT = "455"


@dataclass(frozen=True, slots=True)
class Payable:
    """An amount that a pay item or an exit holiday is about to pay a worker; euro.

    `id` is that of the coming row (`source_type` says which). `month` is the month of the work, `paid_on` the
    day of payment, `on` the day of the act. `payable` is what is paid if nobody takes anything (net plus what
    earlier items carried in), `left` what the sources of a lower rank have left of it; always above zero.
    `before`: net of the same worker and month that the same batch settles before it, in whatever entity and
    whether or not anything of it is paid; what is stored already is not in it.
    """

    id: UUID
    source_type: str
    person_id: UUID
    party_id: UUID
    entity_id: UUID
    month: date
    paid_on: date
    on: date
    gross: Decimal
    net: Decimal
    payable: Decimal
    left: Decimal
    worker_type: str = ""
    before: Decimal = ZERO


def to_pay(payables: Sequence[Payable]) -> list[Payable]:
    """Those of a batch of which something is paid, in order, each with what stands `before` it: a limit of
    the month then counts the same together as one by one.
    """
    nets: dict[tuple[UUID, date], Decimal] = {}
    found = []
    for row in payables:
        key = (row.person_id, row.month)
        before = nets.get(key, ZERO)
        nets[key] = before + row.net
        if row.payable > 0:
            found.append(replace(row, before=before) if before else row)
    return found


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid in the worker's place, as `request_payout` wants it; `payout_kind` is a `PayoutKind`."""

    party_id: UUID
    name: str
    iban: str
    communication: str
    payout_kind: str = "supplier"


@dataclass(frozen=True, slots=True)
class Deduction:
    """`amount` (above zero, at most what is left) is taken of the payable with that id.

    `source_type` and `source_id` name the row that takes it (the seizure, the advance). Without a payee the
    amount settles the claim on `account` with `party_id` (an advance: Dr 455 worker / Cr its account); with a
    payee it is owed to the payee on 455 and a payout is asked for, due on the day of the pay.
    """

    payable_id: UUID
    kind: str
    label: str
    amount: Decimal
    source_type: str
    source_id: UUID
    account: str = NET_WAGES_ACCOUNT
    party_id: UUID | None = None
    payee: Payee | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """The answer of a source: what it takes, and which payables it cannot judge (by id): those are not paid
    now, their worker gets an exception row with the error, and the batch is asked again without them.
    """

    deductions: Sequence[Deduction] = ()
    refused: Mapping[UUID, DomainError] = field(default_factory=lambda: MappingProxyType({}))


class DeductionSource(Protocol):
    """A room that takes of net pay. Both methods run inside the transaction of the settlement, with the
    workers' files and contracts locked; constant numbers of queries, whatever the number of payables.
    """

    def asked(self, payables: Sequence[Payable]) -> Taking:
        """What is taken of these payables, in the order in which they are paid. Reads, locks, writes nothing:
        it may be asked again. Several payables of one worker may stand in one batch.
        """

    def taken(self, deductions: Mapping[Deduction, UUID]) -> None:
        """These of its deductions are posted; the value is the id of the `PayDeduction`. Called once, after
        everything is written: the source notes here what is still owed.
        """


_sources: list[tuple[int, str, DeductionSource]] = []


def register_deduction(name: str, source: DeductionSource, *, rank: int) -> None:
    """Let a source take of net pay. The lower rank takes first; a name registers once (again: replaced)."""
    unregister_deduction(name)
    _sources.append((rank, name, source))
    _sources.sort(key=lambda entry: entry[:2])


def unregister_deduction(name: str) -> None:
    """Take a source away; one that is not known is no error."""
    _sources[:] = [entry for entry in _sources if entry[1] != name]


@dataclass(frozen=True, slots=True)
class Taken:
    """What all sources take of a batch: in the order asked, with the source that asked."""

    deductions: tuple[tuple[DeductionSource, Deduction], ...]
    refused: Mapping[UUID, DomainError]

    def amounts(self) -> dict[UUID, Decimal]:
        """What is taken of each payable, by its id; euro."""
        total: dict[UUID, Decimal] = {}
        for _, taking in self.deductions:
            total[taking.payable_id] = total.get(taking.payable_id, ZERO) + taking.amount
        return total


def ask_deductions(payables: Sequence[Payable]) -> Taken:
    """Ask every source in turn. Raises `ValueError` when a source takes nothing, or more than is left: a bug
    of the source, not a refusal.
    """
    left = {payable.id: payable.payable for payable in payables}
    found: list[tuple[DeductionSource, Deduction]] = []
    refused: dict[UUID, DomainError] = {}
    for _, name, source in _sources:
        asking = [_with_left(payable, left[payable.id]) for payable in payables if left[payable.id] > 0]
        if not asking:
            break
        answer = source.asked(asking)
        refused |= answer.refused
        for taking in answer.deductions:
            if not ZERO < taking.amount <= left[taking.payable_id]:
                raise ValueError(f"{name} takes {taking.amount} of {left[taking.payable_id]}")
            left[taking.payable_id] -= taking.amount
            found.append((source, taking))
    return Taken(tuple(found), refused)


def _with_left(payable: Payable, left: Decimal) -> Payable:
    return payable if payable.left == left else replace(payable, left=left)
