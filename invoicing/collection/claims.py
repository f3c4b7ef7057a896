"""What the law allows to be claimed on an invoice, on a day. Reads nothing, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.money import ZERO
from invoicing.collection.enums import ChargeKind
from invoicing.collection.interest import InterestLine, interest_lines, total_of
from invoicing.collection.law import consumer_rule, flat_indemnity, law_of
from invoicing.enums import ClientKind


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice as the law of late payment sees it. Amounts in euro.

    `movements`: (day, change of the balance), the invoice itself first. `reminded_until`: last free day of a
    consumer's first reminder; None while there was none. `interest_until`: last day that interest was claimed
    for. `frozen_on`: last day that bears interest, when a plan promised so. `letters_lost`: it was reminded,
    and no letter reached the client.
    """

    number: str
    country: str
    kind: str
    due_on: date
    open_amount: Decimal
    movements: tuple[tuple[date, Decimal], ...]
    reminded_until: date | None = None
    interest_until: date | None = None
    has_indemnity: bool = False
    frozen_on: date | None = None
    letters_lost: bool = False

    def open_on(self, day: date) -> Decimal:
        """Euro open as a day begins: who pays on a day still owes on that day."""
        return sum((amount for moved_on, amount in self.movements if moved_on < day), ZERO)

    def was_late(self, on: date) -> bool:
        """Whether anything was open on a day after the due date, up to and including `on`."""
        after = self.due_on + timedelta(days=1)
        days = {after, *(day + timedelta(days=1) for day, _ in self.movements if day >= after)}
        return any(self.open_on(day) > 0 for day in days if day <= on)


@dataclass(frozen=True, slots=True)
class Claim:
    """A charge that may be asked for: euro, with the text that allows it and the lines that explain it."""

    kind: ChargeKind
    amount: Decimal
    law: str
    until: date | None
    basis: tuple[dict[str, Any], ...]


def free_on(debt: Debt, on: date) -> bool:
    """Whether nothing may be added yet: before the due date, and in a consumer's free days."""
    if on <= debt.due_on:
        return True
    return debt.kind == ClientKind.CONSUMER and (debt.reminded_until is None or on <= debt.reminded_until)


def interest_due(debt: Debt, on: date) -> list[InterestLine]:
    """Interest not yet claimed, up to and including a day.

    Firms and public bodies: from the day after the due date, without notice. Consumers: from the day after
    the free days. Raises `NoRateInForce`.
    """
    if free_on(debt, on):
        return []
    first = debt.due_on + timedelta(days=1)
    if debt.kind == ClientKind.CONSUMER and debt.reminded_until is not None:
        first = max(first, debt.reminded_until + timedelta(days=1))
    if debt.interest_until is not None:
        first = max(first, debt.interest_until + timedelta(days=1))
    last = min(on, debt.frozen_on) if debt.frozen_on else on
    return interest_lines(debt.country, debt.movements, first=first, last=last)


def claims_on(debt: Debt, on: date) -> list[Claim]:
    """Everything that may be claimed on a day and was not yet. Raises `NoRateInForce`."""
    if free_on(debt, on):
        return []
    found: list[Claim] = []
    lines = interest_due(debt, on)
    law = law_of(debt.country, debt.kind)
    if total_of(lines) > 0:
        last = debt.frozen_on if debt.frozen_on and debt.frozen_on < on else on
        basis = tuple(line.as_basis() for line in lines)
        rates = ", ".join(dict.fromkeys(f"{(line.rate * 100).normalize():f} %" for line in lines))
        found.append(Claim(ChargeKind.INTEREST, total_of(lines), f"{law}, {rates}", last, basis))
    indemnity = ZERO if debt.has_indemnity else indemnity_of(debt, on)
    if indemnity > 0:
        basis_line = {"base": str(debt.open_amount), "amount": str(indemnity), "on": on.isoformat()}
        found.append(Claim(ChargeKind.INDEMNITY, indemnity, _article(debt, law), None, (basis_line,)))
    return found


def indemnity_of(debt: Debt, on: date) -> Decimal:
    """The fixed compensation in euro: 40 € from firms and public bodies that paid late, a capped share of the
    balance from consumers. Raises `NoRateInForce`.
    """
    if debt.kind != ClientKind.CONSUMER:
        return flat_indemnity(debt.country, on) if debt.was_late(on) else ZERO
    return consumer_rule(debt.country, on).indemnity(debt.open_amount) if debt.open_amount > 0 else ZERO


def _article(debt: Debt, law: str) -> str:
    return f"{law}.4" if debt.kind == ClientKind.CONSUMER else f"{law}, art. 6"
