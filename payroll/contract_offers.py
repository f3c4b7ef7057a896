"""What else can be done with a contract: acts that rooms put on its page, for whom they are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from payroll.models import EmploymentContract


@dataclass(frozen=True, slots=True)
class ContractAct:
    """A link on a contract's page: its words, the page (which takes the contract's `pk`), the roles that see
    it, and whether it makes sense for a contract on a day.
    """

    order: int
    label: Any
    url_name: str
    roles: frozenset[str]
    fits: Callable[[EmploymentContract, date], bool]


_acts: dict[str, ContractAct] = {}


def register_contract_act(act: ContractAct) -> None:
    """Offer an act; twice is once."""
    _acts[act.url_name] = act


def contract_offers(contract: EmploymentContract, roles: Iterable[str], on: date) -> list[ContractAct]:
    """Acts that these roles are offered on a contract, in order."""
    held = frozenset(roles)
    offered = [act for act in _acts.values() if act.roles & held and act.fits(contract, on)]
    return sorted(offered, key=lambda act: act.order)
