"""Where entries and payments of VAT returns lead."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.links import link
from invoicing.vatreturns import selectors
from invoicing.vatreturns.periods import period_of


def return_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Returns lead to their page."""
    return {
        row.pk: link(
            "vatreturns:paper",
            entity=row.entity.code,
            period=period_of(row.first, row.rhythm).code,
            paper=row.paper,
        )
        for row in selectors.returns().filter(pk__in=list(ids))
    }
