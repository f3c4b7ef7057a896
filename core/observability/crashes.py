"""Reports of crashes to a Sentry address, when one is set: where and why, never whose."""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from core.observability import current
from core.observability.logs import without_people

_KEPT_REQUEST = ("method", "url")


def report_to(dsn: str) -> None:
    """Send unhandled errors there. Local variables, bodies, cookies, headers and breadcrumbs stay here."""
    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0.0,
        before_send=scrub,
    )


def scrub(event: Any, _hint: dict[str, Any]) -> Any:
    """The report without people.

    request reduced to method and path, texts blotted, account by its key only.
    """
    request = event.get("request")
    if request:
        kept = {name: request[name] for name in _KEPT_REQUEST if name in request}
        if "url" in kept:
            kept["url"] = without_people(str(kept["url"]).split("?", 1)[0])
        event["request"] = kept
    event.pop("user", None)
    event.pop("breadcrumbs", None)
    event.pop("extra", None)
    event.setdefault("tags", {}).update(
        {"request_id": current.request_id(), "tenant": current.tenant(), "account": current.account_id()}
    )
    for problem in (event.get("exception") or {}).get("values", []):
        problem["value"] = without_people(str(problem.get("value", "")))
        for frame in (problem.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    entry = event.get("logentry")
    if entry:
        event["logentry"] = {"message": without_people(str(entry.get("message", "")))}
    return event
