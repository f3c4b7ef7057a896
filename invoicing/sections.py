"""Parts of the pages of an invoice and of a client, which the rooms of this app add.

A room (`invoicing.collection`, `invoicing.einvoicing`…) registers its parts in `AppConfig.ready()`; the pages
show them in order and know none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest

from invoicing.models import Client, Invoice

Page = Literal["invoice", "client", "choice"]
"""`choice`: beside a form in which a client is chosen, what to know before working for it."""

Place = Literal["acts", "top", "main", "side"]
"""Buttons of the header; notices under it; the wide column; the narrow one (below it on a phone)."""

Section = Callable[[HttpRequest, Any], Any]
"""(request, invoice or client) → safe HTML, or None where there is nothing to show this person."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an invoice, for its timeline. `tone`: success, warning, danger or
    nothing."""

    when: date
    title: str
    text: str = ""
    tone: str = ""


Events = Callable[[Invoice], Iterable[Event]]

_sections: dict[tuple[Page, Place], list[tuple[int, Section]]] = {}
_events: list[Events] = []


def register_section(page: Page, place: Place, order: int, section: Section) -> None:
    """Add a part to a page; the lowest order stands first."""
    parts = _sections.setdefault((page, place), [])
    if (order, section) not in parts:
        parts.append((order, section))
        parts.sort(key=lambda pair: pair[0])


def sections_of(page: Page, request: HttpRequest, subject: Any) -> dict[str, list[Any]]:
    """Everything that the rooms show of a subject, by place."""
    return {
        place: [
            html
            for _, section in _sections.get((page, place), [])
            if (html := section(request, subject)) is not None
        ]
        for place in ("acts", "top", "main", "side")
    }


def hints_of(request: HttpRequest, clients: Iterable[Client], asked: str) -> list[Any]:
    """What the rooms tell of the client that is chosen in a form (its key as text); nothing without one."""
    chosen = next((client for client in clients if str(client.pk) == asked), None)
    return sections_of("choice", request, chosen)["side"] if chosen is not None else []


def register_events(events: Events) -> None:
    """Add to the timeline of invoices."""
    if events not in _events:
        _events.append(events)


def events_of(invoice: Invoice) -> list[Event]:
    """What the rooms know of an invoice's story."""
    return [event for source in _events for event in source(invoice)]
