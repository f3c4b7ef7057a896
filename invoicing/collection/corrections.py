"""What was owed of a charge, as is known now. Reads nothing, writes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.money import ZERO
from invoicing.collection.claims import Debt
from invoicing.collection.enums import ChargeKind
from invoicing.collection.interest import interest_lines, total_of
from invoicing.collection.law import consumer_rule
from invoicing.collection.models import Charge
from invoicing.enums import ClientKind


def owed_of(charge: Charge, debt: Debt) -> Decimal:
    """Euro of a charge that were owed on the day of its claim, at most what was claimed: the same days and
    articles as then, on the balances that the bank has told since. Costs of recovery were spent all the same.
    """
    return min(charge.amount, _owed(charge, debt))


def _owed(charge: Charge, debt: Debt) -> Decimal:
    if charge.kind == ChargeKind.INTEREST and charge.basis and charge.until is not None:
        first = date.fromisoformat(charge.basis[0]["first"])
        return total_of(interest_lines(debt.country, debt.movements, first=first, last=charge.until))
    balance = debt.open_on(charge.claimed_on)
    if charge.kind == ChargeKind.INDEMNITY and debt.kind == ClientKind.CONSUMER:
        return consumer_rule(debt.country, charge.claimed_on).indemnity(balance) if balance > 0 else ZERO
    if charge.kind == ChargeKind.INDEMNITY:
        return charge.amount if debt.was_late(charge.claimed_on) else ZERO
    if charge.kind == ChargeKind.FEE:
        return charge.amount if balance > 0 else ZERO
    return charge.amount
