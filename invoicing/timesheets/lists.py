"""Hours as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from invoicing.lists import ROLES
from invoicing.timesheets.filters import HoursFilter
from invoicing.timesheets.models import TimeEntry
from invoicing.timesheets.selectors import visible_entries


def _hours(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[TimeEntry]:
    return filtered(HoursFilter, asked, visible_entries(person, roles))


def _columns() -> Sequence[Column]:
    return (
        Column(_("Day"), "day", "date"),
        Column(_("Client"), "client.name"),
        Column(_("Activity"), "activity.name"),
        Column(_("Who"), lambda row: str(row.person)),
        Column(_("Task"), "task"),
        Column(_("What was done"), "text"),
        Column(_("Hours"), "hours", "number"),
        Column(_("Rate an hour, without VAT"), "rate", "number"),
        Column(_("Amount"), "amount", "money"),
    )


LISTS = (ListSource("invoicing.hours", _("Hours"), ROLES, _hours, _columns),)
