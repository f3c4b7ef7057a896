"""One limit that waits for a second person, for whoever tests all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from invoicing.guarantee.services import set_limit
from invoicing.models import Client
from tests.factories import SYSTEM

ON = date(2026, 11, 30)


def limit_of(client: Client) -> UUID:
    """A proposed limit of a client."""
    row = set_limit(
        client_id=client.pk,
        amount=Decimal("60000.00"),
        valid_from=ON,
        reason="Festival",
        on=ON,
        actor=SYSTEM,
    )
    return row.pk
