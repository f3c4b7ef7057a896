"""Open-ended contracts: what was agreed, the salary of each month, absences, allowances."""

from payroll.cdi.models.absences import Absence, HolidayRight
from payroll.cdi.models.allowances import Allowance, AllowanceLine, HolidayDraw
from payroll.cdi.models.salaries import SalaryMonth, SalaryWarning
from payroll.cdi.models.terms import OpenEndedTerms, ProposalMonth, SalaryConsent, SalaryProposal

__all__ = [
    "Absence",
    "Allowance",
    "AllowanceLine",
    "HolidayDraw",
    "HolidayRight",
    "OpenEndedTerms",
    "ProposalMonth",
    "SalaryConsent",
    "SalaryMonth",
    "SalaryProposal",
    "SalaryWarning",
]
