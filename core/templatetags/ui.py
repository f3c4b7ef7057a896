"""The UI kit as template tags: `{% load ui %}`. The living page `/ui-kit/` shows each one with its states.

Filters
    {{ amount|money }}  {{ amount|money:"signed" }}  {{ amount|money:"plain" }}  {{ amount|money:"round" }}
    {{ date|day }}  {{ date|day:"long" }}  {{ date|day:"short" }}  {{ date|month }}  {{ datetime|moment }}
    {{ "0.065"|percent }} (a fraction)  {{ "6.5"|percent:"points" }}  {{ n|number }}  {{ state|tone }}

Page and layout
    {% page_header title subtitle= eyebrow= back_url= back_label= state= state_label= %}
        actions {% endpage_header %}
    {% breadcrumb label url label url last_label %}
    {% tabs label url label url … current=url label= %}
    {% card title= subtitle= tone= id= %} … {% endcard %}            tone: "" | brand | quiet | warning
    {% notice title= tone= %} … {% endnotice %}                     tone: info | success | warning | danger
    {% section title= subtitle= id= %} … {% endsection %}
    {% live url id seconds=2 done=False %} … {% endlive %}          polled by htmx until done

Acts
    {% button label variant= href= icon= size= type= disabled= **attributes %}
        variant: primary | secondary | quiet | danger; size: "" | small | block;
        href makes it a link; other keywords are attributes: hx_get= becomes hx-get
    {% post_button label url variant= icon= size= confirm= name= value= disabled= %}
        a form of its own, with its CSRF token
    {% dialog_button label dialog_id fallback_url= variant= icon= size= %}
    {% dialog dialog_id title open=False %} … {% enddialog %}
    {% icon name label= %}   {% loading %}   {% wordmark %}

Forms
    {% render_form form submit= action= cancel_url= submit_variant= htmx_target= method= %}
    {% form_errors form %}   {% form_fields form %}
    {% field form.name label= help= prefix= suffix= width= %}       width: "" | short | medium
    {% form_actions submit= cancel_url= cancel_label= variant= %} more buttons {% endform_actions %}
    Widgets and fields are in `core.forms`: KitForm, KitModelForm, MoneyField, DateField, SearchSelect,
    FileDrop, Choices.

Lists
    {% table id= caption= page= is_empty= empty_title= empty_text= empty_action_label= empty_action_url= %}
        <thead>…</thead><tbody>…</tbody> {% endtable %}
        each <td data-label="…">; classes num, lead, acts; {% sort_header label key numeric= %} makes a <th>
    {% data_table table %}                                          a `core.tables.Table`
    {% pagination page target= label= %}   {% filters_bar form target= submit= %}
    {% empty_state title text= icon= action_label= action_url= %}

Figures and states
    {% stat label value hint= tone= href= icon= %}                  tone: "" | brand | success | warning
    {% badge state label tone= %}   {% definitions label value label value … %}
    {% waterfall steps caption= %}
        step: label, amount, kind (start | plus | minus | subtotal | total), note, href
    {% progress value maximum label= hint= tone= %}
    {% line_chart points label= series_label= threshold= threshold_label= %}
        point: date, amount, forecast (bool)
    {% sparkline values label= %}
    {% timeline events %}                                   event: when, title, text, href, tone, actor
    {% next_steps steps title= %}                           step: title, text, state (done|current|todo), href
    {% refusal error %}                                             a DomainError: why, and what to do next
    {% toast text level= %}

Every list argument takes dictionaries, dataclasses or model rows: only the names above are read.

Classes for rhythm: stack, stack-tight, row, spread, grid-2, grid-3, tiles, split (with sticky or split-even),
fields-2, narrow (around a waterfall), num, nowrap, muted, lede, small; block page_class: page-narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from core.icons import ICONS

register = template.Library()

MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EM DASH}"

TONES: dict[str, frozenset[str]] = {
    "success": frozenset(
        [
            "paid",
            "active",
            "approved",
            "accepted",
            "settled",
            "released",
            "done",
            "posted",
            "valid",
            "confirmed",
            "matched",
            "declared",
            "sent",
            "signed",
            "open_ok",
            "ok",
            "success",
            "computed",
            "closed_ok",
            "won",
            "received",
            "complete",
            "completed",
            "present",
            "healthy",
            "granted",
        ]
    ),
    "warning": frozenset(
        [
            "late",
            "overdue",
            "due",
            "pending",
            "submitted",
            "to_approve",
            "to_confirm",
            "waiting",
            "exception",
            "exceptions",
            "partly_paid",
            "partially_paid",
            "disputed",
            "in_review",
            "review",
            "reminded",
            "warning",
            "reserved",
            "in_payment_plan",
            "payment_plan",
            "unmatched",
            "running",
            "computing",
            "queued",
            "processing",
            "awaiting_approval",
            "proposed",
            "requested",
            "to_pay",
        ]
    ),
    "danger": frozenset(
        [
            "refused",
            "rejected",
            "lost",
            "failed",
            "error",
            "blocked",
            "legal_recovery",
            "in_legal_recovery",
            "danger",
            "invalid",
            "returned",
            "expired",
            "dead",
            "broken",
            "missing",
            "suspended",
        ]
    ),
}
"""State → tone. A state that is not named is neutral; the word beside it always carries the meaning."""


# --- values ------------------------------------------------------------------------------------------------


def _locale() -> Locale:
    """The Babel locale of the active language; French when it is unknown."""
    try:
        return Locale.parse(get_language() or "fr", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("fr")


def _decimal(value: object) -> Decimal | None:
    """A Decimal out of what a template holds, or None when it is not a number."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _get(source: object, name: str, default: Any = "") -> Any:
    """Read a name from a dictionary or an object; absent or None gives the default."""
    value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    return default if value is None else value


@register.filter
def money(value: object, style: str = "") -> str:
    """An amount in euro in the reader's format, half-up to the cent: `1 234,56 €`.

    style: "" | "signed" (a sign on both sides, none on zero) | "plain" (no currency sign) | "round" (no
    cents). Nothing to show gives an em dash. The minus is a real minus sign (U+2212).
    """
    amount = _decimal(value)
    if amount is None:
        return EMPTY
    quantum = Decimal("1") if style == "round" else Decimal("0.01")
    amount = amount.quantize(quantum, rounding=ROUND_HALF_UP)
    locale = _locale()
    pattern = locale.currency_formats["standard"].pattern
    if style == "round":
        pattern = pattern.replace(".00", "")
    if style == "plain":
        text = babel_numbers.format_decimal(abs(amount), format="#,##0.00", locale=locale)
    else:
        text = babel_numbers.format_currency(
            abs(amount), "EUR", format=pattern, locale=locale, currency_digits=False
        )
    sign = MINUS if amount < 0 else "+" if style == "signed" and amount > 0 else ""
    return f"{sign}{text}"


@register.filter
def day(value: date | datetime | None, style: str = "medium") -> str:
    """A date in words.

    `14 nov. 2026`; style "long" `14 novembre 2026`, "short" `14/11/2026`, "weekday" `sam. 14 nov.`.
    """
    if value is None or value == "":
        return EMPTY
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    pattern = {"short": "dd/MM/yyyy", "weekday": "EEE d MMM"}.get(style, style)
    return babel_dates.format_date(value, format=pattern, locale=_locale())


@register.filter
def month(value: date | None) -> str:
    """The month of a date: `novembre 2026`."""
    if not value:
        return EMPTY
    return babel_dates.format_date(value, format="LLLL yyyy", locale=_locale())


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in local time: `14 nov. 2026, 09:30`."""
    if not value:
        return EMPTY
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local.date())}, {local:%H:%M}"


@register.filter
def percent(value: object, style: str = "fraction") -> str:
    """A rate: 0.065 → `6,5 %`; style "points" reads the value as a percentage already (6.5 → `6,5 %`)."""
    rate = _decimal(value)
    if rate is None:
        return EMPTY
    if style == "points":
        rate /= 100
    return babel_numbers.format_percent(rate, format="#,##0.##\xa0%", locale=_locale()).replace("-", MINUS)


@register.filter
def number(value: object) -> str:
    """A count or quantity in the reader's format: `11 000`, `7,6`."""
    amount = _decimal(value)
    if amount is None:
        return EMPTY
    return babel_numbers.format_decimal(amount, format="#,##0.####", locale=_locale()).replace("-", MINUS)


@register.filter("tone")
def tone_of(state: object) -> str:
    """The tone of a state: success, warning, danger or neutral."""
    key = str(getattr(state, "value", state)).lower()
    return next((name for name, states in TONES.items() if key in states), "neutral")


# --- attributes --------------------------------------------------------------------------------------------


def _attributes(given: Mapping[str, Any]) -> SafeString:
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


def _partial(name: str, values: dict[str, Any], context: Context | None = None) -> SafeString:
    """Render a partial of the kit, with the request and the CSRF token of the page when the tag has its
    context.
    """
    if context is not None:
        values.setdefault("request", context.get("request"))
        values.setdefault("csrf_token", context.get("csrf_token"))
    return render_to_string(f"core/ui/{name}.html", values)


def _query(context: Context, **changes: object) -> str:
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


# --- acts --------------------------------------------------------------------------------------------------


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
    return _partial(
        "button",
        {
            "label": label,
            "variant": variant,
            "href": href,
            "icon": icon,
            "size": size,
            "type": type,
            "disabled": disabled,
            "attributes": _attributes(attributes),
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

    confirm: a sentence that says what will happen, asked in a dialog first (the server must accept
    without it). name/value: one value sent along.
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
    return _partial("post_button", values, context)


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
    return _partial("dialog_button", values)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, dialog_id: str, title: str, open: bool = False) -> SafeString:
    """A native dialog with a title and a close button; the content usually holds a form.

    open: shown at load.
    """
    return _partial(
        "dialog", {"content": content, "dialog_id": dialog_id, "title": title, "open": open}, context
    )


@register.simple_tag
def loading() -> SafeString:
    """The sign that an htmx request is under way; give its id or class to `hx-indicator`."""
    return _partial("loading", {})


# --- page --------------------------------------------------------------------------------------------------


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
    return _partial("page_header", values)


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
    return _partial("breadcrumb", {"links": _links(parts)})


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
    return _partial("tabs", {"links": links, "label": label or gettext("Views")})


@register.simple_block_tag
def card(content: str, title: str = "", subtitle: str = "", tone: str = "", id: str = "") -> SafeString:
    """A sheet of paper on the ground.

    tone: "" | brand (soft red) | quiet (no border) | warning. id: for htmx.
    """
    return _partial(
        "card", {"content": content, "title": title, "subtitle": subtitle, "tone": tone, "id": id}
    )


@register.simple_block_tag
def section(content: str, title: str, subtitle: str = "", id: str = "") -> SafeString:
    """A titled part of a page, without a frame."""
    return _partial("section", {"content": content, "title": title, "subtitle": subtitle, "id": id})


@register.simple_block_tag
def notice(content: str, title: str = "", tone: str = "info") -> SafeString:
    """A message inside the page. tone: info | success | warning | danger."""
    return _partial("notice", {"content": content, "title": title, "tone": tone})


@register.simple_block_tag
def live(content: str, url: str, id: str, seconds: int = 2, done: bool = False) -> SafeString:
    """A part of the page that refreshes itself: `url` answers with the same `{% live %}` (same id) until
    `done`.

    Without JavaScript a link refreshes the page.
    """
    return _partial("live", {"content": content, "url": url, "id": id, "seconds": seconds, "done": done})


# --- forms -------------------------------------------------------------------------------------------------


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
    return _partial("field", values)


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
    return _partial("form_errors", {"form": form, "rows": rows, "count": len(rows)})


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Every field of the form, hidden ones included, in its order."""
    return _partial("form_fields", {"form": form})


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
    return _partial("form_actions", values)


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

    htmx_target: a selector; the form is then sent by htmx and the target replaced by the same part of
    the answer.
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
    return _partial("form_page", values, context)


# --- lists -------------------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def table(
    context: Context,
    content: str,
    id: str,
    caption: str,
    page: Page[Any] | None = None,
    is_empty: bool | None = None,
    empty_title: str = "",
    empty_text: str = "",
    empty_action_label: str = "",
    empty_action_url: str = "",
    dense: bool = False,
) -> SafeString:
    """A list: hand-written `<thead>` and `<tbody>` in the frame that htmx swaps; rows become cards on a
    phone.

    id: of the swapped region. caption: what the list holds (read, not shown). page: a Django Page →
    pagination, and emptiness when `is_empty` is not given. Every `<td>` carries `data-label="…"` (its
    name on the phone card); `class="num"` for money and counts, `class="lead"` for the cell that names
    the row, `class="acts"` for buttons.
    """
    if is_empty is None:
        is_empty = page is not None and not page.object_list
    values = {
        "content": content,
        "id": id,
        "caption": caption,
        "page": page,
        "is_empty": is_empty,
        "empty_title": empty_title or gettext("Nothing here yet"),
        "empty_text": empty_text,
        "empty_action_label": empty_action_label,
        "empty_action_url": empty_action_url,
        "dense": dense,
        "pages": _page_links(context, page),
    }
    return _partial("table", values, context)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: str, key: str, numeric: bool = False, parameter: str = "sort"
) -> SafeString:
    """A sortable `<th>`: toggles `?sort=key` and `?sort=-key` and keeps the filters."""
    request = context.get("request")
    current = request.GET.get(parameter, "") if request is not None else ""
    order = "ascending" if current == key else "descending" if current == f"-{key}" else ""
    url = _query(context, **{parameter: f"-{key}" if current == key else key, "page": None})
    return _partial("sort_header", {"label": label, "order": order, "url": url, "numeric": numeric})


@register.simple_tag(takes_context=True)
def data_table(context: Context, table: Any) -> SafeString:
    """A `core.tables.Table`: columns, rows, sorting, pages and the empty state, all from Python."""
    return _partial("data_table", {"table": table, "pages": _page_links(context, table.page)}, context)


@dataclass(frozen=True)
class PageLink:
    """One place in the pagination; `number` 0 is the gap."""

    number: int
    url: str = ""
    current: bool = False


def _page_links(context: Context, page: Page[Any] | None) -> dict[str, Any] | None:
    """What the pagination shows, or None when everything fits on one page."""
    if page is None or page.paginator.num_pages < 2:
        return None
    links = [
        PageLink(n, _query(context, page=n), n == page.number) if isinstance(n, int) else PageLink(0)
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "links": links,
        "previous": _query(context, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _query(context, page=page.next_page_number()) if page.has_next() else "",
        "page": page,
    }


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "", label: str = "") -> SafeString:
    """Page links of a Django Page, for lists that are no table.

    target: id of the region that htmx swaps. label: names the links when a page has several of them.
    """
    return _partial("pagination", {"pages": _page_links(context, page), "target": target, "label": label})


@register.simple_tag(takes_context=True)
def filters_bar(context: Context, form: BaseForm, target: str = "", submit: str = "") -> SafeString:
    """A filter form in one line (GET).

    Narrows the list `target` as one types; a button without JavaScript.
    """
    request = context.get("request")
    values = {
        "form": form,
        "target": target,
        "submit": submit or gettext("Filter"),
        "active": bool(request is not None and any(request.GET.get(name) for name in form.fields)),
        "path": request.path if request is not None else "",
    }
    return _partial("filters_bar", values)


@register.simple_tag
def empty_state(
    title: str, text: str = "", icon: str = "empty", action_label: str = "", action_url: str = ""
) -> SafeString:
    """What stands where a list is empty: what will come here, and what to do first."""
    values = {
        "title": title,
        "text": text,
        "icon": icon,
        "action_label": action_label,
        "action_url": action_url,
    }
    return _partial("empty_state", values)


# --- figures and states ------------------------------------------------------------------------------------


@register.simple_tag
def stat(
    label: str, value: object, hint: str = "", tone: str = "", href: str = "", icon: str = ""
) -> SafeString:
    """A figure with its name.

    value: text, already formatted (`amount|money`). tone: "" | brand | success | warning.
    """
    return _partial(
        "stat", {"label": label, "value": value, "hint": hint, "tone": tone, "href": href, "icon": icon}
    )


@register.simple_tag
def badge(state: object, label: object = "", tone: str = "") -> SafeString:
    """A state as a word with a sign: `{% badge invoice.state invoice.get_state_display %}`.

    The tone comes from the state's value (`TONES`) unless given: success | warning | danger | neutral.
    """
    shown = label or getattr(state, "label", "") or str(state).replace("_", " ").capitalize()
    return _partial("badge", {"label": shown, "tone": tone or tone_of(state)})


@register.simple_tag
def definitions(*parts: Any) -> SafeString:
    """A list of terms: label, value, label, value… or one list of pairs. Empty values show a dash."""
    if len(parts) == 1 and isinstance(parts[0], list | tuple):
        pairs = [(label, value) for label, value in parts[0]]
    else:
        pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return _partial("definitions", {"pairs": [(a, EMPTY if b in (None, "") else b) for a, b in pairs]})


@dataclass(frozen=True)
class WaterfallBar:
    """One step drawn: offsets and lengths in thousandths of the widest reach."""

    label: str
    amount: Decimal
    kind: str
    note: str
    href: str
    x: str
    width: str


@register.simple_tag
def waterfall(steps: Iterable[Any], caption: str = "") -> SafeString:
    """How an amount becomes another, as a table with bars.

    A step has `label`, `amount` (Decimal; the sign of minus steps does not matter), `kind`: start (where
    it begins), plus, minus, subtotal, total; optional `note` (one line that explains it) and `href`.
    """
    raw = list(steps)
    level = Decimal(0)
    spans: list[tuple[Decimal, Decimal]] = []
    for step in raw:
        amount, kind = Decimal(_get(step, "amount", 0)), str(_get(step, "kind", "minus"))
        if kind in {"start", "subtotal", "total"}:
            level = amount
            spans.append((min(Decimal(0), amount), max(Decimal(0), amount)))
            continue
        change = -abs(amount) if kind == "minus" else amount
        spans.append((min(level, level + change), max(level, level + change)))
        level += change
    low = min((a for a, _b in spans), default=Decimal(0))
    reach = max((b for _a, b in spans), default=Decimal(0)) - low or Decimal(1)
    bars = []
    for step, (a, b) in zip(raw, spans, strict=True):
        amount, kind = Decimal(_get(step, "amount", 0)), str(_get(step, "kind", "minus"))
        bars.append(
            WaterfallBar(
                label=str(_get(step, "label")),
                amount=-abs(amount) if kind == "minus" else amount,
                kind=kind,
                note=str(_get(step, "note")),
                href=str(_get(step, "href")),
                x=f"{(a - low) / reach * 1000:.1f}",
                width=f"{max((b - a) / reach * 1000, Decimal(3)):.1f}",
            )
        )
    return _partial(
        "waterfall", {"bars": bars, "caption": caption or gettext("From one amount to the other")}
    )


@register.simple_tag
def progress(
    value: object, maximum: object = 100, label: str = "", hint: str = "", tone: str = ""
) -> SafeString:
    """How far something is.

    value/maximum: numbers; an unknown value (None) shows a moving bar. tone: "" | success.
    """
    done, whole = _decimal(value), _decimal(maximum) or Decimal(1)
    return _partial(
        "progress",
        {
            "value": None if done is None else f"{done:f}",
            "maximum": f"{whole:f}",
            "share": None if done is None else percent((done / whole).quantize(Decimal("0.01"))),
            "label": label or gettext("Progress"),
            "hint": hint,
            "tone": tone,
        },
    )


@register.simple_tag
def timeline(events: Iterable[Any]) -> SafeString:
    """What happened, newest where the list puts it.

    Each with `when`, `title`, optional `text`, `href`, `tone`, `actor`.
    """
    rows = [
        {name: _get(event, name) for name in ("when", "title", "text", "href", "tone", "actor")}
        for event in events
    ]
    for row in rows:
        when = row["when"]
        row["iso"] = when.isoformat() if isinstance(when, date) else ""
        row["shown"] = (
            moment(when) if isinstance(when, datetime) else day(when) if isinstance(when, date) else when
        )
    return _partial("timeline", {"rows": rows})


@register.simple_tag
def next_steps(steps: Iterable[Any], title: str = "") -> SafeString:
    """What happens next: each step with `title`, optional `text`, `state` (done | current | todo), `href`."""
    rows = [{name: _get(step, name) for name in ("title", "text", "state", "href")} for step in steps]
    return _partial("next_steps", {"rows": rows, "title": title or gettext("What happens next")})


@register.simple_tag
def refusal(error: Any) -> SafeString:
    """Why something was refused and what to do: reads `detail` (or `message`), `next_step`, `next_url` and
    `code` of a DomainError.
    """
    return _partial(
        "refusal",
        {
            "message": _get(error, "detail") or _get(error, "message") or str(error),
            "next_step": _get(error, "next_step"),
            "next_url": _get(error, "next_url"),
            "code": _get(error, "code"),
        },
    )


@register.simple_tag
def toast(text: object, level: str = "success") -> SafeString:
    """A short answer to an act, in the corner.

    level: success | info | warning | error. The layout shows Django's messages.
    """
    return _partial("toast", {"text": text, "level": level})


# --- pictures ----------------------------------------------------------------------------------------------

CHART_WIDTH, CHART_HEIGHT = 1000, 300


def _round_scale(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Calm bounds and step for an axis of about four lines."""
    span = (high - low) or Decimal(1)
    rough = span / 4
    magnitude = Decimal(10) ** rough.adjusted()
    step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor >= rough)
    floor = (low // step) * step
    if floor > low:
        floor -= step
    ceiling = floor
    while ceiling < high:
        ceiling += step
    return floor, ceiling if ceiling > floor else floor + step, step


@register.simple_tag
def line_chart(
    points: Iterable[Any],
    label: str,
    series_label: str = "",
    threshold: object = None,
    threshold_label: str = "",
) -> SafeString:
    """An amount over time as a stepped area: each point has `date`, `amount` and optional `forecast` (drawn
    dashed).

    label: what the picture shows. threshold: an amount drawn as a line (what is reserved, a limit). The
    same figures stand beneath as a table, behind a summary.
    """
    rows = [
        {
            "date": _get(p, "date"),
            "amount": Decimal(_get(p, "amount", 0)),
            "forecast": bool(_get(p, "forecast", False)),
        }
        for p in points
    ]
    if len(rows) < 2:
        return empty_state(
            gettext("Not enough to draw yet"), gettext("The picture appears after two movements."), "chart"
        )
    limit = _decimal(threshold)
    amounts = [row["amount"] for row in rows] + [Decimal(0)] + ([limit] if limit is not None else [])
    low, high, step = _round_scale(min(amounts), max(amounts))
    first, last = rows[0]["date"].toordinal(), rows[-1]["date"].toordinal()
    days = Decimal(max(last - first, 1))

    def place(row: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
        x = Decimal(row["date"].toordinal() - first) / days * CHART_WIDTH
        return x, height(row["amount"])

    def height(amount: Decimal) -> Decimal:
        return CHART_HEIGHT - (amount - low) / (high - low) * CHART_HEIGHT

    def path(part: Sequence[Mapping[str, Any]]) -> str:
        """A line that holds each level until the next movement."""
        text, previous = "", None
        for row in part:
            x, y = place(row)
            text += f"M{x:.1f} {y:.1f}" if previous is None else f"H{x:.1f}V{y:.1f}"
            previous = y
        return text

    known = [row for row in rows if not row["forecast"]]
    planned = [row for row in rows if row["forecast"]]
    zero = height(Decimal(0))
    area = f"{path(known)}V{zero:.1f}H{place(known[0])[0]:.1f}Z" if known else ""
    ticks = []
    tick = high
    while tick >= low:
        ticks.append({"amount": tick, "y": f"{height(tick):.1f}", "zero": tick == 0})
        tick -= step
    middle = date.fromordinal((first + last) // 2)
    return _partial(
        "line_chart",
        {
            "label": label,
            "series_label": series_label or gettext("Amount"),
            "known": path(known),
            "planned": path(known[-1:] + planned) if planned else "",
            "area": area,
            "ticks": ticks,
            "dates": [rows[0]["date"], middle, rows[-1]["date"]],
            "rows": rows,
            "last": known[-1] if known else rows[-1],
            "now_x": f"{place(known[-1])[0]:.1f}" if known else "",
            "threshold": limit,
            "threshold_y": f"{height(limit):.1f}" if limit is not None else "",
            "threshold_label": threshold_label,
            "width": str(CHART_WIDTH),
            "height": str(CHART_HEIGHT),
        },
    )


@register.simple_tag
def sparkline(values: Iterable[Any], label: str) -> SafeString:
    """A trend the size of a word.

    values: numbers, oldest first. label: says it in words (`Turnover: 3 months up`).
    """
    numbers = [_decimal(value) or Decimal(0) for value in values]
    if len(numbers) < 2:
        return format_html('<span class="muted">{}</span>', EMPTY)
    low, high = min(numbers), max(numbers)
    span = (high - low) or Decimal(1)
    gap = Decimal(100) / (len(numbers) - 1)
    spots = [(i * gap, 22 - (value - low) / span * 20) for i, value in enumerate(numbers)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    return _partial("sparkline", {"points": points, "label": label, "end_y": f"{spots[-1][1]:.1f}"})
