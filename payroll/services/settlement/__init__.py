"""Settlement: each part of a contract becomes a pay item, is posted, and its payout is asked for (DOMAIN §7).

Statutory amounts are those of the worker's cumulated month less what earlier items took, so that every
contract is paid at its time and the month is exact. Locks: worker file, contract, its parts, budget.
"""

from payroll.services.exceptions import Stopped, note_exception, note_exceptions
from payroll.services.settlement.acts import (
    BATCH,
    count_due,
    due_months,
    settle_due,
    settle_month,
    settle_months,
    settle_or_raise,
)
from payroll.services.settlement.amounts import ITEM
from payroll.services.settlement.facts import (
    AMOUNTS,
    closed_months,
    entry_date,
    settled_item,
    situation_of,
    situation_on,
)
from payroll.services.settlement.outside import EMPLOYEE, STUDENT, outside_quota_of, set_apart, share_of
from payroll.services.settlement.rows import LINE_COLUMNS, engine_lines

__all__ = [
    "AMOUNTS",
    "BATCH",
    "EMPLOYEE",
    "ITEM",
    "LINE_COLUMNS",
    "STUDENT",
    "Stopped",
    "closed_months",
    "count_due",
    "due_months",
    "engine_lines",
    "entry_date",
    "note_exception",
    "note_exceptions",
    "outside_quota_of",
    "set_apart",
    "settle_due",
    "settle_month",
    "settle_months",
    "settle_or_raise",
    "settled_item",
    "share_of",
    "situation_of",
    "situation_on",
]
