"""Work and its pay: contracts, declarations, pay items, payslips, monthly runs."""

from payroll.models.contracts import (
    OPEN_END,
    ContractAmendment,
    ContractMonth,
    ContractSignature,
    Declaration,
    EmploymentContract,
    QuickJobExpense,
    WorkerFile,
)
from payroll.models.pay import HolidayBlock, PayItem, PayLine
from payroll.models.runs import PayException, PayrollRun, Payslip, PayslipPart, RunLine, RunShard

__all__ = [
    "OPEN_END",
    "ContractMonth",
    "ContractSignature",
    "Declaration",
    "EmploymentContract",
    "HolidayBlock",
    "PayException",
    "PayItem",
    "ContractAmendment",
    "ContractBatch",
    "ContractBatchRow",
    "PayLine",
    "PayrollRun",
    "ContractTemplate",
    "Payslip",
    "PayslipPart",
    "QuickJobExpense",
    "RunLine",
    "RunShard",
    "WorkerFile",
]
