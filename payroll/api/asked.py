"""Who asks, for what, and who may: common to the doors of payroll."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.api import identity_behind
from core.doors import ActDoor
from members.enums import Role
from members.errors import UnknownPerson
from members.models import Person
from payroll import selectors, serializers
from payroll.models import EmploymentContract

READERS = frozenset(
    {Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR}
)
WRITERS = frozenset({Role.MEMBER, Role.PAYROLL_ADMIN})
KEEPERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
ADMIN = frozenset({Role.PAYROLL_ADMIN})
PAY = frozenset({Role.MEMBER, Role.PAYROLL_ADMIN, Role.AUDITOR})


def caller(request: Request) -> Person:
    """The person behind a request. Raises `UnknownPerson`."""
    person: Person | None = identity_behind(request).person
    if person is None:
        raise UnknownPerson
    return person


def managed_contract(request: Request, pk: UUID) -> EmploymentContract:
    """A contract that the caller may change. Raises `ContractNotFound`."""
    identity = identity_behind(request)
    return selectors.contract_to_manage(identity.person, pk, roles=identity.roles)


def show_contract(request: Request, pk: UUID) -> Response:
    """A contract that the caller may see, as they see it."""
    identity = identity_behind(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    return Response(serializers.ContractOutput(row).data)


class ContractAct(ActDoor):
    """An act on a contract that the caller may change, after which they see it."""

    required_roles = WRITERS
    output: ClassVar[type[BaseSerializer[Any]]] = serializers.ContractOutput

    def found(self, pk: UUID) -> EmploymentContract:
        """Of an Activity of theirs, or any for payroll."""
        return managed_contract(self.request, pk)

    def answer(self, row: EmploymentContract) -> Response:
        """As they see it now."""
        return show_contract(self.request, row.pk)
