"""What the layout needs on every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core import clock
from core.access import identity_of
from core.links import link
from core.registry import nav_entries
from core.tenancy import current_cooperative_or_none


def layout(request: HttpRequest) -> dict[str, Any]:
    """Cooperative, person, permitted navigation with the active entry, banner of a simulated clock."""
    cooperative = current_cooperative_or_none()
    if cooperative is None:
        return {"cooperative": None, "person": None, "nav": [], "roles": frozenset(), "clock_banner": None}
    identity = identity_of(request)
    nav = []
    if request.user.is_authenticated:
        for entry in nav_entries():
            if entry.roles and not entry.roles & identity.roles:
                continue
            href = link(entry.url_name)
            nav.append(
                {
                    "entry": entry,
                    "key": entry.key,
                    "label": entry.label,
                    "href": href,
                    "icon": entry.icon,
                    "active": False,
                }
            )
        current = max(
            (n for n in nav if request.path.startswith(n["href"])), key=lambda n: len(n["href"]), default=None
        )
        if current:
            current["active"] = True
    return {
        "cooperative": cooperative,
        "person": identity.person,
        "roles": identity.roles,
        "nav": nav,
        "clock_banner": clock.today() if cooperative.clock_offset else None,
        "search_url": link("search:page") if identity.person else None,
    }
