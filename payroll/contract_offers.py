"""What rooms put on the page of a contract: acts, for whom they are meant, and parts of the page."""

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


ContractPanel = Callable[[Any, EmploymentContract], Any]
"""(request, contract) → safe HTML for the contract's page, or None."""

_acts: dict[str, ContractAct] = {}
_panels: list[tuple[int, ContractPanel]] = []


def register_contract_act(act: ContractAct) -> None:
    """Offer an act; twice is once."""
    _acts[act.url_name] = act


def contract_offers(contract: EmploymentContract, roles: Iterable[str], on: date) -> list[ContractAct]:
    """Acts that these roles are offered on a contract, in order."""
    held = frozenset(roles)
    offered = [act for act in _acts.values() if act.roles & held and act.fits(contract, on)]
    return sorted(offered, key=lambda act: act.order)


def register_contract_panel(order: int, panel: ContractPanel) -> None:
    """Stand on the page of contracts; twice is once."""
    if (order, panel) not in _panels:
        _panels.append((order, panel))


def contract_panels(request: Any, contract: EmploymentContract) -> list[Any]:
    """What rooms show on the page of a contract, in order."""
    shown = (panel(request, contract) for _, panel in sorted(_panels, key=lambda one: one[0]))
    return [html for html in shown if html]
