"""What one can do: icons, buttons, dialogs."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.icons import ICONS
from core.kit.partials import html_attributes, partial

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A line icon, decorative unless `label` names it. Names: `core.icons.ICONS`."""
    paths = mark_safe(ICONS.get(name) or ICONS["dot"])  # noqa: S308 - our own drawings
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, paths
        )
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', paths
    )


@register.simple_tag
def wordmark() -> SafeString:
    """The product's name, drawn."""
    return render_to_string("core/ui/wordmark.html")


@register.simple_tag
def button(
    label: str,
    variant: str = "secondary",
    href: str = "",
    icon: str = "",
    size: str = "",
    type: str = "submit",
    disabled: bool = False,
    **attributes: Any,
) -> SafeString:
    """A button, or a link that looks like one when `href` is given.

    variant: primary (one per page) | secondary | quiet | danger. size: "" | small | block (full width).
    icon: a name of `core.icons`. type: submit | button | reset. Other keywords become attributes
    (`hx_post=url` → `hx-post`, `name="act"`, `value="approve"`, `form="id"`).
    """
    return partial(
        "button",
        {
            "label": label,
            "variant": variant,
            "href": href,
            "icon": icon,
            "size": size,
            "type": type,
            "disabled": disabled,
            "attributes": html_attributes(attributes),
        },
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    label: str,
    url: str,
    variant: str = "secondary",
    icon: str = "",
    size: str = "",
    confirm: str = "",
    name: str = "",
    value: str = "",
    disabled: bool = False,
) -> SafeString:
    """A single act as a form of its own: POSTs to `url` with the CSRF token.

    confirm: a sentence that says what will happen, asked in a dialog first (the server must accept without
    it). name/value: one value sent along.
    """
    values = {
        "label": label,
        "url": url,
        "variant": variant,
        "icon": icon,
        "size": size,
        "confirm": confirm,
        "name": name,
        "value": value,
        "disabled": disabled,
    }
    return partial("post_button", values, context)


@register.simple_tag
def dialog_button(
    label: str,
    dialog_id: str,
    fallback_url: str = "",
    variant: str = "secondary",
    icon: str = "",
    size: str = "",
) -> SafeString:
    """Opens `{% dialog dialog_id %}`; without JavaScript the link goes to `fallback_url`, a page with the
    same form.

    Without a fallback the link jumps to the dialog's content in the page.
    """
    values = {
        "label": label,
        "dialog_id": dialog_id,
        "href": fallback_url or f"#{dialog_id}",
        "variant": variant,
        "icon": icon,
        "size": size,
    }
    return partial("dialog_button", values)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, dialog_id: str, title: str, open: bool = False) -> SafeString:
    """A native dialog with a title and a close button; the content usually holds a form.

    open: shown at load.
    """
    return partial(
        "dialog", {"content": content, "dialog_id": dialog_id, "title": title, "open": open}, context
    )


@register.simple_tag
def loading() -> SafeString:
    """The sign that an htmx request is under way; give its id or class to `hx-indicator`."""
    return partial("loading", {})
