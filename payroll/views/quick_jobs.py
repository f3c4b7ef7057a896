"""The Contract tool and the public simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.reference import category_rule
from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, identity_of, public, requires
from core.errors import DomainError
from core.files import store_upload
from core.links import link
from core.money import ZERO, r
from core.tenancy import current_cooperative
from invoicing.sections import hints_of
from invoicing.selectors import clients_of_activity
from ledger.enums import VatRegime
from members.enums import Role
from members.models import Person
from members.reader import reader_of
from members.selectors import family_situation, has_national_number
from payroll import selectors, services
from payroll.contract_selectors import activity_to_work_in
from payroll.estimates import Estimate, Question, estimate, full_days
from payroll.forms import QuickJobForm, SimulatorForm, show_refusal
from payroll.household import family_told
from payroll.types import ExpenseInput, NewClient


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands beside a form: an estimate, or why there is none yet."""

    estimate: Estimate | None = None
    refusal: DomainError | None = None


@requires(Role.MEMBER)
def quick_job(request: HttpRequest) -> HttpResponse:
    """A job in one page. Repeated, only days, hours and amount are asked; the last job gives the rest."""
    person = reader_of(request)
    mine = list(open_activities_of(person))
    choice = request.POST.get("activity") or request.GET.get("activity") or ""
    tools = [row for row in mine if row.tool == "contract" or str(row.pk) == choice] or mine
    activity = activity_to_work_in(tools, choice)
    if activity is None:
        return render(request, "payroll/no_activity.html")
    last = selectors.last_quick_job(person, activity.pk)
    repeat = last is not None and "new" not in (request.GET.get("client"), request.POST.get("mode"))
    form = _job_form(request, activity, last if repeat else None)
    answer = _answer(form.data if form.is_bound else form.initial, activity, person)
    if request.method == "POST":
        if request.POST.get("act") != "calculate" and form.is_valid():
            try:
                done = _do(request, form, activity, person)
            except DomainError as refusal:
                show_refusal(form, refusal)
            else:
                return redirect(link("payroll:quick_job_done", pk=done.contract.pk))
        if request.POST.get("act") == "calculate":
            form = _unbound(form, activity, last if repeat else None)
    context = {
        "form": form,
        "activity": activity,
        "activities": tools,
        "repeat": repeat,
        "last": last,
        "client_fields": []
        if repeat
        else [form[name] for name in QuickJobForm.CLIENT if name in form.fields],
        "missing": _missing(person),
        "answer": answer,
        "hints": hints_of(request, clients_of_activity(activity.pk), _asked_client(form)),
    }
    refused = form.is_bound and bool(form.errors)
    return render(request, "payroll/quick_job.html", context, status=422 if refused else 200)


def _asked_client(form: QuickJobForm) -> str:
    given = form.data if form.is_bound else form.initial
    return str(given.get("client") or "")


@requires(Role.MEMBER)
def quick_job_estimate(request: HttpRequest) -> HttpResponse:
    """The waterfall beside the form, for what is typed so far."""
    person = reader_of(request)
    choice = request.GET.get("activity", "")
    activity = next((row for row in open_activities_of(person) if str(row.pk) == choice), None)
    answer = _answer(request.GET, activity, person) if activity is not None else Answer()
    known = clients_of_activity(activity.pk) if activity is not None else ()
    hints = hints_of(request, known, request.GET.get("client", ""))
    return render(request, "payroll/estimate.html", {"answer": answer, "hints": hints})


@requires(Role.MEMBER)
def quick_job_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was made, when the money comes, and that the work is declared."""
    identity = identity_of(request)
    contract = selectors.contract_for(identity.person, pk, roles=identity.roles)
    declaration = next(reversed(contract.declared_rows), None)
    waiting = declaration is not None and declaration.state in ("draft", "sent", "waiting")
    context = {
        "contract": contract,
        "invoice": contract.invoice,
        "declaration": declaration,
        "waiting": waiting,
        "pay_on": selectors.due_on(contract, contract.ends_on),
        "answer": _settled_estimate(contract),
    }
    return render(request, "payroll/quick_job_done.html", context)


@public
def simulator(request: HttpRequest) -> HttpResponse:
    """What I invoice becomes what I receive, and back; no account needed."""
    given = request.GET if "amount" in request.GET else None
    form = SimulatorForm(given)
    answer = Answer()
    today = clock.today()
    data: dict[str, Any] = {}
    if given is None:
        data = {name: field.initial for name, field in form.fields.items()}
    elif form.is_valid():
        data = form.cleaned_data
    if data:
        question = Question(
            amount=data["amount"],
            contract_type=data["contract_type"],
            hours=full_days(data["days"]).quantize(Decimal("0.01")),
            last_day=today,
            expenses=data.get("expenses") or ZERO,
            backwards=data["direction"] == "net",
            family=family_told(data),
        )
        answer = _estimated(question, today)
    context = {"form": form, "answer": answer, "backwards": data.get("direction") == "net"}
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "estimate"
    template = "payroll/estimate.html" if partial else "payroll/simulator.html"
    refused = form.is_bound and bool(form.errors) and not partial
    return render(request, template, context, status=422 if refused else 200)


def _job_form(request: HttpRequest, activity: Activity, last: Any) -> QuickJobForm:
    clients = [(str(row.pk), row.name) for row in clients_of_activity(activity.pk)] if last else []
    files = request.FILES if request.method == "POST" else None
    return QuickJobForm(request.POST or None, files, clients=clients, initial=_initial(last))


def _unbound(form: QuickJobForm, activity: Activity, last: Any) -> QuickJobForm:
    """The same values without complaints: nobody asked to save."""
    clients = [(str(row.pk), row.name) for row in clients_of_activity(activity.pk)] if last else []
    return QuickJobForm(
        clients=clients, initial=_initial(last) | {name: form.data.get(name) for name in form.data}
    )


def _initial(last: Any) -> dict[str, Any]:
    """Client, work and contract of the last job; the days start tomorrow."""
    tomorrow = clock.today() + timedelta(days=1)
    start: dict[str, Any] = {"starts_on": tomorrow, "ends_on": tomorrow, "contract_type": "employee"}
    if last is not None:
        start |= {
            "client": str(last.invoice.client_id),
            "description": last.description,
            "contract_type": last.contract_type,
            "hours": last.hours,
            "amount": last.invoice.net,
        }
    return start


def _do(request: HttpRequest, form: QuickJobForm, activity: Activity, person: Person) -> services.QuickJob:
    data = form.cleaned_data
    now = clock.now()
    client: UUID | NewClient
    if data.get("client"):
        client = UUID(data["client"])
    else:
        client = NewClient(
            {
                "kind": "business" if data["client_vat"] else "consumer",
                "name": data["client_name"],
                "vat_number": data["client_vat"],
                "street": data["client_street"],
                "postal_code": data["client_postal_code"],
                "city": data["client_city"],
                "country": current_cooperative().country,
                "language": person.language,
            }
        )
    expenses = []
    if data["expense"]:
        expenses.append(
            ExpenseInput(
                category=data["expense_category"] or "other",
                amount_incl_vat=data["expense"],
                vat_amount=data["expense_vat"] or ZERO,
                incurred_on=now.date(),
                text=_("Expenses: %(job)s") % {"job": data["description"]},
                receipt=store_upload(data["receipt"]) if data["receipt"] else None,
            )
        )
    return services.quick_job(
        person=person,
        activity_id=activity.pk,
        client=client,
        description=data["description"],
        dates=[data["starts_on"], data["ends_on"]],
        hours=data["hours"],
        amount=data["amount"],
        expenses=expenses,
        contract_type=data["contract_type"],
        day_starts=data["day_starts"],
        day_ends=data["day_ends"],
        actor=actor_of(request),
        now=now,
    )


def _answer(data: Mapping[str, Any], activity: Activity, person: Person) -> Answer:
    """An estimate from what is typed so far; nothing while amount, hours or last day are not there."""
    form = QuickJobForm(clients=[])

    def read(name: str) -> Any:
        try:
            return form.fields[name].clean(data.get(name))
        except ValidationError:
            return None

    amount, hours, last_day = read("amount"), read("hours"), read("ends_on") or read("starts_on")
    kind = read("contract_type")
    if not (amount and hours and last_day and kind):
        return Answer()
    today = clock.today()
    question = Question(
        amount=amount,
        contract_type=kind,
        hours=hours,
        last_day=last_day,
        expenses=_expense_cost(
            read("expense"), read("expense_vat"), read("expense_category"), activity, today
        ),
        family=family_situation(person, last_day),
    )
    return _estimated(question, today)


def _expense_cost(
    amount: Decimal | None, vat: Decimal | None, category: str | None, activity: Activity, on: date
) -> Decimal:
    """What an expense costs the budget: without the VAT that the entity recovers."""
    if not amount:
        return ZERO
    if not vat or activity.entity.vat_regime != VatRegime.NORMAL:
        return amount
    rule = category_rule(current_cooperative().country, category or "other", on=on)
    return amount - r(vat * rule.recoverable_share)


def _estimated(question: Question, on: date) -> Answer:
    try:
        return Answer(estimate=estimate(question, on=on))
    except DomainError as refusal:
        return Answer(refusal=refusal)


def _settled_estimate(contract: Any) -> Answer:
    """The estimate of a job that was just made, from its own figures."""
    if contract.invoice is None:
        return Answer()
    expenses = contract.invoice.budget_share - (contract.asked_budget or contract.cost)
    question = Question(
        amount=contract.invoice.net,
        contract_type=contract.contract_type,
        hours=contract.hours,
        last_day=contract.ends_on,
        expenses=max(expenses, ZERO),
        family=family_situation(contract.person, contract.ends_on),
        flat_tax=contract.flat_tax,
    )
    return _estimated(question, contract.invoice.issued_on)


def _missing(person: Person) -> list[str]:
    """What the profile lacks before anybody can be employed."""
    missing = []
    if not has_national_number(person):
        missing.append(_("national number"))
    if not person.iban:
        missing.append(_("bank account"))
    if not (person.street and person.postal_code and person.city):
        missing.append(_("address"))
    if family_situation(person, clock.today()).valid_from is None:
        missing.append(_("family situation"))
    return missing
