"""Lists of the bank as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource
from core.tables import Column
from ledger.treasury import selectors
from ledger.treasury.models import BankStatement, BankTransaction, PayoutBatch
from ledger.treasury.roles import SEE, SEE_PAYMENTS


def _statements(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[BankStatement]:
    return selectors.bank_statements()


def _statement_columns() -> Sequence[Column]:
    return (
        Column(_("Statement"), "name"),
        Column(_("Own account"), "account.iban"),
        Column(_("Date"), "date", "date"),
        Column(_("Entity"), "account.entity.name"),
        Column(_("Opening"), "opening", "money"),
        Column(_("Closing"), "closing", "money"),
        Column(_("Lines"), "lines", "number"),
        Column(_("To identify"), "unidentified", "number"),
    )


def _queue(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[BankTransaction]:
    return selectors.lines_to_identify()


def _queue_columns() -> Sequence[Column]:
    return (
        Column(_("Date"), "entry_date", "date"),
        Column(_("From or to"), "counterparty_name"),
        Column(_("Account"), "counterparty_iban"),
        Column(_("Communication"), "text"),
        Column(_("Amount"), "amount", "money"),
    )


def _lines(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[BankTransaction]:
    return selectors.bank_lines()


def _line_columns() -> Sequence[Column]:
    return (
        Column(_("Own account"), "statement.account.iban"),
        Column(_("Statement"), "statement.name"),
        Column(_("Date"), "entry_date", "date"),
        Column(_("Value date"), "value_date", "date"),
        Column(_("From or to"), "counterparty_name"),
        Column(_("Account"), "counterparty_iban"),
        Column(_("Communication"), "text"),
        Column(_("Amount"), "amount", "money"),
        Column(_("State"), "get_state_display"),
        Column(_("Is"), "matched_text"),
        Column(_("Account in the books"), "account_code"),
        Column(_("Recognised by"), "get_matched_by_display"),
    )


def _batches(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[PayoutBatch]:
    return selectors.payout_batches()


def _batch_columns() -> Sequence[Column]:
    return (
        Column(_("Batch"), "number"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Entity"), "entity.name"),
        Column(_("Made on"), "created_on", "date"),
        Column(_("Payments"), "payments", "number"),
        Column(_("Total"), "total", "money"),
        Column(_("State"), "get_state_display"),
    )


LISTS = (
    ListSource("treasury.statements", _("Bank statements"), SEE, _statements, _statement_columns),
    ListSource("treasury.queue", _("Lines to identify"), SEE, _queue, _queue_columns),
    ListSource("treasury.lines", _("Lines of the bank"), SEE, _lines, _line_columns),
    ListSource("treasury.batches", _("Payment batches"), SEE_PAYMENTS, _batches, _batch_columns),
)
