"""What a token may do: read or write, area by area.

The area of a door is the app that it belongs to and the deed is told by the method, so that a new door has
its scope by standing where it stands, and none can be forgotten.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

AREAS: dict[str, Any] = {
    "activities": _("Activities and expenses"),
    "exports": _("Lists as files"),
    "governance": _("Shares and register"),
    "invoicing": _("Clients and invoices"),
    "ledger": _("Books"),
    "members": _("People"),
    "operations": _("Queues and health"),
    "payroll": _("Contracts and pay"),
    "programs": _("Tokens"),
    "search": _("Search"),
    "treasury": _("Bank and payments"),
    "webhooks": _("Webhooks"),
}
"""Area → what it holds, in words."""

DEEDS: dict[str, Any] = {"read": _("read"), "write": _("change")}
SCOPES = tuple(f"{area}:{deed}" for area in AREAS for deed in DEEDS)
NOT_FOR_PROGRAMS = "programs:write"
"""What no connected program holds: a token or a program that it made would outlive its own end."""

CLIENT_SCOPES = tuple(scope for scope in SCOPES if scope != NOT_FOR_PROGRAMS)


def in_words(scope: str) -> str:
    """A scope as people read it."""
    area, _colon, deed = scope.partition(":")
    return _("%(area)s: %(deed)s") % {"area": AREAS[area], "deed": DEEDS[deed]}


def area_of(view: Any) -> str:
    """The area of a door.

    the package that its class is written in. Raises `LookupError` when it is not listed.
    """
    module = (view if isinstance(view, type) else type(view)).__module__
    parts = module.removeprefix("core.").removeprefix("ledger.treasury").split(".")
    area = "treasury" if module.startswith("ledger.treasury") else parts[0]
    if area not in AREAS:
        raise LookupError(f"the door {module} has no area")
    return area


def scope_of(view: Any, method: str) -> str:
    """The scope that a request to a door needs."""
    return f"{area_of(view)}:{'read' if method in ('GET', 'HEAD', 'OPTIONS') else 'write'}"


def allows(scopes: list[str], wanted: str) -> bool:
    """Whether scopes hold the wanted one; an empty list, of tokens made before there were
    scopes, holds all.
    """
    return not scopes or wanted in scopes
