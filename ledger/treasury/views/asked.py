"""Who asks."""

from django.http import HttpRequest

from core.access import identity_of
from ledger.treasury.roles import ACT


def may_act(request: HttpRequest) -> bool:
    """Whether the person may act in the treasury, not only look."""
    return bool(identity_of(request).roles & ACT)
