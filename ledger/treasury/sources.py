"""Where entries that come from the treasury lead."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.links import link
from ledger.treasury.models import Payout


def payout_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A payment leads to its batch."""
    batches = Payout.objects.filter(pk__in=list(ids), batch__isnull=False).values_list("pk", "batch_id")
    return {pk: link("treasury:batch", pk=batch_id) for pk, batch_id in batches}


def line_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A line of the bank leads to its page."""
    return {pk: link("treasury:line", pk=pk) for pk in ids}
