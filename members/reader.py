"""Who reads a page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.access import identity_of
from members.models import Person


def reader_of(request: HttpRequest) -> Person:
    """The person of the request, on pages that only people see."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    return person
