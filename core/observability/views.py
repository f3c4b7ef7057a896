"""What machines ask: alive, ready, and how it goes."""

from __future__ import annotations

from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.access import public
from core.observability import health
from core.observability import metrics as counted


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anybody: a sick database must not get healthy processes killed."""
    return HttpResponse("ok", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, else 503; names the parts that fail, and whether the broker answers."""
    failing = health.failing_parts()
    body = {"ready": not failing, "failing": failing, "broker": health.broker_answers()}
    return JsonResponse(body, status=503 if failing else 200)


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus.

    with `SMART_METRICS_TOKEN` to its bearer, without one to this machine alone.
    """
    if not _may_count(request):
        return HttpResponse(status=404)
    return HttpResponse(counted.exposition(), content_type=counted.CONTENT_TYPE)


def _may_count(request: HttpRequest) -> bool:
    wanted: str = settings.METRICS_TOKEN
    if wanted:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {wanted}".encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    try:
        return not forwarded and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
