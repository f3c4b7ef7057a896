"""The only writer of the treasury's tables: payouts and their batches, statements and their lines."""

from ledger.treasury.services.payouts import (
    cancel_batch,
    create_batch,
    lower_payout,
    mend_payout,
    release_batch,
    request_payout,
)
from ledger.treasury.services.statements import identify_transaction, import_statement

__all__ = [
    "cancel_batch",
    "create_batch",
    "identify_transaction",
    "import_statement",
    "lower_payout",
    "mend_payout",
    "release_batch",
    "request_payout",
]
