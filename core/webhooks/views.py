"""Pages of webhooks, for the cooperative's administrators."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.forms import version_sent
from core.links import link
from core.tables import page_of
from core.webhooks import selectors, services
from core.webhooks.enums import DeliveryState
from core.webhooks.events import TYPES
from core.webhooks.forms import EndpointForm
from core.webhooks.roles import ACT, SEE


@requires(*SEE)
def endpoints(request: HttpRequest) -> HttpResponse:
    """Who is told what."""
    page = page_of(request, selectors.endpoints())
    return render(request, "webhooks/endpoints.html", {"page": page, "may_act": _may_act(request)})


@requires(*ACT)
def new_endpoint(request: HttpRequest) -> HttpResponse:
    """A new address; its secret is shown once, on the page that answers."""
    form = EndpointForm(request.POST or None, initial={"events": ["*"]})
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.register_endpoint(actor=actor_of(request), **form.changes())
        except DomainError as error:
            form.add_error(None, error.detail)
        else:
            return render(request, "webhooks/secret.html", {"endpoint": made, "secret": secret}, status=201)
    return render(
        request, "webhooks/form.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@requires(*ACT)
def edit_endpoint(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change address, purpose or events."""
    found = selectors.endpoint_for(pk)
    initial = {"url": found.url, "description": found.description, "events": found.events}
    form = EndpointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = version_sent(request.POST, 0)
        try:
            services.change_endpoint(
                endpoint_id=pk, version=version, actor=actor_of(request), **form.changes()
            )
        except DomainError as error:
            form.add_error(None, error.detail)
        else:
            return redirect(link("webhooks:endpoint", pk=pk))
    status = 422 if request.method == "POST" else 200
    return render(request, "webhooks/form.html", {"form": form, "endpoint": found}, status=status)


@requires(*SEE)
def endpoint(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One endpoint: its events, its deliveries with what the receiver said."""
    found = selectors.endpoint_for(pk)
    context = {
        "endpoint": found,
        "events": [TYPES[event].text if event in TYPES else _("all") for event in found.events],
        "page": page_of(request, selectors.deliveries(found)),
        "may_act": _may_act(request),
    }
    return render(request, "webhooks/endpoint.html", context)


@requires(*SEE)
def delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One delivery: what was sent, word for word, and what the receiver said last."""
    found = selectors.delivery_for(pk)
    body = json.dumps(json.loads(found.body), ensure_ascii=False, indent=2)
    context = {
        "delivery": found,
        "body": body,
        "may_act": _may_act(request) and found.state in (DeliveryState.DELIVERED, DeliveryState.DEAD),
    }
    return render(request, "webhooks/delivery.html", context)


@require_POST
@requires(*ACT)
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pause, resume, try, rotate, remove, send again: which one, the button says."""
    actor = actor_of(request)
    selectors.endpoint_for(pk)  # one that is not ours is not there, whatever the button says
    match request.POST.get("act"):
        case "pause":
            services.pause_endpoint(endpoint_id=pk, actor=actor)
        case "resume":
            services.resume_endpoint(endpoint_id=pk, actor=actor)
        case "test":
            services.send_test(endpoint_id=pk, actor=actor)
            messages.success(request, _("A test is on its way: look at the deliveries in a moment."))
        case "rotate":
            found, secret = services.rotate_secret(endpoint_id=pk, actor=actor)
            return render(request, "webhooks/secret.html", {"endpoint": found, "secret": secret})
        case "remove":
            services.remove_endpoint(endpoint_id=pk, actor=actor)
            return redirect(link("webhooks:endpoints"))
        case "replay":
            _replay(request, pk)
    return redirect(link("webhooks:endpoint", pk=pk))


def _replay(request: HttpRequest, pk: UUID) -> None:
    given = request.POST.get("delivery", "")
    since = parse_datetime(request.POST.get("since", "")) if not given else None
    if since is not None and is_naive(since):
        since = make_aware(since)
    if not given and since is None:
        messages.error(request, _("Say from which moment on."))
        return
    count = services.replay(
        endpoint_id=pk, actor=actor_of(request), delivery_id=UUID(given) if given else None, since=since
    )
    messages.success(request, _("%(count)s deliveries are sent again.") % {"count": count})


def _may_act(request: HttpRequest) -> bool:
    return bool(identity_of(request).roles & ACT)
