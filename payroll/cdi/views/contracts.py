"""Open-ended contracts: the list, one contract, its end, what is paid beside the salary."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.calendar import first_of_month
from core.errors import DomainError
from core.kit.formats import month as in_words
from core.links import link
from core.tables import Column, Table, page_of
from members.enums import Role
from payroll.cdi import allowances, estimates, selectors, services
from payroll.cdi.enums import StaffAllowance
from payroll.cdi.filters import OpenEndedFilter
from payroll.cdi.forms import EndForm, HolidayForm
from payroll.enums import OPEN_STATES
from payroll.models import EmploymentContract
from payroll.selectors import with_payouts

SEE = (Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.AUDITOR)
"""Who has an open-ended contract to look at."""


@requires(*SEE)
def contracts(request: HttpRequest) -> HttpResponse:
    """Open-ended contracts that I may see; with salaries that are not covered first."""
    identity, today = identity_of(request), clock.today()
    rows = selectors.visible_contracts(identity.person, identity.roles)
    found = OpenEndedFilter(request.GET, rows)
    page = page_of(request, found.qs)
    warned = selectors.warnings_of([row.pk for row in page.object_list])
    table = Table(
        id="open-ended",
        caption=_("Open-ended contracts"),
        columns=[
            Column(_("Worker"), "person", href=lambda row: link("cdi:contract", pk=row.pk), lead=True),
            Column(_("Activity"), "activity.name"),
            Column(_("Since"), "starts_on", kind="date"),
            Column(_("Until"), "ends_on", kind="date"),
            Column(_("Gross of a month"), "gross", kind="money"),
            Column(_("Available"), "activity.budget.available", kind="money"),
            Column(
                _("Months ahead"),
                lambda row: "danger" if row.pk in warned else "success",
                kind="badge",
                shown=lambda row: _shortfall(warned.get(row.pk)),
            ),
        ],
        page=page,
        empty_title=_("No open-ended contract here"),
        empty_text=_("Propose a salary from an estimate of income: member and adviser agree on it."),
        empty_action_label=_("Propose a salary"),
        empty_action_url=link("cdi:propose"),
        export="cdi.contracts",
    )
    visible = set(rows.order_by().values_list("pk", flat=True))
    context = {
        "table": table,
        "filters": found.form,
        "uncovered": [row for row in selectors.uncovered() if row.contract_id in visible],
        "absences": selectors.absences_waiting(visible),
        "proposals": selectors.visible_proposals(identity.person, identity.roles).filter(state="open")[:20],
        "may_lend": Role.PAYROLL_ADMIN in identity.roles,
        "today": today,
    }
    return render(request, "cdi/contracts.html", context)


@requires(*SEE)
def contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One contract: terms, salaries behind and ahead, what is set aside, warnings, absences, allowances."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    return render(request, "cdi/contract.html", _context(request, row))


@requires(Role.PAYROLL_ADMIN)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a contract its last day."""
    row = selectors.contract_for(None, pk, roles=identity_of(request).roles)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_contract(
                contract_id=row.pk, on=clock.now(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error("last_day", refusal.detail)
        else:
            messages.success(request, _("The end is noted: the declaration and the last salary follow it."))
            return redirect(link("cdi:contract", pk=row.pk))
    return form_page(request, form, row, _("End the contract"), _("End the contract"))


@requires(Role.PAYROLL_ADMIN)
def holiday(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add days to the holiday of a year."""
    row = selectors.contract_for(None, pk, roles=identity_of(request).roles)
    form = HolidayForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        try:
            services.grant_holiday(contract_id=row.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("cdi:contract", pk=row.pk))
    return form_page(request, form, row, _("Days of holiday"), _("Save"))


@require_POST
@requires(Role.PAYROLL_ADMIN)
def lend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the pot lend what the salary of a month lacks."""
    row = selectors.uncovered_of(None, identity_of(request).roles, pk)
    done = services.lend_salary(salary_month_id=row.pk, on=clock.today(), actor=actor_of(request))
    if done.state == "planned":
        messages.success(request, _("The salary is set aside; the next income repays the common pot."))
    else:
        messages.info(request, _("A second person agrees to this loan: ask a colleague."))
    return redirect(link("cdi:contract", pk=row.contract_id))


@require_POST
@requires(Role.PAYROLL_ADMIN)
def pay_allowance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pay an allowance that is due."""
    row = selectors.contract_for(None, pk, roles=identity_of(request).roles)
    kind = request.POST.get("kind", "")
    if kind not in StaffAllowance.values:
        return redirect(link("cdi:contract", pk=row.pk))
    today = clock.today()
    try:
        services.pay_allowance(
            contract_id=row.pk, kind=kind, year=today.year, on=today, actor=actor_of(request), second=True
        )
    except DomainError as refusal:
        context = {**_context(request, row), "refusal": refusal}
        return render(request, "cdi/contract.html", context, status=refusal.status)
    messages.success(request, _("Paid: it stands on the payslip of its month."))
    return redirect(link("cdi:contract", pk=row.pk))


@requires(Role.MEMBER, Role.PAYROLL_ADMIN, Role.AUDITOR)
def allowance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One allowance, line by line."""
    identity = identity_of(request)
    row = selectors.allowance_for(identity.person, pk, roles=identity.roles)
    lines = list(row.lines.all())
    context = {
        "allowance": row,
        "own": [line for line in lines if line.kind != "employer"],
        "employer": [line for line in lines if line.kind == "employer"],
    }
    return render(request, "cdi/allowance.html", context)


def form_page(
    request: HttpRequest, form: Any, row: EmploymentContract, title: str, submit: str
) -> HttpResponse:
    """A form about a contract, with the way back."""
    context = {
        "form": form,
        "title": title,
        "subtitle": str(row.person),
        "submit": submit,
        "back_url": link("cdi:contract", pk=row.pk),
    }
    return render(request, "cdi/form.html", context, status=422 if form.errors else 200)


def _shortfall(warning: Any) -> str:
    if warning is None:
        return _("covered")
    return _("not covered in %(month)s") % {"month": in_words(warning.month)}


def _context(request: HttpRequest, row: EmploymentContract) -> dict[str, Any]:
    identity, today = identity_of(request), clock.today()
    mine = identity.person is not None and identity.person.pk == row.person_id
    keeps = bool(identity.roles & selectors.KEEPERS)
    payroll = Role.PAYROLL_ADMIN in identity.roles and not mine
    is_open = row.state in OPEN_STATES
    decides = selectors.decides(identity.person, row.activity_id, identity.roles)
    months = list(selectors.salary_months(row))
    return {
        "contract": row,
        "state": row.state_on(today),
        "terms": selectors.terms_on(row, today),
        "months": months,
        "curve": _curve(row, months, today),
        "outlook": _outlook(row, today) if is_open else [],
        "warning": selectors.warnings_of([row.pk]).get(row.pk),
        "uncovered": [month for month in months if month.state in ("refused", "asked")],
        "balance": selectors.holiday_balance(row, today.year),
        "absences": selectors.absences_of(row)[:30],
        "allowances": selectors.allowances_of(row) if mine or keeps else [],
        "due": allowances.due_allowances(row, today) if payroll and is_open else [],
        "items": with_payouts(row.items.all()) if mine or keeps else [],
        "proposals": row.proposals.filter(state="open"),
        "today": today,
        "mine": mine,
        "may_change": is_open and (mine or decides),
        "may_lend": payroll,
        "may_end": payroll and is_open,
    }


def _curve(row: EmploymentContract, months: list[Any], today: date) -> list[dict[str, Any]]:
    """Gross of each month: paid and set aside as they are, three more as the terms say."""
    points = [
        {"date": month.month, "amount": month.gross, "forecast": month.month >= first_of_month(today)}
        for month in months
        if month.state != "empty"
    ]
    known = {point["date"] for point in points}
    if row.state in OPEN_STATES:
        for month in estimates.months_from(max(today, row.starts_on), 4):
            if month not in known and month <= row.ends_on:
                gross = selectors.terms_on(row, month).gross
                points.append({"date": month, "amount": gross, "forecast": True})
    return sorted(points, key=lambda point: point["date"])


def _outlook(row: EmploymentContract, today: date) -> list[estimates.Coming]:
    try:
        return list(estimates.outlook(row.activity_id, today))
    except DomainError:
        return []  # no rate is in force: the month's exception says so
