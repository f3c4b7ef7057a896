"""Contracts: drafted, submitted, amended, cancelled, shortened, corrected.

Locks, in this order: worker file, contract, budget.
"""

from payroll.services.contracts.amending import AMENDABLE, amend_contract
from payroll.services.contracts.batches import BatchPerson, preview_batch, submit_batch, write_batch
from payroll.services.contracts.copying import copy_contract, drop_template, keep_template
from payroll.services.contracts.correcting import correct_month, take_back, withdraw_correction
from payroll.services.contracts.ending import cancel_contract, report_no_show, shorten_contract
from payroll.services.contracts.paying import end_paid, mark_paid, mark_returned
from payroll.services.contracts.rows import SOURCE, locked_contract
from payroll.services.contracts.signing import contract_digest, sign_contract
from payroll.services.contracts.splitting import split_student_contract
from payroll.services.contracts.submitting import submit_contract
from payroll.services.contracts.writing import EDITABLE, create_contract, edit_contract

__all__ = [
    "AMENDABLE",
    "EDITABLE",
    "SOURCE",
    "BatchPerson",
    "amend_contract",
    "cancel_contract",
    "contract_digest",
    "copy_contract",
    "correct_month",
    "create_contract",
    "drop_template",
    "edit_contract",
    "end_paid",
    "keep_template",
    "locked_contract",
    "mark_paid",
    "mark_returned",
    "preview_batch",
    "report_no_show",
    "shorten_contract",
    "sign_contract",
    "split_student_contract",
    "submit_batch",
    "submit_contract",
    "take_back",
    "withdraw_correction",
    "write_batch",
]
