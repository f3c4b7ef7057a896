"""Where things stand on a page: its head, the way there, sheets, notices, parts that refresh themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from core.kit.partials import partial

register = template.Library()


@register.simple_block_tag
def page_header(
    content: str,
    title: str,
    subtitle: str = "",
    eyebrow: str = "",
    back_url: str = "",
    back_label: str = "",
    state: object = "",
    state_label: str = "",
) -> SafeString:
    """The head of a page: the only h1, a line under it, a state badge, and its acts as content.

    eyebrow: a small word above. back_url/back_label: the way up.
    """
    values = {
        "actions": mark_safe(content.strip()),  # noqa: S308 - a rendered block
        "title": title,
        "subtitle": subtitle,
        "eyebrow": eyebrow,
        "back_url": back_url,
        "back_label": back_label,
        "state": state,
        "state_label": state_label,
    }
    return partial("page_header", values)


@dataclass(frozen=True)
class Link:
    """A labelled link of a breadcrumb or a tab list; an empty url is the current place."""

    label: str
    url: str = ""
    current: bool = False


def _links(parts: Sequence[Any]) -> list[Link]:
    """Pairs label, url, label, url, … ; a last label without url is the current place.

    A list of pairs is fine too.
    """
    if len(parts) == 1 and isinstance(parts[0], list | tuple):
        return [Link(str(label), str(url or "")) for label, url in parts[0]]
    return [
        Link(str(parts[i]), str(parts[i + 1]) if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)
    ]


@register.simple_tag
def breadcrumb(*parts: Any) -> SafeString:
    """Where this page sits: label, url, label, url, …, label of this page."""
    return partial("breadcrumb", {"links": _links(parts)})


@register.simple_tag(takes_context=True)
def tabs(context: Context, *parts: Any, current: str = "", label: str = "") -> SafeString:
    """Links between sibling pages: label, url, label, url… `current`: the url shown (default: the request's
    path).

    label: the name of the group, for screen readers.
    """
    request = context.get("request")
    here = current or (request.path if request is not None else "")
    links = [
        Link(link.label, link.url, link.url.split("?")[0] == here or link.url == here)
        for link in _links(parts)
    ]
    return partial("tabs", {"links": links, "label": label or gettext("Views")})


@register.simple_block_tag
def card(content: str, title: str = "", subtitle: str = "", tone: str = "", id: str = "") -> SafeString:
    """A sheet of paper on the ground.

    tone: "" | brand (soft red) | quiet (no border) | warning. id: for htmx.
    """
    return partial("card", {"content": content, "title": title, "subtitle": subtitle, "tone": tone, "id": id})


@register.simple_block_tag
def section(content: str, title: str, subtitle: str = "", id: str = "") -> SafeString:
    """A titled part of a page, without a frame."""
    return partial("section", {"content": content, "title": title, "subtitle": subtitle, "id": id})


@register.simple_block_tag
def notice(content: str, title: str = "", tone: str = "info") -> SafeString:
    """A message inside the page. tone: info | success | warning | danger."""
    return partial("notice", {"content": content, "title": title, "tone": tone})


@register.simple_block_tag
def live(content: str, url: str, id: str, seconds: int = 2, done: bool = False) -> SafeString:
    """A part of the page that refreshes itself: `url` answers with the same `{% live %}` (same id) until
    `done`.

    Without JavaScript a link refreshes the page.
    """
    return partial("live", {"content": content, "url": url, "id": id, "seconds": seconds, "done": done})
