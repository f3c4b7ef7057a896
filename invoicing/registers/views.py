"""Pages of the registers: the button that asks again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from invoicing.registers import services
from invoicing.registers.roles import ASK
from invoicing.selectors import client_for


@requires(*ASK)
@require_POST
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have the registers asked about a client now."""
    identity = identity_of(request)
    client = client_for(identity.person, pk, roles=identity.roles)
    try:
        services.ask_again(client=client, actor=actor_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("The registers are being asked; the answer is here in a minute."))
    return redirect(link("invoicing:client", pk=client.pk))
