"""Invariants between the register of members and the books."""

from collections.abc import Iterable

from core.registry import Break
from governance.selectors import register_totals
from ledger.selectors import account_balance


def register_equals_account() -> Iterable[Break]:
    """The capital in the register of members is the credit of account 110."""
    register, booked = register_totals()["amount"], -account_balance("110")
    if register != booked:
        yield Break("register_differs", "110", f"register {register}, account {booked}")
