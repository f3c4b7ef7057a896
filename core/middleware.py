"""The tenant of a request: the first path segment opens the scope, and a refusal rolls it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from core.errors import DomainError
from core.models import Cooperative
from core.tenancy import current_cooperative_or_none, tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class SecurityHeadersMiddleware:
    """Headers that every answer carries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class LanguageMiddleware:
    """Speak the language that the person chose: in this browser, else on the account, else French."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        known = dict(settings.LANGUAGES)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in known:
            language = request.user.language if request.user.is_authenticated else settings.LANGUAGE_CODE
        with translation.override(language if language in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Cookie",))
        return response


class TenantMiddleware:
    """Open the cooperative's scope around a request to /<cooperative>/…; roll back on any answer ≥ 400.

    The `cooperative` path argument is taken away before the view is called. A question with a NUL in it is a
    bad request: no text of the database holds one. A `DomainError` that a page let through becomes the
    refusal page with its status.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        slug = request.path_info.split("/", 2)[1]
        cooperative = Cooperative.objects.filter(slug=slug).first() if slug else None
        if cooperative is None:
            return self.get_response(request)
        with tenant_scope(cooperative):
            response = self.get_response(request)
            if hasattr(response, "render") and callable(response.render):
                response.render()
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        if "cooperative" in kwargs:
            kwargs.pop("cooperative")
            if current_cooperative_or_none() is None:
                return render(request, "404.html", status=404)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return render(request, "core/refusal.html", {"refusal": exception}, status=exception.status)
        return None
