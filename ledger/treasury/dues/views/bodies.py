"""Pages of what bodies say: their statements, and every difference with the books."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.files import store_upload
from core.links import link
from core.money import ZERO
from core.tables import Column, Table, page_of
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.enums import BodyLineState
from ledger.treasury.dues.forms import ExplainForm, StatementForm
from ledger.treasury.dues.models import BodyLine
from ledger.treasury.dues.proof import name_of, proof_of
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.dues.views.dues import may_act


@requires(*SEE)
def statements(request: HttpRequest) -> HttpResponse:
    """Statements of creditors; a new one is typed or uploaded."""
    asked = request.method == "POST"
    form = StatementForm(
        request.POST if asked else None, request.FILES if asked else None, initial={"on": clock.today()}
    )
    if asked and not may_act(request):
        raise Http404
    if asked and form.is_valid():
        data = form.cleaned_data
        try:
            row = services.enter_statement(
                entity=data["entity"],
                creditor=data["creditor"],
                on=data["on"],
                closing=data["closing"] if data["closing"] is not None else ZERO,
                lines=form.read,
                file=store_upload(data["file"]) if data["file"] else None,
                actor=actor_of(request),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal.detail))
        else:
            messages.success(request, _("Kept: look at the differences."))
            return redirect(link("dues:statement", pk=row.pk))
    table = Table(
        id="statements",
        caption=_("Statements of creditors"),
        columns=[
            Column(
                _("Creditor"),
                lambda row: selectors.creditor_name(row.entity, row.creditor),
                lead=True,
                href=lambda row: link("dues:statement", pk=row.pk),
            ),
            Column(_("Entity"), "entity.name"),
            Column(_("Date"), "date", "date"),
            Column(_("They say"), "closing", "money"),
        ],
        page=page_of(request, selectors.body_statements()),
        empty_title=_("No statement yet"),
        empty_text=_("Enter what a body says that you owe, and see whether the books agree."),
    )
    context = {"form": form if may_act(request) else None, "table": table}
    return render(request, "dues/statements.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The books against what a body says, difference by difference."""
    row = get_object_or_404(selectors.body_statements(), pk=pk)
    lines = selectors.body_lines(row)
    table = Table(
        id="lines",
        caption=_("Lines"),
        columns=[
            Column(_("Line"), "text", lead=True),
            Column(_("Date"), "date", "date"),
            Column(_("Amount"), "amount", "money"),
            Column(_("Our due"), lambda line: name_of(line.due) if line.due else ""),
            Column(_("State"), "state", "badge", shown="get_state_display"),
            Column(_("Explanation"), "explanation"),
        ],
        page=page_of(request, lines, 50),
        empty_title=_("No line"),
        empty_text=_("This statement says a balance only."),
    )
    context = {
        "row": row,
        "creditor": selectors.creditor_name(row.entity, row.creditor),
        "proof": proof_of(row),
        "table": table,
        "may_act": may_act(request),
        "open_lines": [
            {"row": line, "form": ExplainForm(auto_id=f"line-{line.pk}-%s")}
            for line in lines
            if line.state == BodyLineState.OPEN
        ],
    }
    return render(request, "dues/statement.html", context)


@require_POST
@requires(*ACT)
def explain(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Explain a line, or make it a due."""
    line = get_object_or_404(BodyLine.objects.all(), pk=pk)
    text = request.POST.get("explanation", "")
    try:
        if request.POST.get("act") == "claim":
            services.claim_line(
                line_id=line.pk, explanation=text, today=clock.today(), actor=actor_of(request)
            )
            messages.success(request, _("It is a due now: a colleague agrees to it."))
        else:
            services.explain_line(line_id=line.pk, explanation=text, actor=actor_of(request))
            messages.success(request, _("The explanation is kept."))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    return redirect(link("dues:statement", pk=line.statement_id))
