"""Pages of one's own account (second factor, sign-ins) and, for those who watch, who was turned away."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import names_of, requires
from core.accounts import second_factor, selectors, services
from core.accounts.filters import DeniedFilter
from core.accounts.house import WATCHERS
from core.accounts.recent import recent

NEXT = "accounts_next"
DENIED_PAGE = 50


@requires()
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Why a second factor, and the choice between the two kinds."""
    back = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        request.session[NEXT] = back
    if second_factor.has_one(request.user):
        return redirect("mfa_index")
    return render(request, "accounts/second_factor.html", {"required": selectors.must_have(request.user)})


@requires()
def go_on(request: HttpRequest) -> HttpResponse:
    """Back to the page on which the second factor was asked for."""
    return redirect(request.session.pop(NEXT, "/"))


@requires()
def sessions(request: HttpRequest) -> HttpResponse:
    """Where my account is signed in."""
    rows = selectors.sessions_of(request.user, request.session.session_key)
    return render(
        request, "accounts/sessions.html", {"rows": rows, "others": sum(not r.current for r in rows)}
    )


@require_POST
@requires()
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """One session of mine is signed out."""
    services.end_session(user=request.user, session_id=number)
    messages.success(request, _("That device is signed out."))
    return redirect("accounts_sessions")


@require_POST
@requires()
def end_others(request: HttpRequest) -> HttpResponse:
    """Every session of mine but this one is signed out."""
    count = services.end_other_sessions(request, user=request.user)
    messages.success(
        request, ngettext("%d other device is signed out.", "%d other devices are signed out.", count) % count
    )
    return redirect("accounts_sessions")


@requires(*WATCHERS)
def denied(request: HttpRequest) -> HttpResponse:
    """Who was turned away from which door, newest first; pages go on from the last row shown."""
    filters = DeniedFilter(request.GET, queryset=selectors.denied_accesses())
    rows = filters.qs if filters.is_valid() else filters.queryset.none()
    try:
        before = UUID(request.GET["before"])
    except (KeyError, ValueError):
        before = None
    found = list((rows.filter(pk__lt=before) if before else rows)[: DENIED_PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    newest = f"?{query.urlencode()}" if before else ""
    older = ""
    if len(found) > DENIED_PAGE:
        query["before"] = str(found[DENIED_PAGE - 1].pk)
        older = f"?{query.urlencode()}"
    shown = found[:DENIED_PAGE]
    names = names_of({row.person_id for row in shown if row.person_id})
    context = {
        "rows": [(row, names.get(row.person_id)) for row in shown],
        "filters": filters.form,
        "older": older,
        "newest": newest,
    }
    return render(request, "accounts/denied.html", context)


@requires()
@recent
def remove_key(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A passkey goes; the last factor of somebody who works for a cooperative stays."""
    factor = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
    if not selectors.may_remove(factor):
        messages.error(
            request,
            _("Your role asks for a second factor and this is your last one: add another first."),
        )
        return redirect(reverse("mfa_list_webauthn"))
    answer: HttpResponseBase = remove_webauthn(request, pk=pk)
    return answer
