"""Programs and tokens: everybody's own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import actor_of, requires
from core.accounts.recent import recent
from core.errors import DomainError
from core.links import link
from core.models import User
from core.programs import selectors, services
from core.programs.forms import TokenForm
from core.programs.scopes import in_words
from core.tenancy import current_cooperative


@requires()
@recent
def tokens(request: HttpRequest) -> HttpResponse:
    """Programs that act for me in this cooperative, and my tokens; a new one is shown once, on the page that
    answers.
    """
    user = _user(request)
    form = TokenForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, text = services.issue_token(
                user=user, cooperative=current_cooperative(), **form.cleaned_data
            )
            form = TokenForm()
        except DomainError as error:
            form.add_error(None, error.detail)
    rows = selectors.tokens_of(user, current_cooperative())
    grants = selectors.grants_of(user, current_cooperative())
    status = 422 if form.is_bound and form.errors else 201 if text else 200
    programs = [(grant, [in_words(scope) for scope in grant.scopes]) for grant in grants]
    context = {"form": form, "rows": rows, "programs": programs, "text": text}
    return render(request, "programs/tokens.html", context, status=status)


@require_POST
@requires()
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """A token of mine opens nothing any more."""
    services.revoke_token(user=_user(request), cooperative=current_cooperative(), token_id=number)
    messages.success(request, _("The token is revoked: whoever uses it is refused from now on."))
    return redirect(link("programs:tokens"))


@require_POST
@requires()
def disallow(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A program acts for me no more."""
    services.disallow(
        user=_user(request), cooperative=current_cooperative(), grant_id=pk, actor=actor_of(request)
    )
    messages.success(request, _("The program acts for you no more: it is refused from now on."))
    return redirect(link("programs:tokens"))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
