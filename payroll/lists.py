"""Lists of payroll as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.digits import year_in
from core.exports.errors import FiltersUnreadable
from core.exports.sources import ListSource, filtered
from core.tables import Column
from members.enums import Role
from payroll import selectors
from payroll.filters import ContractFilter
from payroll.models import Declaration, EmploymentContract, Payslip
from payroll.months import read_month
from payroll.services.payslips import KIND

KEEPERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
READERS = KEEPERS | {Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.LEGAL}


def _contracts(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[EmploymentContract]:
    return filtered(ContractFilter, asked, selectors.visible_contracts(person, roles))


def _contract_columns() -> Sequence[Column]:
    today = clock.today()
    return (
        Column(_("Work"), "description"),
        Column(_("Worker"), "person"),
        Column(_("Employer"), "entity.name"),
        Column(_("Activity"), "activity.name"),
        Column(_("Kind"), "get_contract_type_display"),
        Column(_("From"), "starts_on", "date"),
        Column(_("Up to"), "ends_on", "date"),
        Column(_("Hours"), "hours", "number"),
        Column(_("Gross"), "gross", "money"),
        Column(_("State"), lambda row: row.state_on(today)[1]),
    )


def _declarations(_person: Any, _roles: frozenset[str], _asked: QueryDict) -> QuerySet[Declaration]:
    return selectors.declarations()


def _declaration_columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "contract.person"),
        Column(_("Employer"), "contract.entity.name"),
        Column(_("Declaration"), "get_kind_display"),
        Column(_("State"), "get_state_display"),
        Column(_("From"), "starts_on", "date"),
        Column(_("Up to"), "ends_on", "date"),
        Column(_("Reference"), "reference"),
        Column(_("Answer"), "error"),
    )


def _payslips(_person: Any, _roles: frozenset[str], asked: QueryDict) -> QuerySet[Payslip]:
    try:
        month = read_month(asked.get("month") or format(clock.today(), "%Y-%m"))
    except ValueError:
        raise FiltersUnreadable(names="month") from None
    return selectors.month_payslips(month)


def _payslip_columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Employer"), "entity.name"),
        Column(_("Number"), "number"),
        Column(_("Month"), "month", "date"),
        Column(_("Gross"), "gross", "money"),
        Column(_("Net"), "net", "money"),
    )


def _my_payslips(person: Any, _roles: frozenset[str], asked: QueryDict) -> QuerySet[Payslip]:
    """A worker's own, of a year or of all."""
    rows = selectors.visible_payslips(person)
    year = asked.get("year", "")
    if not year:
        return rows
    chosen = year_in(year)
    if chosen is None:
        raise FiltersUnreadable(names="year")
    return rows.filter(month__year=chosen)


def _document(slip: Payslip) -> tuple[str, UUID]:
    return (KIND, slip.pk)


LISTS = (
    ListSource("payroll.contracts", _("Contracts"), READERS, _contracts, _contract_columns),
    ListSource("payroll.declarations", _("Declarations"), KEEPERS, _declarations, _declaration_columns),
    ListSource("payroll.payslips", _("Payslips"), KEEPERS, _payslips, _payslip_columns),
    ListSource(
        "payroll.my_payslips",
        _("My payslips"),
        frozenset({Role.MEMBER}),
        _my_payslips,
        _payslip_columns,
        document=_document,
    ),
)
