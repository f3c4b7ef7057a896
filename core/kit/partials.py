"""What every tag of the kit stands on: a partial of `templates/core/ui/`, attributes, the page's query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def read(source: object, name: str, default: Any = "") -> Any:
    """Read a name from a dictionary or an object; absent or None gives the default."""
    value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    return default if value is None else value


def html_attributes(given: Mapping[str, Any]) -> SafeString:
    """HTML attributes from keyword arguments.

    Underscores become hyphens, False and None vanish, True is bare.
    """
    parts = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        parts.append(format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value))
    return mark_safe("".join(parts))  # noqa: S308 - each part came out of format_html


def partial(name: str, values: dict[str, Any], context: Context | None = None) -> SafeString:
    """Render a partial of the kit, with the request and the CSRF token of the page when the tag has its
    context.
    """
    if context is not None:
        values.setdefault("request", context.get("request"))
        values.setdefault("csrf_token", context.get("csrf_token"))
    return render_to_string(f"core/ui/{name}.html", values)


def query_with(context: Context, **changes: object) -> str:
    """The page's query string with some values changed; None removes one."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        query = QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"
