"""Forms: fields, what to correct, the act and the way out. Widgets are in `core.forms`."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from core.kit.partials import partial

register = template.Library()


def _widget_kind(bound: BoundField) -> str:
    """How a field is laid out: checkbox, group (radios, checkboxes), file, hidden or plain."""
    if bound.is_hidden:
        return "hidden"
    kind = getattr(bound.field.widget, "input_type", "")
    if bound.use_fieldset:
        return "group"
    return kind if kind in {"checkbox", "file"} else "plain"


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    help: str = "",
    prefix: str = "",
    suffix: str = "",
    width: str = "",
) -> SafeString:
    """One field of any Django form: label, control, help, error, tied together for screen readers.

    label/help: replace the form's own. prefix/suffix: a sign inside the control (`€`, `h`, `%`). width:
    "" (full) | short | medium: how long the answer is.
    """
    kind = _widget_kind(bound)
    widget = bound.field.widget
    if help:
        bound.help_text = help
    values = {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "help": bound.help_text,
        "prefix": prefix,
        "suffix": suffix or getattr(widget, "suffix", ""),
        "width": width or getattr(widget, "width", ""),
        "optional": not bound.field.required and kind not in {"checkbox", "hidden"},
        "multiline": kind == "plain" and widget.__class__.__name__ == "Textarea",
    }
    return partial("field", values)


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """The summary at the top of a refused form.

    How many corrections, each a link to its field; focused at load.
    """
    if not form.is_bound or not form.errors:
        return mark_safe("")
    rows = [
        {"target": bound.id_for_label or bound.auto_id, "label": bound.label, "errors": bound.errors}
        for bound in form
        if bound.errors
    ]
    return partial("form_errors", {"form": form, "rows": rows, "count": len(rows)})


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Every field of the form, hidden ones included, in its order."""
    return partial("form_fields", {"form": form})


@register.simple_block_tag
def form_actions(
    content: str,
    submit: str = "",
    cancel_url: str = "",
    cancel_label: str = "",
    variant: str = "primary",
) -> SafeString:
    """The foot of a form: the act, the way out, and further buttons as content."""
    values = {
        "content": mark_safe(content.strip()),  # noqa: S308 - a rendered block
        "submit": submit or gettext("Save"),
        "cancel_url": cancel_url,
        "cancel_label": cancel_label or gettext("Cancel"),
        "variant": variant,
    }
    return partial("form_actions", values)


@register.simple_tag(takes_context=True)
def render_form(
    context: Context,
    form: BaseForm,
    submit: str = "",
    action: str = "",
    cancel_url: str = "",
    submit_variant: str = "primary",
    htmx_target: str = "",
    method: str = "post",
) -> SafeString:
    """A whole form: error summary, fields, the act and the way out; multipart when the form needs it.

    htmx_target: a selector; the form is then sent by htmx and the target replaced by the same part of the
    answer.
    """
    values = {
        "form": form,
        "submit": submit or gettext("Save"),
        "action": action,
        "cancel_url": cancel_url,
        "variant": submit_variant,
        "htmx_target": htmx_target,
        "method": method,
    }
    return partial("form_page", values, context)
