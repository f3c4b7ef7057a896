"""The adviser's portfolio: who needs me today, and acts for several at once."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.registry import Reason
from core.tables import page_of
from members import selectors, services
from members.enums import Role
from members.filters import PersonFilter, narrowed
from members.forms import (
    AdviserForm,
    NoteForm,
    show_refusal,
)
from members.portfolio import needs_of, reasons_about, turnover_of
from members.reader import reader_of

MOST_NEEDS = 15
"""Rows of “who needs me today” before the list is folded."""


@requires(Role.ADVISER, Role.ADVISER_LEAD)
def portfolio(request: HttpRequest) -> HttpResponse:
    """Who needs me today, sorted by reason; what waits for my decision; everybody whom I accompany.

    A team lead may look at another adviser's portfolio (`?adviser=`), which is how absences are covered.
    """
    me, today = reader_of(request), clock.today()
    lead = Role.ADVISER_LEAD in identity_of(request).roles
    loads = selectors.adviser_loads(today) if lead else []
    adviser = next((a for a, _load in loads if str(a.pk) == request.GET.get("adviser")), me)
    mine = list(selectors.portfolio_of(adviser))
    reasons = reasons_about([person.pk for person in mine], today)
    kinds = _kinds(reasons)
    chosen = request.GET.get("reason", "")
    shown = [reason for reason in reasons if reason.kind == chosen] if chosen in kinds else reasons
    needs = needs_of(mine, shown)
    people = PersonFilter(request.GET, queryset=selectors.portfolio_of(adviser))
    page = page_of(request, narrowed(people))
    people.form.fields["adviser"] = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # kept by a search
    turnover = turnover_of([person.pk for person in page], today)
    by_person: dict[UUID, list[Reason]] = defaultdict(list)
    for reason in reasons:
        by_person[reason.person_id].append(reason)
    context = {
        "adviser": adviser,
        "is_mine": adviser.pk == me.pk,
        "loads": loads,
        "size": len(mine),
        "needy": len({reason.person_id for reason in reasons}),
        "waiting": needs_of(mine, [reason for reason in reasons if reason.waits]),
        "needs": needs if "all" in request.GET else needs[:MOST_NEEDS],
        "folded": 0 if "all" in request.GET else max(0, len(needs) - MOST_NEEDS),
        "kinds": [(kind, label, count, kind == chosen) for kind, (label, count) in kinds.items()],
        "chosen": chosen,
        "filters": people.form,
        "page": page,
        "rows": [
            {
                "person": person,
                "turnover": turnover.get(person.pk, []),
                "total": sum(turnover[person.pk]) if person.pk in turnover else None,
                "reason": next(iter(by_person[person.pk]), None),
                "others": max(0, len(by_person[person.pk]) - 1),
                "backup": person.adviser_id != adviser.pk,
            }
            for person in page
        ],
    }
    return render(request, "members/portfolio.html", context)


def _kinds(reasons: list[Reason]) -> dict[str, tuple[str, int]]:
    """The kinds of reasons with a word and a count; the heaviest first, as the reasons are."""
    counts: dict[str, tuple[str, int]] = {}
    for reason in reasons:
        label, count = counts.get(reason.kind, (str(reason.group or reason.label), 0))
        counts[reason.kind] = (label, count + 1)
    return counts


@requires(Role.ADVISER, Role.ADVISER_LEAD)
def together(request: HttpRequest) -> HttpResponse:
    """One act for several members of the list (`?person=…&person=…`): a note about each, or
    another adviser.
    """
    me, today, roles = reader_of(request), clock.today(), identity_of(request).roles
    chosen = [UUID(text) for text in request.GET.getlist("person") if _is_uuid(text)]
    members = list(selectors.visible_people(me, roles).filter(pk__in=chosen))
    if not members:
        messages.warning(request, _("Choose members in the list first."))
        return redirect(link("members:portfolio"))
    act = request.POST.get("act")
    note_form = NoteForm(request.POST if act == "note" else None)
    adviser_form = None
    if Role.ADVISER_LEAD in roles:
        adviser_form = AdviserForm(
            request.POST if act == "adviser" else None, advisers=selectors.advisers(today)
        )
    form = {"note": note_form, "adviser": adviser_form}.get(act or "")
    if act and form is None:
        raise PermissionDenied
    if form is not None and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            if act == "note":
                data.pop("closes")
                services.write_notes(
                    people=members, author=me, written_on=today, actor=actor_of(request), **data
                )
            else:
                services.hand_over(people=members, on=today, actor=actor_of(request), **data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Done for each of them."))
            return redirect(link("members:portfolio"))
    context = {"members": members, "note_form": note_form, "adviser_form": adviser_form}
    return render(
        request, "members/together.html", context, status=422 if form is not None and form.errors else 200
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
