"""The only writer of the treasury's tables: payouts and their batches, statements and their lines."""

from ledger.treasury.services.identifying import (
    account_claim,
    forget_rule,
    identify_transaction,
    identify_transactions,
    remember_rule,
    undo_identification,
)
from ledger.treasury.services.payouts import (
    cancel_batch,
    create_batch,
    lower_payout,
    mend_payout,
    release_batch,
)
from ledger.treasury.services.proposing import propose_batches
from ledger.treasury.services.requests import PayoutRequest, account_of, request_payout, request_payouts
from ledger.treasury.services.statements import forget_waiting, import_statement, take_statements

__all__ = [
    "PayoutRequest",
    "account_claim",
    "account_of",
    "cancel_batch",
    "create_batch",
    "forget_rule",
    "forget_waiting",
    "identify_transaction",
    "identify_transactions",
    "import_statement",
    "lower_payout",
    "mend_payout",
    "propose_batches",
    "release_batch",
    "remember_rule",
    "request_payout",
    "request_payouts",
    "take_statements",
    "undo_identification",
]
