"""Contracts that share days, or a period at the office, found for many in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from core.locks import for_update
from payroll.dimona.types import joint_committee_code
from payroll.enums import COUNTED_STATES, ContractType
from payroll.models import Declaration, EmploymentContract

Key = tuple[UUID, UUID, bool, str]
"""Worker, employer, whether a student, committee: of one key two periods never share a day at the office."""


@dataclass(slots=True)
class Neighbourhood:
    """The contracts of one key that a chain of shared days or of shared periods connects, and all that was
    declared of them.
    """

    contracts: list[EmploymentContract] = field(default_factory=list)
    rows: list[Declaration] = field(default_factory=list)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of it."""
        days: list[EmploymentContract | Declaration] = [*self.contracts, *self.rows]
        return min(day.starts_on for day in days), max(day.ends_on for day in days)


def key_of(contract: EmploymentContract) -> Key:
    """The key under which the office tells periods apart."""
    return (
        contract.person_id,
        contract.entity_id,
        contract.contract_type == ContractType.STUDENT,
        joint_committee_code(contract.joint_committee),
    )


def neighbourhoods(asked: Collection[EmploymentContract]) -> list[Neighbourhood]:
    """One per chain of shared days around the contracts asked for; their declarations are locked.

    A contract that moved may share no day any more with those that it was declared with: `declared_by` still
    ties them together, so that the period that it left is looked at too. Looks at a window of days that grows
    until no chain leaves it: twice as a rule, whatever the number. The instances that were given stand for
    their rows.
    """
    given = {contract.pk: contract for contract in asked}
    asked_by_key: dict[Key, list[EmploymentContract]] = defaultdict(list)
    for contract in asked:
        asked_by_key[key_of(contract)].append(contract)
    first = min(contract.starts_on for contract in asked)
    last = max(contract.ends_on for contract in asked)
    while True:
        by_key, said = _loaded(given, first, last)
        found = [
            chain for key, wanted in asked_by_key.items() for chain in _chains(wanted, by_key[key], said)
        ]
        spans = [chain.span for chain in found]
        wider = min(span[0] for span in spans), max(span[1] for span in spans)
        if wider[0] >= first and wider[1] <= last:
            return found
        first, last = min(first, wider[0]), max(last, wider[1])


def _loaded(
    given: Mapping[UUID, EmploymentContract], first: date, last: date
) -> tuple[dict[Key, list[EmploymentContract]], dict[UUID, list[Declaration]]]:
    """Contracts by key that have days in the window, now or at the office, those in whose period they are
    declared or that are declared in theirs, and the declarations of all.
    """
    people = {contract.person_id for contract in given.values()}
    keys = {key_of(contract) for contract in given.values()}
    peers = EmploymentContract.objects.filter(
        person_id__in=people, entity_id__in={contract.entity_id for contract in given.values()}
    )
    near = Q(starts_on__lte=last, ends_on__gte=first)
    said = Declaration.objects.filter(near, contract__in=peers).values("contract_id")
    found = peers.filter((near & Q(state__in=COUNTED_STATES)) | Q(pk__in=said) | Q(pk__in=list(given)))
    by_pk = {row.pk: row for row in found}
    carriers = {row.declared_by_id for row in by_pk.values() if row.declared_by_id}
    tied = peers.filter(Q(pk__in=carriers - by_pk.keys()) | Q(declared_by__in=list(by_pk)))
    by_pk |= {row.pk: row for row in tied}
    by_key: dict[Key, list[EmploymentContract]] = defaultdict(list)
    for row in by_pk.values():
        if key_of(row) in keys:
            by_key[key_of(row)].append(given.get(row.pk, row))
    mine = [contract.pk for contracts in by_key.values() for contract in contracts]
    rows: dict[UUID, list[Declaration]] = defaultdict(list)
    for said_row in for_update(Declaration.objects.filter(contract__in=mine)):
        rows[said_row.contract_id].append(said_row)
    return by_key, rows


def _chains(
    asked: Iterable[EmploymentContract],
    contracts: list[EmploymentContract],
    said: Mapping[UUID, list[Declaration]],
) -> list[Neighbourhood]:
    """The chains of one key that hold a contract asked for."""
    chains: list[Neighbourhood] = []
    for contract in sorted(asked, key=lambda row: (row.starts_on, row.pk)):
        if any(contract.pk == row.pk for chain in chains for row in chain.contracts):
            continue
        chain = Neighbourhood([contract], list(said.get(contract.pk, ())))
        left = [row for row in contracts if row.pk != contract.pk]
        while near := _near(chain, left, said):
            for row in near:
                chain.contracts.append(row)
                chain.rows += said.get(row.pk, ())
            left = [row for row in left if row not in near]
        chain.contracts.sort(key=lambda row: (row.starts_on, row.pk))
        chain.rows.sort(key=lambda row: row.pk)
        chains.append(chain)
    return chains


def _near(
    chain: Neighbourhood, left: list[EmploymentContract], said: Mapping[UUID, list[Declaration]]
) -> list[EmploymentContract]:
    """Those of the contracts left that belong to a chain: by a day, or by a period that they share."""
    span = chain.span
    mine = {row.pk for row in chain.contracts}
    carriers = {row.declared_by_id for row in chain.contracts}
    return [
        row
        for row in left
        if row.pk in carriers or row.declared_by_id in mine or _meets(row, said.get(row.pk, ()), span)
    ]


def _meets(contract: EmploymentContract, said: Iterable[Declaration], span: tuple[date, date]) -> bool:
    """Whether a contract, or something that was declared of it, has a day in the span."""
    days: list[EmploymentContract | Declaration] = [*said]
    if contract.state in COUNTED_STATES:
        days.append(contract)
    return any(day.starts_on <= span[1] and day.ends_on >= span[0] for day in days)
