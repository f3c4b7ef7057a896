"""Many contracts on one page: who, what they share, what each one costs; then all of them at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.forms import parse_money
from core.links import link
from core.money import ZERO
from core.uuid7 import uuid7
from members.models import Person
from payroll import contract_selectors, services
from payroll.contract_forms import BatchForm
from payroll.enums import RowState
from payroll.services.contracts.batches import BatchPerson, RowSeen
from payroll.views.contracts import WRITERS


@requires(*WRITERS)
def contract_batch(request: HttpRequest) -> HttpResponse:
    """Write contracts of several people: look first, then submit them all."""
    person = identity_of(request).person
    mine = list(open_activities_of(person)) if person else []
    choice = request.POST.get("activity") or request.GET.get("activity") or ""
    activity = contract_selectors.activity_to_work_in(mine, choice)
    if activity is None:
        return render(request, "payroll/no_activity.html")
    known = list(contract_selectors.past_workers(activity.pk))
    form = BatchForm(
        request.POST or None,
        people=[(str(one.pk), str(one)) for one in known],
        initial={"function_code": activity.function_code},
    )
    context: dict[str, Any] = {
        "form": form,
        "activity": activity,
        "activities": mine,
        "key": request.POST.get("key") or str(uuid7()),
    }
    if request.method == "POST" and form.is_valid():
        people = _asked_people(request, form, known)
        if people and not form.errors:
            answer = _do_or_look(request, form, activity, people, context)
            if answer is not None:
                return answer
        elif not form.errors:
            form.add_error(None, _("Choose at least one person, or write names under “Others”."))
    return render(request, "payroll/contract_batch.html", context, status=422 if form.errors else 200)


@requires(*WRITERS)
def contract_batch_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of each row."""
    identity = identity_of(request)
    batch = contract_selectors.batch_for(identity.person, pk, roles=identity.roles)
    rows = list(batch.rows.select_related("person", "contract"))
    refused = [row for row in rows if row.state != RowState.SUBMITTED]
    total = sum((row.contract.cost for row in rows if row.contract is not None), ZERO)
    context = {"batch": batch, "rows": rows, "refused": refused, "total": total}
    return render(request, "payroll/contract_batch_done.html", context)


@require_POST
@requires(*WRITERS)
def contract_batch_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try the refused rows again, once what refused them is mended."""
    identity = identity_of(request)
    batch = contract_selectors.batch_for(identity.person, pk, roles=identity.roles)
    services.submit_batch(batch_id=batch.pk, on=clock.now(), actor=actor_of(request))
    return redirect(link("payroll:contract_batch_done", pk=batch.pk))


def _do_or_look(
    request: HttpRequest,
    form: BatchForm,
    activity: Activity,
    people: list[BatchPerson],
    context: dict[str, Any],
) -> HttpResponse | None:
    actor, now = actor_of(request), clock.now()
    try:
        if request.POST.get("act") == "do":
            batch = services.write_batch(
                activity_id=activity.pk, key=context["key"], shared=form.shared, people=people, actor=actor
            )
            services.submit_batch(batch_id=batch.pk, on=now, actor=actor)
            messages.success(request, _("Done: each row says what became of it."))
            return redirect(link("payroll:contract_batch_done", pk=batch.pk))
        seen = services.preview_batch(
            activity_id=activity.pk, shared=form.shared, people=people, on=now, actor=actor
        )
    except DomainError as refusal:
        form.add_error(None, refusal.detail)
        return None
    context |= _looked_at(form, activity, people, seen)
    return None


def _looked_at(
    form: BatchForm, activity: Activity, people: list[BatchPerson], seen: list[RowSeen]
) -> dict[str, Any]:
    own = form.cleaned_data["paid_by"]
    return {
        "seen": [(row, asked.given.get(own, "")) for row, asked in zip(seen, people, strict=True)],
        "total": sum((row.cost for row in seen), ZERO),
        "available": activity.budget.available,
        "refused": sum(bool(row.code) for row in seen),
    }


def _asked_people(request: HttpRequest, form: BatchForm, known: list[Person]) -> list[BatchPerson]:
    """The people picked and written down, each once, with an amount of their own where one was given."""
    name = form.cleaned_data["paid_by"]
    chosen: dict[UUID, dict[str, Any]] = {UUID(key): {} for key in form.cleaned_data.get("people", [])}
    for line in form.cleaned_data["others"].splitlines():
        text, _separator, amount = line.partition(";")
        if not text.strip():
            continue
        person = _find(text.strip(), known)
        if person is None:
            form.add_error(
                "others",
                _("“%(text)s” is not known: write the e-mail address of a member, or a name of the list.")
                % {"text": text.strip()},
            )
            continue
        chosen.setdefault(person.pk, {})
        if amount.strip():
            chosen[person.pk] = _own(form, name, amount)
    for key in chosen:
        amount = request.POST.get(f"amount_{key}", "").strip()
        if amount:
            chosen[key] = _own(form, name, amount)
    return [BatchPerson(key, given) for key, given in chosen.items()]


def _own(form: BatchForm, name: str, text: str) -> dict[str, Decimal]:
    try:
        return {name: parse_money(text)}
    except ValueError:
        form.add_error(None, _("“%(text)s” is not an amount.") % {"text": text.strip()})
        return {}


def _find(text: str, known: list[Person]) -> Person | None:
    """Somebody of the list by name, anybody by the e-mail address that they gave."""
    if "@" in text:
        return contract_selectors.person_by_email(text)
    same = [one for one in known if str(one).casefold() == text.casefold()]
    return same[0] if len(same) == 1 else None
