"""Who asks at the doors of invoicing, for which Activity, and about which client or invoice."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from activities.selectors import holds
from activities.views import SEE
from core.api import identity_behind
from core.doors import ActDoor
from invoicing import selectors
from invoicing.errors import ActivityNotYours, InvoiceNotFound
from invoicing.models import Client, Invoice
from invoicing.roles import CONTROLLERS
from members.enums import Role
from members.models import Person

READ = frozenset(SEE)
MEMBERS = frozenset({Role.MEMBER})
CONTROL = frozenset(CONTROLLERS)


def caller(request: Request) -> Person:
    """The person behind the request. Raises `InvoiceNotFound` for somebody who is none."""
    person: Person | None = identity_behind(request).person
    if person is None:
        raise InvoiceNotFound
    return person


def own_activity(request: Request, activity_id: UUID) -> UUID:
    """The Activity, when the caller is one of its people. Raises `ActivityNotYours`."""
    if not holds(caller(request).pk, activity_id):
        raise ActivityNotYours
    return activity_id


def client_of(request: Request, pk: UUID) -> Client:
    """The client, when the caller may see it. Raises `ClientNotFound`."""
    identity = identity_behind(request)
    return selectors.client_for(identity.person, pk, roles=identity.roles)


def invoice_of(request: Request, pk: UUID) -> Invoice:
    """The invoice, when the caller may see it. Raises `InvoiceNotFound`."""
    identity = identity_behind(request)
    return selectors.invoice_for(identity.person, pk, roles=identity.roles)


class OfClient(ActDoor):
    """An act of controllers on a client."""

    required_roles = CONTROL

    def found(self, pk: UUID) -> Client:
        """One that the caller may see."""
        return client_of(self.request, pk)


class OfInvoice(ActDoor):
    """An act of controllers on an invoice."""

    required_roles = CONTROL

    def found(self, pk: UUID) -> Invoice:
        """One that the caller may see."""
        return invoice_of(self.request, pk)


class OfOwnInvoice(ActDoor):
    """An act on an invoice of mine."""

    required_roles = MEMBERS

    def found(self, pk: UUID) -> Invoice:
        """Of an Activity of mine."""
        return selectors.own_invoice_for(caller(self.request), pk)
