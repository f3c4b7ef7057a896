"""The queue of work abroad as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from payroll.abroad import selectors
from payroll.abroad.countries import country_name
from payroll.abroad.filters import StepFilter
from payroll.abroad.models import MissionStep
from payroll.abroad.roles import STAFF


def _steps(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[MissionStep]:
    return filtered(StepFilter, asked, selectors.steps(person, roles))


def _columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "mission.person"),
        Column(_("Country"), lambda row: country_name(row.mission.country)),
        Column(_("First day"), "mission.starts_on", "date"),
        Column(_("Last day"), "mission.ends_on", "date"),
        Column(_("What"), "get_kind_display"),
        Column(_("Until"), "due_on", "date"),
        Column(_("State"), "get_state_display"),
        Column(_("Number"), "number"),
        Column(_("Note"), "note"),
    )


LISTS = (ListSource("payroll.abroad", _("Work abroad"), frozenset(STAFF), _steps, _columns),)
