"""Where entries and payments of dues lead."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.links import link


def due_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A due leads to its page."""
    return {pk: link("dues:due", pk=pk) for pk in ids}


def transfer_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A transfer leads to the accounts between entities."""
    return {pk: link("dues:entities") for pk in ids}
