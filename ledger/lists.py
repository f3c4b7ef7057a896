"""Lists of the books as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from ledger import selectors
from ledger.filters import JournalFilter
from ledger.models import JournalEntry
from ledger.roles import SEE


def _entries(_person: Any, _roles: frozenset[str], asked: QueryDict) -> QuerySet[JournalEntry]:
    """Of one entity, as on the page: the one that is named, else the one that most Activities belong to."""
    shown = asked.copy()
    entity = selectors.default_entity()
    if entity is not None and not shown.get("entity"):
        shown["entity"] = entity.code
    return filtered(JournalFilter, shown, selectors.journal_entries())


def _with_amounts(entries: Sequence[Any]) -> None:
    """What each entry moves, in one query."""
    amounts = selectors.amounts_of(entry.pk for entry in entries)
    for entry in entries:
        entry.moved = amounts.get(entry.pk)


def _entry_columns() -> Sequence[Column]:
    return (
        Column(_("Date"), "date", "date"),
        Column(_("Number"), lambda row: getattr(row, "sealed", None)),
        Column(_("Entity"), "entity.code"),
        Column(_("Journal"), "get_journal_display"),
        Column(_("Text"), "text"),
        Column(_("Amount"), "moved", "money"),
    )


LISTS = (ListSource("ledger.entries", _("Entries"), SEE, _entries, _entry_columns, _with_amounts),)
