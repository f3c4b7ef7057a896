"""What the layout needs on every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core import clock
from core.access import identity_of
from core.links import link
from core.registry import NavEntry, nav_entries
from core.tenancy import current_cooperative_or_none


@dataclass(slots=True)
class Place:
    """A place of the navigation as it is shown: where it leads, and whether the page stands there."""

    entry: NavEntry
    href: str
    active: bool = False

    @property
    def key(self) -> str:
        """The stable name of the place."""
        return self.entry.key

    @property
    def label(self) -> Any:
        """Its name in the language of the page."""
        return self.entry.label

    @property
    def icon(self) -> str:
        """Its picture."""
        return self.entry.icon


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places of a kind under their heading; without a heading, a place that stands by itself."""

    label: str
    places: list[Place]


def layout(request: HttpRequest) -> dict[str, Any]:
    """Cooperative, person, permitted navigation with the active place, banner of a simulated clock.

    `nav` holds the places of the work in the order of their groups, `nav_groups` the same under their
    headings, `family` the tabs of the place where the page stands, `own_places` what is about the person.
    `reader` is who signed in, also on pages that call somebody else `person`.
    """
    cooperative = current_cooperative_or_none()
    if cooperative is None:
        return {"cooperative": None, "person": None, "nav": [], "roles": frozenset(), "clock_banner": None}
    identity = identity_of(request)
    places = _permitted(identity.roles) if request.user.is_authenticated else []
    family = _mark_active(places, request.path)
    homes = _homes(places)
    groups = _grouped(place for place in places if homes[place.key] == place.key and not place.entry.personal)
    return {
        "cooperative": cooperative,
        "person": identity.person,
        "reader": identity.person,
        "roles": identity.roles,
        "nav": [place for group in groups for place in group.places],
        "nav_groups": groups,
        "family": family if len(family) > 1 else [],
        "own_places": [place for place in places if place.entry.personal],
        "clock_banner": clock.today() if cooperative.clock_offset else None,
        "search_url": link("search:page") if identity.person else None,
    }


def _permitted(roles: frozenset[str]) -> list[Place]:
    return [
        Place(entry, link(entry.url_name))
        for entry in nav_entries()
        if not entry.roles or entry.roles & roles
    ]


def _mark_active(places: list[Place], path: str) -> list[Place]:
    """Mark where the page stands, and what that place belongs to; the tabs of it are given back."""
    current = max(
        (one for one in places if path.startswith(one.href)), key=lambda one: len(one.href), default=None
    )
    if current is None:
        return []
    homes = _homes(places)
    home = homes[current.key]
    for place in places:
        place.active = place.key == home
    return [place for place in places if homes[place.key] == home]


def _homes(places: list[Place]) -> dict[str, str]:
    """The place under which each one is a tab, of those that the person may open: itself where there is
    none.
    """
    under = {place.key: place.entry.under for place in places}
    homes = {}
    for key in under:
        home = key
        while under[home] in under:
            home = under[home]
        homes[key] = home
    return homes


def _grouped(places: Iterable[Place]) -> list[PlaceGroup]:
    """Places of one heading together, where the first of them stands; no heading over one alone."""
    groups: dict[str, PlaceGroup] = {}
    for place in places:
        label = str(place.entry.group)
        groups.setdefault(label or place.key, PlaceGroup(label, [])).places.append(place)
    return [group if len(group.places) > 1 else PlaceGroup("", group.places) for group in groups.values()]
