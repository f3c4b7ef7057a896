"""Pages of the batch channel: make files of declarations, download them, read answers back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import file_response
from core.links import link
from core.tables import page_of
from members.disclosure import log_access_to_many
from members.enums import Disclosed, Role
from payroll.declaration_forms import AnswersForm
from payroll.declaration_selectors import batches, count_unsent, people_of_batch
from payroll.dimona.answers import LARGEST
from payroll.errors import AnswerFileRefused
from payroll.forms import show_refusal
from payroll.models import DeclarationBatch
from payroll.services.declaration_files import import_answers, make_batches


@requires(Role.PAYROLL_ADMIN, Role.AUDITOR)
def declaration_files(request: HttpRequest) -> HttpResponse:
    """Files that were made, and what the office said of each."""
    return _page(request, AnswersForm())


@require_POST
@requires(Role.PAYROLL_ADMIN)
def declaration_files_make(request: HttpRequest) -> HttpResponse:
    """Put everything that waits unsent into files."""
    try:
        made = make_batches(at=clock.now(), actor=actor_of(request))
    except DomainError as refusal:
        messages.warning(request, refusal.detail)
    else:
        count = sum(row.declarations for row in made)
        said = ngettext(
            "%(n)d declaration is in a file: download it and hand it in.",
            "%(n)d declarations are in files: download them and hand them in.",
            count,
        )
        messages.success(request, said % {"n": count})
    return redirect(link("payroll:declaration_files"))


@requires(Role.PAYROLL_ADMIN)
def declaration_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file itself; it holds national numbers, so each download leaves a trace."""
    found = get_object_or_404(DeclarationBatch.objects.select_related("file"), pk=pk)
    log_access_to_many(
        people=people_of_batch(found),
        what=Disclosed.NATIONAL_NUMBER,
        purpose="DIMONA",
        actor=actor_of(request),
        source_id=found.pk,
    )
    return file_response(found.file)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def declaration_answers(request: HttpRequest) -> HttpResponse:
    """Read a receipt or a file of answers."""
    form = AnswersForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > LARGEST:
                raise AnswerFileRefused
            read = import_answers(
                content=upload.read(), name=upload.name, at=clock.now(), actor=actor_of(request)
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("Read: %(taken)d taken, %(unknown)d without effect, %(refused)d to be dealt with.")
                % {"taken": read.taken, "unknown": read.unknown, "refused": read.refused},
            )
            return redirect(link("payroll:declaration_files"))
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: AnswersForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "page": page_of(request, batches()),
        "unsent": count_unsent(),
        "may_act": Role.PAYROLL_ADMIN in identity_of(request).roles,
    }
    return render(request, "payroll/declaration_files.html", context, status=status)
