"""Pages of temporary unemployment."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.kit.formats import money
from core.links import link
from core.rates import policy
from core.tables import page_of
from payroll.selectors import contract_for
from payroll.unemployment import selectors, services
from payroll.unemployment.filters import SpellFilter
from payroll.unemployment.forms import RecordForm


@requires(*selectors.READERS)
def spells(request: HttpRequest) -> HttpResponse:
    """Days without work, newest first: one's own, a portfolio's, or all of them."""
    identity = identity_of(request)
    rows = SpellFilter(request.GET or None, selectors.visible_spells(identity.person, identity.roles))
    page = page_of(request, rows.qs)
    context = {"page": page, "filter": rows, "may_see_others": bool(identity.roles & selectors.STAFF)}
    return render(request, "unemployment/spells.html", context)


@requires(*selectors.WRITERS)
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the days of a contract on which there was no work."""
    identity = identity_of(request)
    contract = contract_for(identity.person, pk, roles=identity.roles & selectors.WRITERS)
    days = selectors.days_left(contract)
    form = RecordForm(request.POST or None, days=days)
    if request.method == "POST" and form.is_valid():
        try:
            spell = services.record_unemployment(
                contract_id=contract.pk, on=clock.now(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            paid = {"net": money(spell.net), "days": spell.days}
            messages.success(request, _("%(days)s days are entered; %(net)s will be paid.") % paid)
            return redirect(link("unemployment:spells"))
    rate = policy("unemployment_top_up_per_day", on=clock.today())
    context = {"form": form, "contract": contract, "days": days, "rate": rate.rate}
    return render(request, "unemployment/record.html", context, status=422 if form.errors else 200)
