"""The only writers of payroll's tables, by noun; the names below are what other apps and edges call."""

from payroll.services.contracts import (
    cancel_contract,
    create_contract,
    edit_contract,
    report_no_show,
    shorten_contract,
    sign_contract,
    submit_contract,
)
from payroll.services.settlement import settle_due, settle_month

__all__ = [
    "cancel_contract",
    "create_contract",
    "edit_contract",
    "report_no_show",
    "settle_due",
    "settle_month",
    "shorten_contract",
    "sign_contract",
    "submit_contract",
]
