"""Limits of clients as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource
from core.tables import Column
from invoicing.guarantee import selectors
from invoicing.guarantee.models import ClientLimit
from invoicing.guarantee.roles import SEE


def _limits(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[ClientLimit]:
    return selectors.limits()


def limit_columns() -> Sequence[Column]:
    """What is told of a limit."""
    return (
        Column(_("Client"), "client.name"),
        Column(_("Limit"), "amount", "money"),
        Column(_("From"), "valid_from", "date"),
        Column(_("Why"), "reason"),
        Column(_("State"), "state", "badge", shown="get_state_display"),
        Column(_("Set by"), "created_by"),
        Column(_("Agreed by"), "decided_by"),
    )


LISTS = (ListSource("invoicing.limits", _("Limits of clients"), frozenset(SEE), _limits, limit_columns),)
