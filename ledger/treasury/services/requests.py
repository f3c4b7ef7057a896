"""Asking for payment: an amount, to whom, when and why. Nothing is posted before it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core.identifiers import InvalidIdentifier, normalise_iban
from core.money import CENT, ZERO
from core.rows import insert_values
from core.uuid7 import uuid7
from ledger.treasury.enums import PayoutKind
from ledger.treasury.errors import InvalidPayout, PayoutDiffers
from ledger.treasury.models import Payout


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    """An amount to be paid on `due_on`, and why: (`source_type`, `source_id`, `kind`) names it once.

    Releasing the payout settles the debt on `settles_account`. Checked when made: raises `InvalidPayout` for
    an amount that is not above zero in cents, a name without a letter, an account that is none.
    """

    entity_id: UUID
    kind: str
    party_id: UUID
    payee_name: str
    iban: str
    amount: Decimal
    communication: str
    due_on: date
    source_type: str
    source_id: UUID
    settles_account: str

    def __post_init__(self) -> None:
        named = any(character.isalnum() for character in self.payee_name)
        if self.amount <= ZERO or self.amount != self.amount.quantize(CENT) or not named:
            raise InvalidPayout(payee=self.payee_name)
        object.__setattr__(self, "iban", account_of(self.iban, self.payee_name))

    @property
    def key(self) -> tuple[str, UUID, str]:
        """The reason, once and for all."""
        return (self.source_type, self.source_id, PayoutKind(self.kind).value)


@transaction.atomic
def request_payouts(requests: Sequence[PayoutRequest]) -> list[Payout]:
    """Queue amounts for payment; posts nothing. Two statements, whatever their number.

    Asked again for the same reason it answers with the payout that stands (the last one, if the bank sent one
    back). Raises `PayoutDiffers` when the amount is another one; then nothing is written.
    """
    standing: dict[tuple[str, UUID, str], Payout] = {}
    reasons = {request.source_id for request in requests}
    for payout in Payout.objects.filter(source_id__in=reasons).order_by("attempt") if reasons else ():
        standing[(payout.source_type, payout.source_id, payout.kind)] = payout
    fresh: list[tuple[Any, ...]] = []
    keys = [request.key for request in requests]
    for key, request in zip(keys, requests, strict=True):
        known = standing.get(key)
        if known is None:
            fresh.append(_payout(request))
            standing[key] = Payout.from_db("default", COLUMNS, fresh[-1])
        elif known.amount != request.amount:
            raise PayoutDiffers(amount=known.amount)
    insert_values(Payout, COLUMNS, fresh)
    return [standing[key] for key in keys]


def request_payout(
    *,
    entity_id: UUID,
    kind: str,
    party_id: UUID,
    payee_name: str,
    iban: str,
    amount: Decimal,
    communication: str,
    due_on: date,
    source_type: str,
    source_id: UUID,
    settles_account: str,
) -> Payout:
    """Queue one amount for payment: a batch of one. Raises `InvalidPayout`, `PayoutDiffers`."""
    return request_payouts(
        [
            PayoutRequest(
                entity_id=entity_id,
                kind=kind,
                party_id=party_id,
                payee_name=payee_name,
                iban=iban,
                amount=amount,
                communication=communication,
                due_on=due_on,
                source_type=source_type,
                source_id=source_id,
                settles_account=settles_account,
            )
        ]
    )[0]


COLUMNS = (
    *("id", "entity_id", "kind", "party_id", "payee_name", "iban", "amount", "communication", "due_on"),
    *("source_type", "source_id", "settles_account"),
)
"""What is given of a payout; the rest has defaults and is read when asked for."""


def _payout(request: PayoutRequest) -> tuple[Any, ...]:
    """Values of `COLUMNS`."""
    return (
        uuid7(),
        request.entity_id,
        request.kind,
        request.party_id,
        request.payee_name[:120],
        request.iban,
        request.amount,
        request.communication[:140],
        request.due_on,
        request.source_type,
        request.source_id,
        request.settles_account,
    )


def account_of(iban: str, payee_name: str) -> str:
    """The IBAN as it is kept. Raises `InvalidPayout`."""
    try:
        return normalise_iban(iban)
    except InvalidIdentifier as error:
        raise InvalidPayout(payee=payee_name) from error
