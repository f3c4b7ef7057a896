"""What the guarantee shows on the pages of clients, and beside the choice of one."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core import clock
from core.access import identity_of
from invoicing.guarantee import selectors
from invoicing.guarantee.enums import Standing
from invoicing.guarantee.exposure import exposures
from invoicing.guarantee.roles import ACT, SEE
from invoicing.models import Client


def _may(request: HttpRequest, roles: tuple[str, ...]) -> bool:
    return bool(identity_of(request).roles & set(roles))


def client_exposure(request: HttpRequest, client: Client) -> SafeString | None:
    """For staff: what is open, advanced and promised, the limit and how it came about."""
    if not _may(request, SEE):
        return None
    on = clock.today()
    found = exposures(on, [client.pk])
    context = {
        "client": client,
        "row": found[0] if found else None,
        "limit": selectors.limit_in_force(client.pk, on),
        "limits": list(selectors.limits_of(client.pk)[:5]),
        "acts": _may(request, ACT),
    }
    return render_to_string("guarantee/parts/exposure.html", context, request)


def client_standing(request: HttpRequest, client: Client) -> SafeString | None:
    """For members: whether new work is guaranteed, without a figure."""
    if _may(request, SEE):
        return None
    return chosen_client(request, client)


def chosen_client(request: HttpRequest, client: Client) -> SafeString | None:
    """Beside the choice of a client: a discreet word when new work may not be guaranteed."""
    standing = selectors.standing_of(client.pk, clock.today())
    if standing == Standing.ROOM:
        return None
    context = {"reached": standing == Standing.REACHED}
    return render_to_string("guarantee/parts/standing.html", context, request)
