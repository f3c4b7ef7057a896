"""What happens to a contract: cancelled, not performed, shortened, amended; a settled month is corrected."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.kit.formats import money, number
from core.links import link
from members.enums import Role
from payroll import contract_selectors, services
from payroll.contract_forms import AmendForm, CorrectForm, ReasonForm, ShortenForm, WhyForm
from payroll.enums import ContractState
from payroll.forms import show_refusal
from payroll.models import EmploymentContract
from payroll.views.contracts import WRITERS, managed


def _form_page(
    request: HttpRequest, row: EmploymentContract, form: Any, title: str, submit: str, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": row.description,
        "submit": submit,
        "back_url": link("payroll:contract", pk=row.pk),
        **more,
    }
    return render(request, "payroll/form.html", context, status=422 if form.errors else 200)


@requires(*WRITERS)
def contract_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel before the start, saying why; a quick job takes its invoice back with it."""
    row = managed(request, pk)
    submitted = row.state != ContractState.DRAFT
    form = WhyForm(request.POST or None, initial={"end_reason": "job_cancelled", "ended_by": "client"})
    if not submitted:
        form.fields.pop("end_reason")
        form.fields.pop("ended_by")
    if request.method == "POST" and form.is_valid():
        try:
            if row.invoice_id is not None and submitted:
                services.cancel_quick_job(
                    contract_id=row.pk, now=clock.now(), actor=actor_of(request), **form.cleaned_data
                )
            else:
                services.cancel_contract(
                    contract_id=row.pk, on=clock.now(), actor=actor_of(request), **form.cleaned_data
                )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, _("Cancelled: the money is free again and the declaration is withdrawn.")
            )
            return redirect(link("payroll:contract", pk=row.pk))
    note = (
        _("The contract ends, a credit note gives the invoice back and the declaration is withdrawn.")
        if row.invoice_id is not None
        else _("The money goes back to the budget and the declaration is withdrawn.")
    )
    return _form_page(
        request, row, form, _("Cancel the contract"), _("Cancel it"), note=note if submitted else ""
    )


@requires(*WRITERS)
def contract_no_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The work did not take place; a quick job takes its invoice back with it."""
    row = managed(request, pk)
    form = WhyForm(request.POST or None, initial={"end_reason": "no_show", "ended_by": "worker"})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            if row.invoice_id is not None:
                data.pop("end_reason")
                services.quick_job_not_done(
                    contract_id=row.pk, now=clock.now(), actor=actor_of(request), **data
                )
            else:
                services.report_no_show(contract_id=row.pk, on=clock.now(), actor=actor_of(request), **data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Noted: nothing is paid, the money is free again."))
            return redirect(link("payroll:contract", pk=row.pk))
    note = (
        _("Nothing will be paid; a credit note gives the invoice back and the declaration is withdrawn.")
        if row.invoice_id is not None
        else _("Nothing will be paid; the money goes back to the budget and the declaration is withdrawn.")
    )
    return _form_page(request, row, form, _("It did not take place"), _("Report it"), note=note)


@requires(*WRITERS)
def contract_shorten(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Less was worked than planned."""
    row = managed(request, pk)
    invoiced = row.invoice_id is not None
    form = ShortenForm(
        request.POST or None,
        invoiced=invoiced,
        initial={
            "last_day": row.ends_on,
            "hours": row.hours,
            "end_reason": "less_work",
            "ended_by": "client",
        },
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            if invoiced:
                data["credit"] = data["credit"] or 0
                services.shorten_quick_job(
                    contract_id=row.pk, now=clock.now(), actor=actor_of(request), **data
                )
            else:
                services.shorten_contract(contract_id=row.pk, on=clock.now(), actor=actor_of(request), **data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link("payroll:contract", pk=row.pk))
    return _form_page(request, row, form, _("Less was worked"), _("Shorten the contract"))


@requires(*WRITERS)
def contract_amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change by agreement what was submitted; both sides sign it again."""
    row = managed(request, pk)
    form = AmendForm(request.POST or None, contract=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.amend_contract(
                contract_id=row.pk,
                reason=form.cleaned_data["reason"],
                on=clock.now(),
                actor=actor_of(request),
                **form.changes,
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Amended: money and declaration follow, and both sides sign it."))
            return redirect(link("payroll:contract", pk=row.pk))
    note = _("Costs %(cost)s now. What is paid already stays as it is.") % {"cost": money(row.cost)}
    return _form_page(request, row, form, _("Amend the contract"), _("Amend"), note=note)


@requires(Role.PAYROLL_ADMIN)
def month_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add to a settled month, or take away: one more pay item, the last of its month.

    Called with a settled correction it proposes what undoes that.
    """
    month, undone = contract_selectors.month_and_counter(pk)
    form = CorrectForm(request.POST or None, initial=undone)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_month(contract_month_id=month.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("Corrected: it is computed with the next settlement, and stands on a payslip then."),
            )
            return redirect(link("payroll:contract", pk=month.contract_id))
    note = _(
        "Computed for %(month)s: %(hours)s hours, %(gross)s. That pay stays; what differs comes on top."
    ) % {
        "month": f"{month.month:%m/%Y}",
        "hours": number(month.hours),
        "gross": money(month.gross),
    }
    return _form_page(request, month.contract, form, _("Correct the month"), _("Correct"), note=note)


@requires(Role.PAYROLL_ADMIN)
def correction_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a correction that was entered by mistake and is not computed yet."""
    row = contract_selectors.correction(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_correction(
                contract_month_id=pk, at=clock.now(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Withdrawn: nothing counts it any more, its money is free again."))
            return redirect(link("payroll:contract", pk=row.contract_id))
    note = _(
        "Correction of %(month)s: %(hours)s hours, %(gross)s. It is not computed yet: withdrawn, it leaves "
        "no pay, and the file keeps what it said."
    ) % {"month": f"{row.month:%m/%Y}", "hours": number(row.hours), "gross": money(row.gross)}
    return _form_page(request, row.contract, form, _("Withdraw the correction"), _("Withdraw"), note=note)
