"""Lists of deductions as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from payroll.deductions import selectors
from payroll.deductions.filters import AdvanceFilter, SeizureFilter
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.roles import ADVANCE_READERS, EVERYBODY, KEEPERS


def _seizures(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Seizure]:
    return filtered(SeizureFilter, asked, selectors.seizures(person, roles))


def _seizure_columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Creditor"), "creditor_name"),
        Column(_("Account of the creditor"), "creditor_iban"),
        Column(_("Communication"), "reference"),
        Column(_("Notified on"), "notified_on", "date"),
        Column(_("Rank"), "rank", "number"),
        Column(_("In all"), "total", "money"),
        Column(_("Per month"), "per_month", "money"),
        Column(_("Taken"), "taken", "money"),
        Column(_("State"), "get_state_display"),
    )


def _advances(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Advance]:
    return filtered(AdvanceFilter, asked, selectors.advances(person, roles))


def _advance_columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Employer"), "entity.name"),
        Column(_("Asked on"), "asked_on", "date"),
        Column(_("Amount"), "amount", "money"),
        Column(_("Given back"), "back", "money"),
        Column(_("Written off"), "written_off", "money"),
        Column(_("Still to give back"), "open", "money"),
        Column(_("State"), "get_state_display"),
    )


LISTS = (
    ListSource("payroll.seizures", _("Seizures"), KEEPERS, _seizures, _seizure_columns),
    ListSource(
        "payroll.advances", _("Advances on wages"), ADVANCE_READERS | EVERYBODY, _advances, _advance_columns
    ),
)
