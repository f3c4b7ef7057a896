"""Bank lines, as the search finds them: by counterparty, account, communication, reference and amount."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.kit.formats import day, money
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import amount_word, words_of
from ledger.treasury.models import BankTransaction
from ledger.treasury.roles import SEE


def index(keys: Collection[UUID]) -> Iterator[Indexed]:
    """For those who see the bank, and nobody else."""
    for row in BankTransaction.objects.filter(pk__in=keys):
        words = words_of(
            row.counterparty_name, row.counterparty_iban, row.communication, row.structured_reference,
            row.bank_reference, row.end_to_end_id,
        )  # fmt: skip
        words |= {amount_word(row.amount), row.counterparty_iban[-4:].lower()} - {""}
        yield Indexed(row.pk, frozenset(words), frozenset())


def keys() -> Iterator[UUID]:
    """Every line."""
    return iter(BankTransaction.objects.order_by("pk").values_list("pk", flat=True))


def show(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Lines for those who see the bank."""
    del person
    if not roles & SEE:
        return
    for row in BankTransaction.objects.filter(pk__in=wanted):
        title = row.counterparty_name or row.communication or row.bank_reference
        text = f"{money(row.amount)} · {day(row.entry_date)}"
        yield Hit(row.pk, title, text, link("treasury:line", pk=row.pk))


LINES = SearchSource(
    "bank_line", _("Bank lines"), "treasury.banktransaction", SEE, index, keys, show, order=70
)
