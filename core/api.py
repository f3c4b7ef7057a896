"""The mechanisms of the REST doors: who is asking, pages of results, refusals in one shape, repeats without
effect.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.access import Identity, actor_of, identity_of
from core.errors import DomainError, StaleVersion
from core.services import claim_key, keep_answer
from core.types import Actor

Shape = TypeVar("Shape", bound=BaseSerializer[Any])


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = "core.rest.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as RFC 9457: type, title, status, detail, code, params, errors."""
    if isinstance(error, DomainError):
        params = {key: str(value) for key, value in error.params.items()}
        status = 412 if isinstance(error, StaleVersion) else error.status
        return problem(status, error.code, error.detail, params=params)
    if isinstance(error, Http404):
        return problem(404, "not_found", _("There is no such thing here."))
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", _("You may not do this."))
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", _("Some fields are not right."), errors=_field_errors(error.detail))
    if isinstance(error, exceptions.APIException):
        response = problem(error.status_code, str(error.get_codes()), error.detail)
        if error.status_code == 401:
            response["WWW-Authenticate"] = "Bearer"
        wait = getattr(error, "wait", None)
        if wait:
            response["Retry-After"] = str(int(wait) + 1)
        return response
    return None


def problem(status: int, code: str, detail: Any, **more: Any) -> Response:
    """A refusal in the shape of all: `params` and `errors` may be given."""
    body = {
        "type": f"urn:smart:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "detail": str(detail),
        "code": code,
        "params": {},
        "errors": [],
        **more,
    }
    return Response(body, status=status, content_type="application/problem+json")


def _field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [e for key, value in detail.items() for e in _field_errors(value, f"{path}.{key}".lstrip("."))]
    if isinstance(detail, list):
        return [
            e
            for index, value in enumerate(detail)
            for e in (
                _field_errors(value, f"{path}.{index}")
                if isinstance(value, dict | list)
                else [{"field": path, "code": str(getattr(value, "code", "invalid")), "detail": str(value)}]
            )
        ]
    return [{"field": path, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}]


VERSION = re.compile(r'"(?P<version>[0-9]{1,18})(\.[0-9a-f]*)?"')
"""An `ETag` of ours: the version of the row, then the digest of the answer that showed it."""

SHOWN_ONCE = frozenset({"secret", "token"})
"""What an answer shows this once: it is not kept, so a repeat of the request is answered without it."""


def _text_of(request: Request) -> str:
    """What a request asks: the same text for the same question, files by what is in them."""
    data = dict(request.data.lists()) if isinstance(request.data, QueryDict) else request.data
    asked = [request.method, request.get_full_path(), data]
    return json.dumps(asked, sort_keys=True, default=_digest_or_text)


def _digest_or_text(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"


def idempotent(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Make a POST handler answer a repeated `Idempotency-Key` with its first answer, doing nothing again.

    The answer is kept in the transaction of the act; refusals keep nothing, so a mended request may use the
    key.
    """

    def wrapped(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return handler(view, request, *args, **kwargs)
        record, is_new = claim_key(user_id=int(request.user.pk or 0), key=key, request_text=_text_of(request))
        if not is_new:
            return Response(record.body, status=record.status, headers={"Idempotent-Replay": "true"})
        response = handler(view, request, *args, **kwargs)
        kept = json.loads(json.dumps(response.data, default=str))
        if isinstance(kept, dict):
            kept = {name: value for name, value in kept.items() if name not in SHOWN_ONCE}
        keep_answer(record=record, status=response.status_code, body=kept)
        return response

    wrapped.takes_key = True  # type: ignore[attr-defined]  # the schema and the tests ask for it
    wrapped.__name__, wrapped.__doc__ = handler.__name__, handler.__doc__
    return wrapped


class VersionMissing(exceptions.APIException):
    """An edit that does not say what it edits."""

    status_code = 428
    default_code = "version_missing"
    default_detail = _("Read it first, then send its ETag back in If-Match.")


def edits(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Make a handler that changes or removes something demand `If-Match`, and hand it the `version` in it.

    Without the header: `VersionMissing` (428). What is no version of ours is an old one: `StaleVersion`
    (412). The handler gives `version` to its service, which compares it with the row's under the lock.
    """

    def wrapped(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        tag = request.headers.get("If-Match", "").strip()
        if tag in ("", "*"):
            raise VersionMissing
        found = VERSION.fullmatch(tag)
        if found is None:
            raise StaleVersion
        return handler(view, request, *args, version=int(found["version"]), **kwargs)

    wrapped.demands_version = True  # type: ignore[attr-defined]  # the schema and the tests ask for it
    wrapped.__name__, wrapped.__doc__ = handler.__name__, handler.__doc__
    return wrapped


def versioned(data: Any, version: int, status: int = 200) -> Response:
    """An answer whose `ETag` says which version it shows; `RestMiddleware` adds a digest to readings."""
    return Response(data, status=status, headers={"ETag": f'"{version}"'})


class SchemaView(SpectacularAPIView):
    """The OpenAPI description of the doors: the same for everybody, written once per language and form."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def _get_schema_response(self, request: Request) -> HttpResponse:
        asked = get_language() or ""
        language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        renderer = request.accepted_renderer
        name = f"{spectacular_settings.TITLE}.{renderer.format}"
        return HttpResponse(
            _written_schema(language, renderer.media_type),
            content_type=renderer.media_type,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


@cache
def _written_schema(language: str, media_type: str) -> bytes:
    forms: dict[str, Any] = {form.media_type: form for form in SchemaView.renderer_classes}
    with translation.override(language):
        generator: Any = SchemaView.generator_class()
        written: Any = forms[media_type]().render(generator.get_schema(public=True), renderer_context={})
    return written if isinstance(written, bytes) else str(written).encode()


def request_of(request: Request) -> HttpRequest:
    """The Django request behind a REST request."""
    return request._request


def identity_behind(request: Request) -> Identity:
    """Person and roles of the caller."""
    return identity_of(request_of(request))


def actor_behind(request: Request) -> Actor:
    """Who acts, for services and audit."""
    return actor_of(request_of(request))


def checked_body(shape: type[Shape], request: Request) -> Shape:
    """The body, held against its shape: for shapes that say more than their fields. Raises
    `ValidationError`.
    """
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return body


def read_body(shape: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """The fields of the body, as its shape accepts them. Raises `ValidationError`."""
    return dict(checked_body(shape, request).validated_data)


def read_query(shape: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """The parameters of the address, as their shape accepts them. Raises `ValidationError`."""
    query = shape(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)
