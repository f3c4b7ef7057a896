"""The page of what is to come, and one day of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.access import requires
from core.exports.writing import write_csv, write_xlsx
from core.kit.formats import day as written
from core.links import link
from core.money import ZERO
from core.tables import Column, Table, page_of
from ledger.selectors import account_balance, entities
from ledger.treasury.forecast.days import DAYS, WEEKS, Span, flows_on, forecast
from ledger.treasury.forecast.flows import FlowKind
from ledger.treasury.roles import SEE

FILES = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
DELAYS = (("", gettext_lazy("as usual")), ("7", "+7"), ("15", "+15"), ("30", "+30"), ("60", "+60"))


class ForecastForm(forms.Form):
    """Of which entity, how clients pay, per day or per week."""

    entity = forms.ChoiceField(required=False, label=gettext_lazy("Entity"))
    delay = forms.ChoiceField(choices=DELAYS, required=False, label=gettext_lazy("Clients pay"))
    per = forms.ChoiceField(
        choices=(("", gettext_lazy("per day, 90 days")), ("week", gettext_lazy("per week, one year"))),
        required=False,
        label=gettext_lazy("Show"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(entities())
        names = [(row.code, row.name) for row in self.rows]
        self.fields["entity"].choices = [("", _("All")), *names]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What is asked for; what cannot be read counts as not asked."""
        self.is_valid()
        given = self.cleaned_data
        entity = next((row for row in self.rows if row.code == given.get("entity")), None)
        return {
            "entity": entity,
            "delay": int(given.get("delay") or 0),
            "weekly": given.get("per") == "week",
        }


def columns() -> list[Column]:
    """All that is known of a day or a week, for files."""

    def moved(kind: FlowKind) -> Any:
        return lambda span: span.moves[kind] or None

    return [
        Column(_("Day"), "first", "date"),
        *(Column(kind.label.capitalize(), moved(kind), "money") for kind in FlowKind),
        Column(_("Possible"), lambda span: span.possible or None, "money"),
        Column(_("At the bank"), "closing", "money"),
        Column(_("Lowest"), lambda span: _("lowest") if span.lowest else ""),
    ]


def _file(kind: str, spans: Sequence[Span], on: date) -> HttpResponse:
    """The rows as a file: a year of days at most, so it is written at once."""
    write, content_type = FILES[kind]
    answer = HttpResponse(b"".join(write(columns(), spans, _("Treasury"))), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="tresorerie-{on.isoformat()}.{kind}"'
    return answer


def on_page(address: Any = None) -> list[Column]:
    """The same in the width of a screen: charges with taxes, suppliers with the rest."""

    def moved(*kinds: FlowKind) -> Any:
        return lambda span: sum((span.moves[kind] for kind in kinds), ZERO) or None

    return [
        Column(_("Day"), "first", "date", lead=True, href=address),
        Column(FlowKind.RECEIPTS.label.capitalize(), moved(FlowKind.RECEIPTS), "money"),
        Column(FlowKind.WAGES.label.capitalize(), moved(FlowKind.WAGES), "money"),
        Column(_("Charges and taxes"), moved(FlowKind.CHARGES, FlowKind.TAXES), "money"),
        Column(_("Suppliers, other"), moved(FlowKind.SUPPLIERS, FlowKind.OTHER), "money"),
        Column(_("At the bank"), "closing", "money"),
    ]


@requires(*SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """What the bank will hold, day by day or week by week; `?format=csv|xlsx` gives it as a file."""
    on = clock.today()
    form = ForecastForm(request.GET)
    asked = form.asked()
    entity, delay, weekly = asked["entity"], asked["delay"], asked["weekly"]
    found = forecast(on, WEEKS * 7 if weekly else DAYS, entity_id=entity.pk if entity else None, delay=delay)
    spans = found.weeks() if weekly else list(found.days)
    if request.GET.get("format") in FILES:
        return _file(request.GET["format"], spans, on)
    query = request.GET.copy()
    for name in ("page", "per", "format"):
        query.pop(name, None)
    asked_again = f"?{query.urlencode()}" if query else ""

    def page_of_day(span: Span) -> str:
        return link("treasury:forecast_day", day=span.first) + asked_again

    table = Table(
        id="days",
        caption=_("What is to come"),
        columns=on_page(None if weekly else page_of_day),
        page=page_of(request, spans, 31),
        empty_title=_("Nothing is to come"),
    )
    files = request.GET.copy()
    files.pop("page", None)
    context = {
        "form": form,
        "table": table,
        "found": found,
        "spans": spans,
        "lowest": found.lowest,
        "difference": found.lowest.closing - found.opening,
        "last": found.days[-1],
        "in_books": account_balance("550", entity) - found.opening,
        "files": [(kind, f"?{_with(files, kind)}") for kind in ("csv", "xlsx")],
        "on": on,
    }
    return render(request, "treasury/forecast.html", context)


def _with(query: Any, kind: str) -> str:
    query["format"] = kind
    address: str = query.urlencode()
    return address


@requires(*SEE)
def one_day(request: HttpRequest, day: str) -> HttpResponse:
    """What moves on a day, each with the page that it comes from."""
    on = clock.today()
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if not 0 <= (wanted - on).days < WEEKS * 7:
        raise Http404
    asked = ForecastForm(request.GET).asked()
    entity = asked["entity"]
    flows = flows_on(wanted, on, entity_id=entity.pk if entity else None, delay=asked["delay"])
    sure = [flow.amount for flow in flows if not flow.possible]
    table = Table(
        id="flows",
        caption=_("What moves"),
        columns=[
            Column(_("What"), "label", lead=True, href=lambda flow: flow.link),
            Column(_("Kind"), lambda flow: flow.kind.label.capitalize()),
            Column(_("Amount"), "amount", "money"),
            Column(_("Sure"), lambda flow: _("possible") if flow.possible else _("expected")),
        ],
        page=page_of(request, flows, 50),
        empty_title=_("Nothing moves on this day"),
        empty_text=_("No payment is due and no client is expected to pay."),
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "day": wanted,
        "title": written(wanted, "long"),
        "table": table,
        "coming": sum((amount for amount in sure if amount > 0), ZERO),
        "leaving": sum((amount for amount in sure if amount < 0), ZERO),
        "back": link("treasury:forecast") + (f"?{query.urlencode()}" if query else ""),
    }
    return render(request, "treasury/forecast_day.html", context)
