"""What a reader asked for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from activities.models import Activity
from core.access import identity_of
from invoicing import selectors
from invoicing.models import Invoice


def invoice_of(request: HttpRequest, pk: UUID) -> Invoice:
    """An invoice that the reader may see. Raises `InvoiceNotFound`."""
    identity = identity_of(request)
    return selectors.invoice_for(identity.person, pk, roles=identity.roles)


def chosen_activity(request: HttpRequest, activities: list[Activity]) -> Activity | None:
    """The Activity that the page was asked for, or the only one."""
    asked = request.GET.get("activity") or request.POST.get("activity") or ""
    return next(
        (row for row in activities if str(row.pk) == asked), activities[0] if len(activities) == 1 else None
    )
