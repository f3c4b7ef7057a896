"""The only writer of the books: entries, budgets, reservations, numbers, periods."""

from ledger.services.budgets import open_budget, release, reserve, reserve_more
from ledger.services.by_hand import (
    approve_entry,
    propose_entry,
    propose_reversal,
    refuse_entry,
    withdraw_entry,
)
from ledger.services.checking import check_is_due, check_now
from ledger.services.exports import ask_export
from ledger.services.lending import lend_for
from ledger.services.months import close_month
from ledger.services.posting import post_entries, post_entry, reverse_entry
from ledger.services.registers import close_period, create_party, take_number, take_numbers
from ledger.services.sealing import seal_entries

__all__ = [
    "approve_entry",
    "ask_export",
    "check_is_due",
    "check_now",
    "close_month",
    "close_period",
    "create_party",
    "lend_for",
    "open_budget",
    "post_entries",
    "post_entry",
    "propose_entry",
    "propose_reversal",
    "refuse_entry",
    "release",
    "reserve",
    "reserve_more",
    "reverse_entry",
    "seal_entries",
    "take_number",
    "take_numbers",
    "withdraw_entry",
]
