"""Work and its pay: contracts, declarations, pay items, payslips, monthly runs."""

from payroll.models.contracts import (
    OPEN_END,
    ContractAmendment,
    ContractMonth,
    ContractSignature,
    Declaration,
    EmploymentContract,
    QuickJobExpense,
    WithdrawnCorrection,
    WorkerFile,
)
from payroll.models.declarations import (
    DeclarationAnswer,
    DeclarationBatch,
    DeclarationDifference,
    DeclarationStop,
)
from payroll.models.entry import ContractBatch, ContractBatchRow, ContractTemplate
from payroll.models.kept import PayCarry, PayDeduction
from payroll.models.pay import HolidayBlock, PayItem, PayLine
from payroll.models.runs import (
    PayException,
    PayrollRun,
    Payslip,
    PayslipExtra,
    PayslipPart,
    QuarterContribution,
    RunLine,
    RunShard,
)

__all__ = [
    "OPEN_END",
    "ContractAmendment",
    "ContractBatch",
    "ContractBatchRow",
    "ContractMonth",
    "ContractSignature",
    "ContractTemplate",
    "Declaration",
    "DeclarationAnswer",
    "DeclarationBatch",
    "DeclarationDifference",
    "DeclarationStop",
    "EmploymentContract",
    "HolidayBlock",
    "PayCarry",
    "PayDeduction",
    "PayException",
    "PayItem",
    "PayLine",
    "PayrollRun",
    "Payslip",
    "PayslipExtra",
    "PayslipPart",
    "QuarterContribution",
    "QuickJobExpense",
    "RunLine",
    "RunShard",
    "WithdrawnCorrection",
    "WorkerFile",
]
