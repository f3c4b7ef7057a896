"""Contracts: drafted, submitted, amended, cancelled, shortened, corrected.

Locks, in this order: worker file, contract, budget.
"""

from payroll.services.contracts.amending import AMENDABLE, amend_contract
from payroll.services.contracts.correcting import correct_month
from payroll.services.contracts.ending import cancel_contract, report_no_show, shorten_contract
from payroll.services.contracts.paying import mark_paid, mark_returned
from payroll.services.contracts.rows import SOURCE, locked_contract
from payroll.services.contracts.submitting import submit_contract
from payroll.services.contracts.writing import EDITABLE, create_contract, edit_contract

__all__ = [
    "AMENDABLE",
    "EDITABLE",
    "SOURCE",
    "amend_contract",
    "cancel_contract",
    "correct_month",
    "create_contract",
    "edit_contract",
    "locked_contract",
    "mark_paid",
    "mark_returned",
    "report_no_show",
    "shorten_contract",
    "submit_contract",
]
