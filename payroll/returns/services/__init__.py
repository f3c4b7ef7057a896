"""The only writer of returns and of workers' papers."""

from payroll.returns.services.building import build_return, finish_building, work_return
from payroll.returns.services.deciding import approve_return, check_return
from payroll.returns.services.ending import end_contract, end_due_contracts
from payroll.returns.services.papers import issue_papers, read_paper, read_return_file, read_row
from payroll.returns.services.sending import carry, carry_due, retry_return, send_return, waiting

__all__ = [
    "approve_return",
    "build_return",
    "carry",
    "carry_due",
    "check_return",
    "end_contract",
    "end_due_contracts",
    "finish_building",
    "issue_papers",
    "read_paper",
    "read_return_file",
    "read_row",
    "retry_return",
    "send_return",
    "waiting",
    "work_return",
]
