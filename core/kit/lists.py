"""Lists: tables, sorting, pages, filters, and what stands where nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.forms import BaseForm
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.access import identity_of
from core.exports.sources import list_sources
from core.kit.partials import partial, query_with
from core.links import link

register = template.Library()


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
    export: str = "",
    export_owner: str = "",
) -> SafeString:
    """A list: hand-written `<thead>` and `<tbody>` in the frame that htmx swaps; rows become cards on a
    phone.

    id: of the swapped region. caption: what the list holds (read, not shown). page: a Django Page →
    pagination, and emptiness when `is_empty` is not given. Every `<td>` carries `data-label="…"` (its name on
    the phone card); `class="num"` for money and counts, `class="lead"` for the cell that names the row,
    `class="acts"` for buttons. export: key of the list by which it can be had as a file; `export_owner`: id
    of the form that asks for it, where the table stands in a form of its own.
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
        "export": export,
        "export_owner": export_owner,
        "pages": _page_links(context, page),
    }
    return partial("table", values, context)


@register.simple_tag(takes_context=True)
def export_list(context: Context, key: str, owner: str = "") -> SafeString:
    """“Export: Excel, CSV” below a list, with the filters in force; nothing for who may not have the list.

    owner: id of the form to which the buttons belong; without it they bring their own.
    """
    request = context.get("request")
    source = next((source for source in list_sources() if source.key == key), None)
    if request is None or source is None or not source.roles & identity_of(request).roles:
        return SafeString("")
    chosen = request.GET.copy()
    for name in ("page", "sort", "before", *(name for name, value in request.GET.items() if not value)):
        chosen.pop(name, None)
    values = {"url": link("exports:ask", key=key), "filters": chosen.urlencode(), "owner": owner or None}
    return partial("export_list", values, context)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: str, key: str, numeric: bool = False, parameter: str = "sort"
) -> SafeString:
    """A sortable `<th>`: toggles `?sort=key` and `?sort=-key` and keeps the filters."""
    request = context.get("request")
    current = request.GET.get(parameter, "") if request is not None else ""
    order = "ascending" if current == key else "descending" if current == f"-{key}" else ""
    url = query_with(context, **{parameter: f"-{key}" if current == key else key, "page": None})
    return partial("sort_header", {"label": label, "order": order, "url": url, "numeric": numeric})


@register.simple_tag(takes_context=True)
def data_table(context: Context, table: Any) -> SafeString:
    """A `core.tables.Table`: columns, rows, sorting, pages and the empty state, all from Python."""
    return partial("data_table", {"table": table, "pages": _page_links(context, table.page)}, context)


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
        PageLink(n, query_with(context, page=n), n == page.number) if isinstance(n, int) else PageLink(0)
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "links": links,
        "previous": query_with(context, page=page.previous_page_number()) if page.has_previous() else "",
        "next": query_with(context, page=page.next_page_number()) if page.has_next() else "",
        "page": page,
    }


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "", label: str = "") -> SafeString:
    """Page links of a Django Page, for lists that are no table.

    target: id of the region that htmx swaps. label: names the links when a page has several of them.
    """
    return partial("pagination", {"pages": _page_links(context, page), "target": target, "label": label})


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
    return partial("filters_bar", values)


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
    return partial("empty_state", values)
