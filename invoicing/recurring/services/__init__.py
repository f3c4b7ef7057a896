"""The only writers of recurring invoices."""

from invoicing.recurring.services.running import (
    leave_out_occurrence,
    retry_occurrence,
    run_recurring,
)
from invoicing.recurring.services.templates import (
    change_template,
    create_template,
    end_template,
    new_price,
    pause_template,
    resume_template,
)

__all__ = [
    "change_template",
    "create_template",
    "end_template",
    "leave_out_occurrence",
    "new_price",
    "pause_template",
    "resume_template",
    "retry_occurrence",
    "run_recurring",
]
