"""What every answer under /<cooperative>/api/v1/ has in common, also where no door stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from core.observability.current import request_id

PROBLEM = "application/problem+json"


class RestMiddleware:
    """Readings carry an `ETag` (the version of what they show, when it can be edited, and a digest of all
    that they say) and answer 304 to whoever has them already; an address without a door and a crash are
    problem details like every other refusal. REST answers are nobody's to keep on the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_rest(request):
            return response
        response.headers.setdefault("Cache-Control", "private, no-cache")
        kind = response.headers.get("Content-Type", "")
        if response.status_code >= 400 and "json" not in kind:
            return _problem(response)
        if request.method == "GET" and response.status_code == 200 and isinstance(response, HttpResponse):
            digest = hashlib.sha256(response.content).hexdigest()[:32]
            version = response.headers.get("ETag", "").strip('"')
            etag = f'"{version}.{digest}"' if version else f'"{digest}"'
            response.headers["ETag"] = etag
            answer = get_conditional_response(request, etag=etag, response=response)
            return answer if isinstance(answer, HttpResponseBase) else response
        return response


def is_rest(request: HttpRequest) -> bool:
    """Whether the address lies among the REST doors."""
    return request.path_info.split("/")[2:4] == ["api", "v1"]


def _problem(refused: HttpResponseBase) -> HttpResponse:
    """The same refusal, in the shape of all others."""
    code, detail = {
        404: ("not_found", _("There is no such thing here.")),
        405: ("method_not_allowed", _("This door takes other methods.")),
        403: ("forbidden", _("You may not do this.")),
        400: ("bad_request", _("This request cannot be read.")),
    }.get(
        refused.status_code, ("error", _("Something failed on our side. It is noted; nothing was written."))
    )
    body = {
        "type": f"urn:smart:{code}",
        "title": code.replace("_", " "),
        "status": refused.status_code,
        "detail": str(detail),
        "code": code,
        "params": {"request_id": request_id()} if refused.status_code >= 500 else {},
        "errors": [],
    }
    answer = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=refused.status_code, content_type=PROBLEM
    )
    for name in ("Allow", "Retry-After", "Cache-Control"):
        if name in refused.headers:
            answer.headers[name] = refused.headers[name]
    return answer
