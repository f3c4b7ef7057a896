"""The page on which a purchase is split over Activities and kinds of cost."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.kit.formats import money
from invoicing.purchases import selectors, services
from invoicing.purchases.forms import FindForm
from invoicing.purchases.models import Purchase
from invoicing.purchases.pages import is_mine_or_queue, offered_cases, purchase_url, rights_of
from invoicing.purchases.part_forms import PartsForm, chosen_in
from invoicing.purchases.roles import ACT, QUEUE
from invoicing.purchases.selectors import may_bear
from members.reader import reader_of


@requires(*ACT)
def split(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which Activities bear a purchase that waits, each with its kind of cost and amount."""
    person, roles = reader_of(request), identity_of(request).roles
    found = selectors.visible_purchase(person, pk, roles=roles)
    if not is_mine_or_queue(found, person, roles):
        raise PermissionDenied
    question = (request.POST.get("q") or request.GET.get("q", ""))[:60]
    form = PartsForm(
        request.POST if request.method == "POST" else None,
        purchase=found,
        activities=may_bear(found, person, roles, question, chosen_in(request.POST)),
        cases=offered_cases(found),
    )
    if request.method == "POST" and form.is_valid():
        answer = _split(request, found, form)
        if answer is not None:
            return answer
    vat = found.document.content["vat"]
    context = {
        "purchase": found,
        "form": form,
        "find_form": FindForm(initial={"q": question}),
        "question": question,
        "may_search": bool(roles & QUEUE),
        "may_split": rights_of(found, person, roles).split,
        "whole": money(sum(services.bases_of(found)), "plain"),
        "several_rates": len(vat) > 1,
        "page_url": purchase_url(found),
    }
    return render(request, "purchases/split.html", context, status=422 if form.errors else 200)


def _split(request: HttpRequest, found: Purchase, form: PartsForm) -> HttpResponse | None:
    try:
        with transaction.atomic():
            purchase = services.split_purchase(
                purchase_id=found.pk,
                parts=form.parts(),
                case=form.cleaned_data.get("case", ""),
                on=clock.today(),
                actor=actor_of(request),
            )
    except DomainError as refusal:
        form.add_error(None, refusal.detail)
        return None
    whole = not purchase.parts.exists()
    text = _("It is whole again.") if whole else _("Each Activity is asked to accept its part.")
    messages.success(request, text)
    return redirect(purchase_url(purchase))
