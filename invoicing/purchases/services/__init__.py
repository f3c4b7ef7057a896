"""The only writer of purchases: receiving, giving to Activities, accepting, paying."""

from invoicing.purchases.services.accepting import (
    accept_purchase,
    approve_purchase,
    assign_purchase,
    confirm_account,
    give_back_purchase,
    name_account,
    refuse_purchase,
    send_back_purchase,
)
from invoicing.purchases.services.answering import carry_answers
from invoicing.purchases.services.booking import HOLD, PURCHASE, payout_of
from invoicing.purchases.services.checking import CHECK, note_rules, override_rules
from invoicing.purchases.services.paper import enter_purchase
from invoicing.purchases.services.paying import payment_left, payment_returned
from invoicing.purchases.services.receiving import Received, receive_document
from invoicing.purchases.services.splitting import PartInput, bases_of, split_purchase

__all__ = [
    "CHECK",
    "HOLD",
    "PURCHASE",
    "PartInput",
    "Received",
    "accept_purchase",
    "approve_purchase",
    "assign_purchase",
    "bases_of",
    "carry_answers",
    "confirm_account",
    "enter_purchase",
    "give_back_purchase",
    "name_account",
    "note_rules",
    "override_rules",
    "payment_left",
    "payment_returned",
    "payout_of",
    "receive_document",
    "refuse_purchase",
    "send_back_purchase",
    "split_purchase",
]
