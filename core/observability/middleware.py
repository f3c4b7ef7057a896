"""The outermost layer of a request: its identifier, its line in the log, its count and time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.observability import current, metrics

log = logging.getLogger("smart.requests")
HEADER = "X-Request-ID"


class RequestMiddleware:
    """Name the request, answer with the name, count it by route: addresses hold keys, routes do not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with current.working_on(request.headers.get(HEADER, "")) as name:
            start = time.perf_counter()
            response = self.get_response(request)
            took = time.perf_counter() - start
            response.headers[HEADER] = name
            match = request.resolver_match
            route = (match.view_name or "unnamed") if match else "unmatched"
            # Asked for only if somebody did: naming an account must not cost a query.
            current.name_account(getattr(getattr(request, "_cached_user", None), "pk", None))
            metrics.REQUESTS.labels(request.method, route, response.status_code).inc()
            metrics.REQUEST_SECONDS.labels(route).observe(took)
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route,
                    "cooperative": match.kwargs.get("cooperative", "") if match else "",
                    "status": response.status_code,
                    "ms": round(took * 1000),
                },
            )
            return response
