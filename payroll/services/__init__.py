"""The only writers of payroll's tables, by noun; the names below are what other apps and edges call."""

from payroll.services.contracts import (
    BatchPerson,
    amend_contract,
    cancel_contract,
    copy_contract,
    correct_month,
    create_contract,
    drop_template,
    edit_contract,
    keep_template,
    preview_batch,
    report_no_show,
    shorten_contract,
    sign_contract,
    split_student_contract,
    submit_batch,
    submit_contract,
    write_batch,
)
from payroll.services.quick_jobs import QuickJob, cancel_quick_job, quick_job
from payroll.services.settlement import settle_due, settle_month

__all__ = [
    "BatchPerson",
    "QuickJob",
    "amend_contract",
    "cancel_contract",
    "cancel_quick_job",
    "copy_contract",
    "correct_month",
    "create_contract",
    "drop_template",
    "edit_contract",
    "keep_template",
    "preview_batch",
    "quick_job",
    "report_no_show",
    "settle_due",
    "settle_month",
    "shorten_contract",
    "sign_contract",
    "split_student_contract",
    "submit_batch",
    "submit_contract",
    "write_batch",
]
