"""Programs that administrators register for their cooperative."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import actor_of, identity_of, requires
from core.accounts.recent import recent
from core.errors import DomainError
from core.links import link
from core.models import User
from core.programs import selectors, services
from core.programs.forms import ClientForm
from core.programs.roles import ACT, SEE
from core.programs.scopes import in_words
from core.tables import page_of
from core.tenancy import current_cooperative


@requires(*SEE)
def clients(request: HttpRequest) -> HttpResponse:
    """Who may ask people for what."""
    page = page_of(request, selectors.clients_of(current_cooperative()))
    return render(request, "programs/clients.html", {"page": page, "may_act": _may_act(request)})


@requires(*ACT)
@recent
def new_client(request: HttpRequest) -> HttpResponse:
    """Another program; its secret is shown once, on the page that answers."""
    assert isinstance(request.user, User)
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.register_client(
                cooperative=current_cooperative(),
                owner=request.user,
                actor=actor_of(request),
                **form.asked(),
            )
        except DomainError as error:
            form.add_error(None, error.detail)
        else:
            return render(request, "programs/secret.html", {"client": made, "secret": secret}, status=201)
    status = 422 if request.method == "POST" else 200
    return render(request, "programs/client_form.html", {"form": form}, status=status)


@requires(*SEE)
def client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One program: what it may ask, by whom it was registered, how many people allow it."""
    found = selectors.client_for(current_cooperative(), pk)
    context = {
        "client": found,
        "scopes": [in_words(scope) for scope in found.scopes],
        "may_act": _may_act(request) and found.revoked_at is None,
        "idle": found.kind == "service" and not selectors.may_serve(found),
    }
    return render(request, "programs/client.html", context)


@require_POST
@requires(*ACT)
@recent
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another secret, or the end: which one, the button says."""
    match request.POST.get("act"):
        case "rotate":
            found, secret = services.rotate_secret(
                cooperative=current_cooperative(), client_id=pk, actor=actor_of(request)
            )
            return render(request, "programs/secret.html", {"client": found, "secret": secret})
        case "revoke":
            services.revoke_client(cooperative=current_cooperative(), client_id=pk, actor=actor_of(request))
            messages.success(request, _("The program is revoked: it is refused from now on, for everybody."))
        case _:
            selectors.client_for(current_cooperative(), pk)
    return redirect(link("programs:client", pk=pk))


def _may_act(request: HttpRequest) -> bool:
    return bool(identity_of(request).roles & ACT)
