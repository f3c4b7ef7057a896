"""Absences: asking, deciding, the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.calendar import first_of_month, last_of_month, legal_holidays, next_month
from core.errors import DomainError
from core.files import file_response, store_upload
from core.forms import text_sent
from core.links import link
from members.enums import Role
from payroll.cdi import selectors, services
from payroll.cdi.enums import AbsenceKind, AbsenceState
from payroll.cdi.forms import AbsenceForm, AbsenceRefusalForm, CertificateForm
from payroll.cdi.models import Absence
from payroll.cdi.views.contracts import SEE, form_page
from payroll.cdi.views.proposals import WRITE
from payroll.months import read_month

FIELDS = {
    "absence_days": "last_day",
    "whole_days_only": "half",
    "cause_missing": "cause",
    "no_working_day": "first_day",
    "absence_overlap": "first_day",
    "holiday_used_up": "kind",
    "certificate_missing": "file",
}


@requires(*SEE)
def calendar(request: HttpRequest) -> HttpResponse:
    """Who is away in a month, day by day, and what waits for a decision."""
    identity, today = identity_of(request), clock.today()
    month = _month(request, today)
    keys = list(
        selectors.visible_contracts(identity.person, identity.roles).order_by().values_list("pk", flat=True)
    )
    rows = (
        Absence.objects.filter(
            contract_id__in=keys,
            state__in=selectors.STANDING,
            first_day__lte=last_of_month(month),
            last_day__gte=month,
        )
        .select_related("contract__person")
        .order_by("first_day", "pk")
    )
    context = {
        "month": month,
        "before": first_of_month(month - timedelta(days=1)),
        "after": next_month(month),
        "weeks": _weeks(month, list(rows)),
        "rows": rows,
        "waiting": selectors.absences_waiting(keys),
        "today": today,
    }
    return render(request, "cdi/calendar.html", context)


@requires(*WRITE)
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for an absence or report one: mine, or for somebody for whom I decide."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    mine = identity.person is not None and identity.person.pk == row.person_id
    if not mine and not selectors.decides(identity.person, row.activity_id, identity.roles):
        raise Http404
    form = AbsenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        sent = data.pop("file")
        data["last_day"] = data["last_day"] or data["first_day"]
        try:
            made = services.ask_absence(
                contract_id=row.pk,
                file=store_upload(sent) if sent else None,
                actor=actor_of(request),
                **data,
            )
        except DomainError as refusal:
            form.add_error(FIELDS.get(refusal.code), refusal.detail)
        else:
            messages.success(request, _("Noted: it counts once it is approved."))
            return redirect(link("cdi:absence", pk=made.pk))
    return form_page(request, form, row, _("Absence"), _("Send"))


@requires(*SEE)
def absence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One absence: what it does, who decides."""
    identity = identity_of(request)
    row = selectors.absence_for(identity.person, pk, roles=identity.roles)
    return render(request, "cdi/absence.html", _context(request, row))


@require_POST
@requires(*WRITE)
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve, refuse, or take back."""
    identity, today = identity_of(request), clock.today()
    row = selectors.absence_for(identity.person, pk, roles=identity.roles)
    mine = identity.person is not None and identity.person.pk == row.contract.person_id
    may = selectors.decides(identity.person, row.contract.activity_id, identity.roles)
    act = request.POST.get("act", "")
    if act not in ("approve", "refuse", "cancel") or not (may or (mine and act == "cancel")):
        return render(request, "cdi/absence.html", _context(request, row), status=403)
    form = AbsenceRefusalForm(request.POST)
    if act == "refuse" and not form.is_valid():
        context = {**_context(request, row), "form": form}
        return render(request, "cdi/absence.html", context, status=422)
    try:
        if act == "cancel":
            services.cancel_absence(absence_id=row.pk, on=today, actor=actor_of(request))
        else:
            services.decide_absence(
                absence_id=row.pk,
                approve=act == "approve",
                on=today,
                answer=text_sent(request.POST, "answer"),
                actor=actor_of(request),
            )
    except DomainError as refusal:
        row.refresh_from_db()
        context = {**_context(request, row), "refusal": refusal}
        return render(request, "cdi/absence.html", context, status=refusal.status)
    messages.success(request, _("Done: the salary follows."))
    return redirect(link("cdi:absence", pk=row.pk))


@requires(*WRITE)
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add the certificate of an absence that waits."""
    identity = identity_of(request)
    row = selectors.absence_for(identity.person, pk, roles=identity.roles)
    mine = identity.person is not None and identity.person.pk == row.contract.person_id
    if not mine and not selectors.decides(identity.person, row.contract.activity_id, identity.roles):
        raise Http404
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_certificate(
                absence_id=row.pk, file=store_upload(form.cleaned_data["file"]), actor=actor_of(request)
            )
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
        else:
            return redirect(link("cdi:absence", pk=row.pk))
    return form_page(request, form, row.contract, _("Certificate"), _("Send"))


@requires(Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN)
def certificate_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate, as a download: for the worker and for those who decide."""
    identity = identity_of(request)
    row = selectors.absence_for(identity.person, pk, roles=identity.roles)
    mine = identity.person is not None and identity.person.pk == row.contract.person_id
    may = selectors.decides(identity.person, row.contract.activity_id, identity.roles)
    if row.file is None or not (mine or may):
        raise Http404
    return file_response(row.file)


def _month(request: HttpRequest, today: date) -> date:
    try:
        return read_month(request.GET.get("month", ""))
    except ValueError:
        return first_of_month(today)


def _weeks(month: date, rows: list[Absence]) -> list[list[dict[str, Any]]]:
    """Weeks of the month from Monday on, each day with who is away."""
    first = month - timedelta(days=month.weekday())
    weeks = []
    while first <= last_of_month(month):
        week = []
        for number in range(7):
            day = first + timedelta(days=number)
            week.append(
                {
                    "day": day,
                    "inside": day.month == month.month,
                    "holiday": day in legal_holidays(day.year),
                    "rows": [row for row in rows if row.first_day <= day <= row.last_day],
                }
            )
        weeks.append(week)
        first += timedelta(days=7)
    return weeks


def _context(request: HttpRequest, row: Absence) -> dict[str, Any]:
    identity = identity_of(request)
    contract = row.contract
    mine = identity.person is not None and identity.person.pk == contract.person_id
    may = selectors.decides(identity.person, contract.activity_id, identity.roles) and not mine
    waits = row.state == AbsenceState.ASKED
    stands = row.state in selectors.STANDING
    begun = row.state == AbsenceState.APPROVED and row.first_day <= clock.today()
    return {
        "absence": row,
        "form": AbsenceRefusalForm(),
        "contract": contract,
        "balance": selectors.holiday_balance(contract, row.first_day.year)
        if row.kind == AbsenceKind.PAID_HOLIDAY
        else None,
        "may_decide": may and waits,
        "may_cancel": stands and (may or (mine and not begun)),
        "may_add": waits and (mine or may) and row.file_id is None,
        "may_read": row.file_id is not None and (mine or may),
    }
