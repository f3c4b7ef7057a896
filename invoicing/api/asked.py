"""Who asks at the doors of invoicing, and for which Activity."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from activities.selectors import holds
from activities.views import SEE
from core.api import identity_behind
from invoicing.errors import ActivityNotYours, InvoiceNotFound
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
