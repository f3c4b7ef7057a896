"""Signing a contract: read it, agree, sign; and the signed paper as a PDF."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.errors import DomainError
from core.files import file_response
from core.links import link
from members.enums import Role
from payroll import selectors, services
from payroll.contract_documents import KIND
from payroll.contract_errors import PaperNotSigned
from payroll.contract_paper import paper_of
from payroll.enums import Side
from payroll.errors import NotTheWorker
from payroll.signing_evidence import evidence_of, side_of
from payroll.views.contracts import WRITERS


@requires(*WRITERS)
def contract_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read what stands and sign it: the worker for themselves, a payroll administrator for the employer."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    side = side_of(identity, row)
    mine = identity.person is not None and identity.person.pk == row.person_id
    if side == Side.WORKER and not mine:
        raise NotTheWorker(name=str(row.person))
    refusal = None
    if request.method == "POST":
        try:
            services.sign_contract(
                contract_id=row.pk,
                side=side,
                on=clock.now(),
                actor=actor_of(request),
                signer=identity.person,
                agreed=request.POST.get("agreed") == "yes",
                shown=request.POST.get("shown", ""),
                evidence=evidence_of(request, "signed-in account"),
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Signed. The document is on the page of the contract."))
            return redirect(link("payroll:contract", pk=row.pk))
    context = {
        "contract": row,
        "paper": paper_of(row),
        "side": side,
        "refusal": refusal,
    }
    return render(request, "payroll/contract_sign.html", context, status=refusal.status if refusal else 200)


@requires(Role.MEMBER, Role.PAYROLL_ADMIN, Role.AUDITOR, Role.LEGAL)
def contract_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The signed contract (`?number=` an amendment) as a PDF; while it is being made, a page that says so."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    asked = request.GET.get("number", "0")
    number = int(asked) if re.fullmatch("[0-9]{1,4}", asked) else 0
    mine = identity.person is not None and identity.person.pk == row.person_id
    if not mine and not identity.roles & {Role.PAYROLL_ADMIN, Role.AUDITOR, Role.LEGAL}:
        raise PermissionDenied
    signed = {one.side: one for one in row.signatures.filter(number=number)}
    if set(signed) != set(Side.values):
        raise PaperNotSigned
    source = signed[Side.WORKER].pk
    waiting = "wait" in request.GET
    file = finished_file(KIND, source)
    if file is not None and not waiting:
        return file_response(file)
    job = None if file is not None else request_document(KIND, source, urgent=True)
    context = {
        "contract": row,
        "number": number,
        "done": file is not None,
        "failed": job is not None and job.state in NOT_MADE,
    }
    return render(request, "payroll/contract_waiting.html", context, status=200 if file else 202)
