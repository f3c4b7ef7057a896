"""The only writer of dues, of bodies' statements and of transfers between entities."""

from ledger.treasury.dues.services.agreeing import agree_due, correct_due, enter_terms
from ledger.treasury.dues.services.bodies import claim_line, enter_statement, explain_line
from ledger.treasury.dues.services.paying import make_batch
from ledger.treasury.dues.services.raising import raise_dues
from ledger.treasury.dues.services.transfers import agree_transfer, propose_transfer, refuse_transfer

__all__ = [
    "agree_due",
    "agree_transfer",
    "claim_line",
    "correct_due",
    "enter_statement",
    "enter_terms",
    "explain_line",
    "make_batch",
    "propose_transfer",
    "raise_dues",
    "refuse_transfer",
]
