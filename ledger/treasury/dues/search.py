"""Dues, as the search finds them: by creditor, reference and amount."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.kit.formats import day, money
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import amount_word, words_of
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.roles import SEE
from ledger.treasury.dues.selectors import creditor_name


def index(keys: Collection[UUID]) -> Iterator[Indexed]:
    """For those who see dues, and nobody else."""
    for row in Due.objects.filter(pk__in=keys).select_related("entity"):
        words = words_of(creditor_name(row.entity, row.creditor), row.creditor, row.reference)
        yield Indexed(row.pk, frozenset(words | {amount_word(row.amount)}), frozenset())


def keys() -> Iterator[UUID]:
    """Every due."""
    return iter(Due.objects.order_by("pk").values_list("pk", flat=True))


def show(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Dues for those who see them."""
    del person
    if not roles & SEE:
        return
    for row in Due.objects.filter(pk__in=wanted).select_related("entity"):
        text = f"{money(row.amount)} · {day(row.due_on)}"
        yield Hit(row.pk, creditor_name(row.entity, row.creditor), text, link("dues:due", pk=row.pk))


DUES = SearchSource("due", _("Dues to public bodies"), "dues.due", SEE, index, keys, show, order=72)
