"""Lists of open-ended contracts as files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from members.enums import Role
from payroll.cdi import selectors
from payroll.cdi.filters import OpenEndedFilter
from payroll.models import EmploymentContract

READERS = frozenset({Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.AUDITOR})


def _contracts(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[EmploymentContract]:
    return filtered(OpenEndedFilter, asked, selectors.visible_contracts(person, roles))


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Employer"), "entity.name"),
        Column(_("Activity"), "activity.name"),
        Column(_("Since"), "starts_on", "date"),
        Column(_("Until"), lambda row: None if row.open_ended else row.ends_on, "date"),
        Column(_("Gross of a month"), "gross", "money"),
        Column(_("Available"), "activity.budget.available", "money"),
    )


LISTS = (ListSource("cdi.contracts", _("Open-ended contracts"), READERS, _contracts, _columns),)
