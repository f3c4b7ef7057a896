"""The only writers of payroll's tables, by noun; the names below are what other apps and edges call."""

from payroll.services.contracts import (
    amend_contract,
    cancel_contract,
    correct_month,
    create_contract,
    edit_contract,
    report_no_show,
    shorten_contract,
    submit_contract,
)
from payroll.services.quick_jobs import QuickJob, cancel_quick_job, quick_job
from payroll.services.settlement import settle_due, settle_month
from payroll.services.signing import sign_contract

__all__ = [
    "QuickJob",
    "amend_contract",
    "cancel_contract",
    "cancel_quick_job",
    "correct_month",
    "create_contract",
    "edit_contract",
    "quick_job",
    "report_no_show",
    "settle_due",
    "settle_month",
    "shorten_contract",
    "sign_contract",
    "submit_contract",
]
