"""Lists of dues, on pages and as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource
from core.tables import Column
from ledger.treasury.dues import selectors
from ledger.treasury.dues.models import Due, EntityTransfer
from ledger.treasury.dues.proof import name_of
from ledger.treasury.dues.roles import SEE


def due_columns(address: Callable[[Due], str] | None = None) -> Sequence[Column]:
    """A due in a list."""
    return (
        Column(_("Due"), name_of, lead=True, href=address),
        Column(_("Creditor"), lambda row: selectors.creditor_name(row.entity, row.creditor)),
        Column(_("Entity"), "entity.name"),
        Column(_("Pay by"), "due_on", "date"),
        Column(_("In the books"), "booked", "money"),
        Column(_("Amount"), "amount", "money"),
        Column(
            _("State"),
            lambda row: selectors.standing(row)[0],
            "badge",
            shown=lambda row: selectors.standing(row)[1],
        ),
    )


def transfer_columns() -> Sequence[Column]:
    """A transfer between entities in a list."""
    return (
        Column(_("Reason"), "reason", lead=True),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Is owed"), "giver.name"),
        Column(_("Owes"), "taker.name"),
        Column(_("Date"), "on", "date"),
        Column(_("Amount"), "amount", "money"),
        Column(_("State"), "state", "badge", shown="get_state_display"),
    )


def _dues(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[Due]:
    found: QuerySet[Due] = selectors.dues()
    return found


def _transfers(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[EntityTransfer]:
    return selectors.transfers()


LISTS = (
    ListSource("treasury.dues", _("Dues"), SEE, _dues, due_columns),
    ListSource("treasury.transfers", _("Transfers between entities"), SEE, _transfers, transfer_columns),
)
