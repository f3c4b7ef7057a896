"""My pay and payslips."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.files import file_response
from core.tables import page_of
from members.disclosure import log_access
from members.enums import Disclosed, Role
from members.models import Person
from payroll import selectors
from payroll.beside_pay import beside_pay_of
from payroll.list_reads import note_list_read
from payroll.models import Payslip
from payroll.payslip_selectors import payslip_years
from payroll.payslip_view import payslip_page, shown_pay
from payroll.services.payslips import KIND
from payroll.views.month import month_asked
from payroll.wording import LANGUAGES, wording

KEEPERS = (Role.PAYROLL_ADMIN, Role.AUDITOR)


@requires(Role.MEMBER)
def my_pay(request: HttpRequest) -> HttpResponse:
    """What comes, what came, and my payslips."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    page = page_of(request, selectors.items_of(person))
    today = clock.today()
    context = {
        "coming": selectors.coming_pay(person, today),
        "beside": beside_pay_of(person, today),
        "page": page,
        "rows": selectors.with_payouts(page.object_list),
        "years": payslip_years(person),
    }
    return render(request, "payroll/my_pay.html", context)


@requires(Role.MEMBER, *KEEPERS)
def pay_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One pay item, each amount explained."""
    identity = identity_of(request)
    item = selectors.item_for(identity.person, pk, roles=identity.roles)
    log_access(
        person=item.person,
        what=Disclosed.PAYSLIP,
        purpose=_("Payroll console"),
        actor=actor_of(request),
        source_id=pk,
    )
    language = get_language() or "fr"
    context = {
        "item": item,
        "shown": shown_pay(item, selectors.lines_of(item), language),
        "words": wording(language).words,
        "row": selectors.with_payouts([item])[0],
    }
    return render(request, "payroll/pay_item.html", context)


@requires(Role.MEMBER, *KEEPERS)
def payslip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A payslip on screen: each amount explains itself on a tap, in the four languages of payslips."""
    slip = _read_payslip(request, pk)
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else get_language() or "fr"
    context = {"slip": payslip_page(slip, language), "languages": LANGUAGES.items()}
    return render(request, "payroll/payslip.html", context)


@requires(Role.MEMBER, *KEEPERS)
def payslip_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The payslip as a PDF; while it is being made, a page that says when it is there."""
    waiting = "wait" in request.GET
    slip = _payslip(request, pk) if waiting else _read_payslip(request, pk)
    file = finished_file(KIND, slip.pk)
    if file is not None and not waiting:
        return file_response(file)
    job = None if file is not None else request_document(KIND, slip.pk, urgent=True)
    failed = job is not None and job.state in NOT_MADE
    context = {"slip": slip, "done": file is not None, "failed": failed}
    return render(request, "payroll/payslip_waiting.html", context, status=200 if file else 202)


@requires(*KEEPERS)
def payslips(request: HttpRequest) -> HttpResponse:
    """Payslips of a month by name."""
    chosen = month_asked(request)
    page = page_of(request, selectors.month_payslips(chosen), 50)
    lines = page_of(request, selectors.run_lines(chosen), 50) if not page.object_list else None
    lines = lines if lines is not None and lines.object_list else None
    note_list_read(
        "payslips" if lines is None else "run_lines",
        page if lines is None else lines,
        reader=identity_of(request).person,
        filters={"month": f"{chosen:%Y-%m}", "page": request.GET.get("page", "")},
        actor=actor_of(request),
    )
    return render(request, "payroll/payslips.html", {"month": chosen, "page": page, "lines": lines})


def _payslip(request: HttpRequest, pk: UUID) -> Payslip:
    """A payslip that the person may read, where nothing of it is shown."""
    identity = identity_of(request)
    return selectors.payslip_for(identity.person, pk, roles=identity.roles)


def _read_payslip(request: HttpRequest, pk: UUID) -> Payslip:
    """The payslip, once the reading by staff is written down."""
    slip = _payslip(request, pk)
    log_access(
        person=slip.person,
        what=Disclosed.PAYSLIP,
        purpose=request.GET.get("purpose") or _("Payroll console"),
        actor=actor_of(request),
        source_id=slip.pk,
    )
    return slip
