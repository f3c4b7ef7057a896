"""The doors of OAuth 2, outside the cooperatives: consent, tokens, revocation, what there is (RFC 8414)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, FatalClientError, OAuth2Error
from rest_framework.request import Request

from core.access import identity_in, public, requires
from core.accounts import second_factor
from core.accounts.recent import recent
from core.middleware import CONTENT_SECURITY_POLICY
from core.models import User
from core.programs import protocol
from core.programs.errors import NotAmongUs
from core.programs.redirects import origin_of
from core.programs.scopes import CLIENT_SCOPES, in_words
from core.programs.throttles import ShareThrottle


@never_cache
@requires()
@recent
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the person whether a program may act for them; send them back to it with a code, or with a no.

    An unknown program or address is told to the person, never to the address (RFC 6749, 4.1.2.1).
    """
    assert isinstance(request.user, User)
    uri = f"{request.path}?{request.META.get('QUERY_STRING', '')}"
    rules = protocol.Rules(request.user)
    door = protocol.authorization(rules)
    try:
        scopes, asked = door.validate_authorization_request(uri, http_method="GET")
    except FatalClientError as error:
        return render(request, "programs/unknown.html", {"error": error}, status=400)
    except OAuth2Error as error:
        return _back(request, error.in_uri(error.redirect_uri))
    client = asked["request"].client
    identity = identity_in(request.user, client.cooperative)
    if identity.person is None:
        refusal = NotAmongUs(cooperative=client.cooperative.name)
        return render(request, "core/refusal.html", {"refusal": refusal}, status=refusal.status)
    if second_factor.is_wanted(request, identity.roles):
        return second_factor.ask(request)
    if request.method == "POST":
        if request.POST.get("answer") != "allow":
            no = AccessDeniedError(state=asked["state"])
            return _back(request, no.in_uri(asked["redirect_uri"]))
        headers, _body, _status = door.create_authorization_response(uri, http_method="GET", scopes=scopes)
        return _back(request, headers["Location"])
    context = {
        "client": client,
        "scopes": [in_words(scope) for scope in scopes],
        "back_to": origin_of(asked["redirect_uri"]),
    }
    response = render(request, "programs/consent.html", context)
    # Browsers hold a redirect that answers a form to `form-action` too: name the one place it leads to.
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {context['back_to']}"
    )
    return response


@csrf_exempt
@public
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code, a refresh token or a secret becomes tokens. A refusal commits too: a replay ends its family."""
    return _answer(request, protocol.tokens(protocol.Rules()).create_token_response)


@csrf_exempt
@public
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """A program gives back what it holds."""
    return _answer(request, protocol.revocation(protocol.Rules()).create_revocation_response)


@public
def metadata(request: HttpRequest) -> HttpResponse:
    """What programs may ask, and where."""
    ways = ["authorization_code", "client_credentials", "refresh_token"]
    proofs = ["client_secret_basic", "client_secret_post", "none"]
    return JsonResponse(
        {
            "issuer": issuer_of(request),
            "authorization_endpoint": request.build_absolute_uri(reverse("oauth:authorize")),
            "token_endpoint": request.build_absolute_uri(reverse("oauth:token")),
            "revocation_endpoint": request.build_absolute_uri(reverse("oauth:revoke")),
            "scopes_supported": CLIENT_SCOPES,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ways,
            "code_challenge_methods_supported": [protocol.METHOD],
            "token_endpoint_auth_methods_supported": proofs,
            "revocation_endpoint_auth_methods_supported": proofs,
            "authorization_response_iss_parameter_supported": True,
        }
    )


def issuer_of(request: HttpRequest) -> str:
    """The name of this server among others (RFC 9207)."""
    return request.build_absolute_uri("/oauth")


def _back(request: HttpRequest, uri: str) -> HttpResponse:
    return HttpResponseRedirect(add_params_to_uri(uri, [("iss", issuer_of(request))]))


def _answer(request: HttpRequest, respond: Any) -> HttpResponse:
    """Pass a request to oauthlib and give its answer, unless the address asks too often."""
    share, knock = SimpleNamespace(headers={}), ShareThrottle()
    if not knock.allow_request(Request(request), share):  # type: ignore[arg-type]  # it only writes headers
        refused = JsonResponse({"error": "temporarily_unavailable"}, status=429, headers=share.headers)
        refused.headers["Retry-After"] = str(int(knock.wait() or 0) + 1)
        return refused
    is_form = request.content_type == "application/x-www-form-urlencoded"
    body = request.body.decode("latin-1") if is_form else ""
    headers = (
        {"Authorization": request.headers["Authorization"]} if "Authorization" in request.headers else {}
    )
    with transaction.atomic():
        found, text, status = respond(request.path, http_method="POST", body=body, headers=headers)
    plain = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return HttpResponse(text or "", status=status, headers=plain | found | share.headers)
