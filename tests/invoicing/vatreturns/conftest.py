"""A cooperative that files by quarter, two people of finance, and purchases that a test may add.

Read before Django is ready, hence the imports inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.models import Cooperative
    from invoicing.vat_sources import PurchaseVat
    from ledger.models import LegalEntity
    from members.models import Person


@pytest.fixture
def pa(tenant: Cooperative) -> LegalEntity:
    """Productions Associées, filing by quarter."""
    from tests.invoicing.vatreturns.builders import by_quarter

    return by_quarter()


@pytest.fixture
def one(pa: LegalEntity) -> Person:
    """A person of finance."""
    from tests.invoicing.vatreturns.builders import financier

    return financier()


@pytest.fixture
def two(pa: LegalEntity) -> Person:
    """Another person of finance."""
    from tests.invoicing.vatreturns.builders import financier

    return financier()


@pytest.fixture
def buy(pa: LegalEntity, monkeypatch: pytest.MonkeyPatch) -> Callable[..., PurchaseVat]:
    """Book a purchase and tell the VAT returns of it, as a room that books purchases does."""
    from invoicing import vat_sources
    from tests.invoicing.vatreturns.builders import Purchases

    purchases = Purchases(pa)
    monkeypatch.setattr(vat_sources, "_sources", [*vat_sources._sources, purchases.between])
    return purchases.book
