"""Pages of declarations of work: what waits for a person, and every other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.links import link
from core.tables import page_of
from members.enums import Role
from payroll import selectors
from payroll.models import Declaration
from payroll.services.declarations import retry_declaration


@requires(Role.PAYROLL_ADMIN, Role.AUDITOR)
def declarations(request: HttpRequest) -> HttpResponse:
    """Refused and undelivered declarations first, then every other, newest first."""
    queue = list(selectors.declaration_queue()[:100])
    page = page_of(request, selectors.declarations())
    may_act = Role.PAYROLL_ADMIN in identity_of(request).roles
    return render(request, "payroll/declarations.html", {"queue": queue, "page": page, "may_act": may_act})


@require_POST
@requires(Role.PAYROLL_ADMIN)
def declaration_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The cause is mended: declare again."""
    found = get_object_or_404(Declaration, pk=pk)
    retry_declaration(declaration_id=found.pk, at=clock.now(), actor=actor_of(request))
    messages.success(request, _("It is being declared again."))
    return redirect(link("payroll:declarations"))
