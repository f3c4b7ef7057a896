"""Pages for those who see to it that the house works."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.operations import selectors, services
from core.operations.errors import NotDroppable
from core.operations.forms import DropForm, KindForm
from core.operations.roles import ACT, SEE
from core.tables import page_of
from core.tenancy import current_cooperative


@requires(*SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """Every figure, what asks for attention first."""
    roles = identity_of(request).roles
    figures = selectors.figures(current_cooperative(), roles)
    context = {
        "figures": figures,
        "alarms": [figure for figure in figures if figure.state == "alarm"],
        "may_act": bool(roles & ACT),
    }
    return render(request, "operations/overview.html", context)


@requires(*ACT)
def dead_rows(request: HttpRequest) -> HttpResponse:
    """What was given up, the latest first."""
    form = KindForm(request.GET or None)
    kind = form.cleaned_data["kind"] if form.is_bound and form.is_valid() else ""
    counts = selectors.counts()
    context = {
        "form": form,
        "page": page_of(request, selectors.given_up(identity_of(request).roles, kind)),
        "most": selectors.MOST,
        "many": [(rows, count) for rows, count in counts if count > selectors.MOST],
    }
    return render(request, "operations/dead_rows.html", context)


@require_POST
@requires(*ACT)
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try it again."""
    try:
        services.retry_dead(row_id=pk, at=clock.now(), actor=actor_of(request))
    except DomainError as error:
        if error.kind == "not_found":
            raise
        messages.error(request, error.detail)
    else:
        messages.success(
            request, _("It is tried again: reload this page in a moment to see whether it worked.")
        )
    return redirect(link("operations:dead_rows"))


@requires(*ACT)
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why, then let it go."""
    rows, entry = selectors.one(pk, identity_of(request).roles)
    if rows.drop is None:
        raise NotDroppable(because=rows.kept_because)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.drop_dead(row_id=pk, reason=form.cleaned_data["reason"], actor=actor_of(request))
        messages.success(request, _("It is dropped and will not be tried again."))
        return redirect(link("operations:dead_rows"))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "operations/drop.html", {"form": form, "label": rows.label, "entry": entry}, status=status
    )
