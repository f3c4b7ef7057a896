"""Contracts made for clients: whoever knows them registers here, from above.

Pay, national numbers and whole names stay where they are: a client reads who worked for it, when, as what,
and that it was declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClientContract:
    """An employment contract whose work was for a client. `worker`: first name and an initial; `invoice_id`:
    the invoice that pays for it."""

    worker: str
    function: str
    starts_on: date
    ends_on: date
    declared: Literal["accepted", "waiting"]
    invoice_id: UUID | None = None


Source = Callable[[Sequence[UUID]], Iterable[ClientContract]]
"""Keys of clients → contracts made for them."""

_sources: list[Source] = []


def register_client_contracts(source: Source) -> None:
    """Ask this one about contracts from now on."""
    if source not in _sources:
        _sources.append(source)


def contracts_known() -> bool:
    """Whether anybody can say."""
    return bool(_sources)


def contracts_for(clients: Sequence[UUID]) -> list[ClientContract]:
    """Contracts made for clients, the latest first."""
    found = [contract for source in _sources for contract in source(clients)]
    return sorted(found, key=lambda contract: (contract.starts_on, contract.worker), reverse=True)
