"""Where entries that come from the ledger itself lead."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.links import link


def manual_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What was posted by hand leads to its proposal."""
    return {pk: link("ledger:manual_entry", pk=pk) for pk in ids}


def entry_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A loan of the pot leads to the entry that made it necessary."""
    return {pk: link("ledger:entry", pk=pk) for pk in ids}
