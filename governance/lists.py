"""The register of members as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource
from core.tables import Column
from governance import selectors
from governance.models import ShareMovement
from members.enums import Role

REGISTER = frozenset({Role.COOP_ADMIN, Role.BOARD, Role.AUDITOR, Role.FINANCE})


def _register(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[ShareMovement]:
    return selectors.register()


def _register_columns() -> Sequence[Column]:
    return (
        Column(_("No."), "number", "number"),
        Column(_("Member"), "person"),
        Column(_("Category"), "get_category_display"),
        Column(_("Movement"), "get_kind_display"),
        Column(_("Date"), "on", "date"),
        Column(_("Shares"), "shares", "number"),
        Column(_("Amount"), "amount", "money"),
    )


LISTS = (ListSource("governance.register", _("Register of members"), REGISTER, _register, _register_columns),)
