"""The only writers of the room of open-ended contracts."""

from payroll.cdi.services.absences import (
    add_certificate,
    ask_absence,
    cancel_absence,
    decide_absence,
    grant_holiday,
)
from payroll.cdi.services.allowances import pay_allowance, pay_due
from payroll.cdi.services.ending import end_contract
from payroll.cdi.services.following import follow_contract
from payroll.cdi.services.holidays import give_back_taken
from payroll.cdi.services.proposals import agree_salary, propose_salary, refuse_proposal, withdraw_proposal
from payroll.cdi.services.salaries import follow_salary, lend_salary, plan_salary_month

__all__ = [
    "add_certificate",
    "agree_salary",
    "ask_absence",
    "cancel_absence",
    "decide_absence",
    "end_contract",
    "follow_contract",
    "follow_salary",
    "give_back_taken",
    "grant_holiday",
    "lend_salary",
    "pay_allowance",
    "pay_due",
    "plan_salary_month",
    "propose_salary",
    "refuse_proposal",
    "withdraw_proposal",
]
