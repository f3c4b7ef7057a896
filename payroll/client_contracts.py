"""What clients are told of the contracts made for them: who (first name and an initial), as what, when, and
that it was declared. No pay, no number, no whole name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from activities.models import Function
from invoicing.portal.contracts import ClientContract
from members.models import Person
from payroll.enums import ContractState
from payroll.models import EmploymentContract

ACCEPTED = (ContractState.DECLARED, ContractState.SETTLED, ContractState.PAID)
SHOWN = (ContractState.SUBMITTED, *ACCEPTED)
MOST = 200
"""The latest ones; older work is on its invoices."""


def contracts_for_clients(clients: Sequence[UUID]) -> Iterator[ClientContract]:
    """Contracts whose invoice is for one of the clients; drafts and what did not happen are none."""
    rows = EmploymentContract.objects.filter(invoice__client__in=clients, state__in=SHOWN)
    labels = dict(Function.objects.values_list("code", "name"))
    for contract in rows.select_related("person").order_by("-starts_on", "-pk")[:MOST]:
        yield ClientContract(
            worker=known_as(contract.person),
            function=labels.get(contract.function_code, contract.description),
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
            declared="accepted" if contract.state in ACCEPTED else "waiting",
            invoice_id=contract.invoice_id,
        )


def known_as(person: Person) -> str:
    """First name and the initial of the last one: `Zoé M.`"""
    return f"{person.first_name} {person.last_name[:1]}.".strip()
