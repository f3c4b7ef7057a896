"""Own bank accounts of a published cooperative: the one that each entity names."""

from __future__ import annotations

from typing import Any

from ledger.models import LegalEntity
from ledger.treasury.models import BankAccount


def load_bank_accounts(published: dict[str, Any]) -> None:  # noqa: ARG001 - the entities are rows by now
    """One account per entity. Repeats add nothing."""
    BankAccount.objects.bulk_create(
        [BankAccount(entity=e, iban=e.iban, bic=e.bic) for e in LegalEntity.objects.all()],
        ignore_conflicts=True,
    )
