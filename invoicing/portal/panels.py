"""What the portal adds to the page of a client."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from core.access import identity_of
from invoicing.models import Client
from invoicing.portal import selectors
from invoicing.roles import CONTROLLERS


def client_portal(request: HttpRequest, client: Client) -> Any:
    """The client's area for staff: statement, the view of the client, links, one document a month."""
    roles = identity_of(request).roles
    if not roles & set(CONTROLLERS):
        return None
    grouping = selectors.grouping_of(client)
    context = {
        "client": client,
        "addresses": selectors.addresses_of(client),
        "closed": bool(selectors.closed_clients([client])),
        "last": selectors.accesses_of(client).filter(used_at__isnull=False).first(),
        "since": grouping.since if grouping else None,
        "groups": list(selectors.groups_of([client])[:3]),
    }
    return render_to_string("portal/client.html", context, request)
