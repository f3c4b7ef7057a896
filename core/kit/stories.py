"""What happened, what happens next, why something was refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.kit.formats import day, moment
from core.kit.partials import partial, read

register = template.Library()


@register.simple_tag
def timeline(events: Iterable[Any]) -> SafeString:
    """What happened, newest where the list puts it.

    Each with `when`, `title`, optional `text`, `href`, `tone`, `actor`.
    """
    rows = [
        {name: read(event, name) for name in ("when", "title", "text", "href", "tone", "actor")}
        for event in events
    ]
    for row in rows:
        when = row["when"]
        row["iso"] = when.isoformat() if isinstance(when, date) else ""
        row["shown"] = (
            moment(when) if isinstance(when, datetime) else day(when) if isinstance(when, date) else when
        )
    return partial("timeline", {"rows": rows})


@register.simple_tag
def next_steps(steps: Iterable[Any], title: str = "") -> SafeString:
    """What happens next: each step with `title`, optional `text`, `state` (done | current | todo), `href`."""
    rows = [{name: read(step, name) for name in ("title", "text", "state", "href")} for step in steps]
    return partial("next_steps", {"rows": rows, "title": title or gettext("What happens next")})


@register.simple_tag
def refusal(error: Any) -> SafeString:
    """Why something was refused and what to do: reads `detail` (or `message`), `next_step`, `next_url` and
    `code` of a DomainError.
    """
    return partial(
        "refusal",
        {
            "message": read(error, "detail") or read(error, "message") or str(error),
            "next_step": read(error, "next_step"),
            "next_url": read(error, "next_url"),
            "code": read(error, "code"),
        },
    )


@register.simple_tag
def toast(text: object, level: str = "success") -> SafeString:
    """A short answer to an act, in the corner.

    level: success | info | warning | error. The layout shows Django's messages.
    """
    return partial("toast", {"text": text, "level": level})
