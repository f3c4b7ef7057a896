"""My data; and for those who watch over it, the register of processing and the requests."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file
from core.files import file_response
from core.links import link
from core.privacy.processing import processing_register
from core.privacy.registry import duties_of, personal_data, retention_rules
from core.tables import page_of
from members.enums import Role
from members.models import Person
from members.privacy import services
from members.privacy.enums import RequestKind
from members.privacy.models import PrivacyRequest
from members.privacy.services import COPY


@requires()
def my_data(request: HttpRequest) -> HttpResponse:
    """What is known of me, my copies, and what an erasure would meet."""
    person = _person(request)
    asked = list(PrivacyRequest.objects.filter(person=person)[:20])
    context = {
        "parts": personal_data(),
        "requests": [
            (row, finished_file(COPY, row.pk) if row.kind == RequestKind.COPY else None) for row in asked
        ],
        "duties": duties_of(person, clock.today()),
        "waits": any(row.kind == RequestKind.COPY and not finished_file(COPY, row.pk) for row in asked),
    }
    return render(request, "privacy/my_data.html", context)


@require_POST
@requires()
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy, or to be forgotten."""
    person = _person(request)
    if request.POST.get("kind") == RequestKind.ERASURE:
        services.ask_for_erasure(person=person, actor=actor_of(request))
        messages.success(request, _("Your request is with the team: it answers within a month."))
    else:
        services.ask_for_copy(person=person, actor=actor_of(request))
        messages.success(request, _("Your copy is being made: it will stand here in a moment."))
    return redirect(link("privacy:my_data"))


@requires()
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take my copy away."""
    row = PrivacyRequest.objects.filter(pk=pk, person=_person(request), kind=RequestKind.COPY).first()
    file = finished_file(COPY, row.pk) if row else None
    if file is None:
        raise Http404
    return file_response(file)


@requires(Role.COOP_ADMIN, Role.AUDITOR, Role.LEGAL)
def register(request: HttpRequest) -> HttpResponse:
    """What is done with personal data, how long it is kept, and who asked for what."""
    rows = PrivacyRequest.objects.filter(kind=RequestKind.ERASURE).select_related("person")
    context = {
        "register": processing_register(),
        "rules": retention_rules(),
        "page": page_of(request, rows),
        "may_act": Role.COOP_ADMIN in identity_of(request).roles,
    }
    return render(request, "privacy/register.html", context)


@require_POST
@requires(Role.COOP_ADMIN)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer somebody's wish to be forgotten, by the duties that run today."""
    services.answer_erasure(request_id=pk, on=clock.today(), actor=actor_of(request))
    return redirect(link("privacy:register"))


def _person(request: HttpRequest) -> Person:
    person = identity_of(request).person
    if not isinstance(person, Person):
        raise Http404
    return person
