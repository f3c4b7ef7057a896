"""Looking ahead: what a month's run will find, and what other rates would change. Nothing is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.calendar import next_month
from core.errors import DomainError
from ledger.models import LegalEntity
from payroll.advice import advice_for
from payroll.enums import ContractType
from payroll.errors import FiguresUnreadable
from payroll.list_reads import note_list_read
from payroll.month_forms import RatesForm
from payroll.preview import preview_month
from payroll.rate_changes import RateChange, read_proposal, simulate_rates
from payroll.views.month import KEEPERS, month_asked

MOST_BYTES = 200_000
"""Of a file of figures."""


@requires(*KEEPERS)
def month_preview(request: HttpRequest) -> HttpResponse:
    """Totals, differences to last month, people, what is missing; of an entity or of all."""
    chosen, entity = month_asked(request), _entity(request)
    found = preview_month(chosen, entity.pk if entity else None, on=clock.today())
    note_list_read(
        "preview",
        found.named,
        reader=identity_of(request).person,
        filters={"month": f"{chosen:%Y-%m}", "entity": found.entity},
        actor=actor_of(request),
    )
    here = f"{request.path}?month={chosen:%Y-%m}"
    views = [(_("All entities"), here)]
    views += [(one.name, f"{here}&entity={one.code}") for one in LegalEntity.objects.order_by("code")]
    context = {
        "month": chosen,
        "preview": found,
        "views": views,
        "view": f"{here}&entity={entity.code}" if entity else here,
        "rows": [(row, ContractType(row.contract_type).label) for row in found.rows],
        "refused": [(advice_for(code), code, count) for code, count in found.missing.refused.items()],
    }
    return render(request, "payroll/month_preview.html", context)


@requires(*KEEPERS)
def month_rates(request: HttpRequest) -> HttpResponse:
    """The month with the rates of another one, with other multipliers, or with a file of figures on top."""
    chosen = month_asked(request)
    posted = request.method == "POST"
    form = RatesForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"as_of": f"{next_month(chosen):%Y-%m}"},
    )
    change: RateChange | None = None
    if posted and form.is_valid():
        try:
            change = _change(chosen, form)
        except DomainError as error:
            form.add_error("figures", error.detail)
    note_list_read(
        "rates",
        change.workers if change else (),
        reader=identity_of(request).person,
        filters={"month": f"{chosen:%Y-%m}"},
        actor=actor_of(request),
    )
    context: dict[str, Any] = {
        "month": chosen,
        "form": form,
        "change": change,
        "lines": _lines(change) if change else [],
        "refused": [(advice_for(code), code, n) for code, n in change.refused.items()] if change else [],
    }
    status = 422 if posted and form.errors else 200
    return render(request, "payroll/month_rates.html", context, status=status)


def _change(chosen: date, form: RatesForm) -> RateChange:
    file = form.cleaned_data["figures"]
    if file and file.size > MOST_BYTES:
        raise FiguresUnreadable(reason=_("it is larger than %(most)s kB") % {"most": MOST_BYTES // 1000})
    text = file.read().decode("utf-8", "replace") if file else ""
    return simulate_rates(
        chosen,
        None,
        as_of=form.cleaned_data["as_of"],
        figures=read_proposal(text) if text else None,
        multipliers=form.multipliers,
    )


def _lines(change: RateChange) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """Totals line by line: label, today, then, difference."""
    labels = {
        "gross": _("Gross"),
        "onss": _("Social security"),
        "withholding_tax": _("Withholding tax"),
        "special_contribution": _("Special contribution"),
        "net": _("Net"),
        "employer_total": _("Employer's contributions"),
        "margin": _("Margin to the common pot"),
        "cost": _("Cost to the Activities"),
    }
    return [
        (label, getattr(change.today, name), getattr(change.then, name), getattr(change.difference, name))
        for name, label in labels.items()
    ]


def _entity(request: HttpRequest) -> LegalEntity | None:
    return LegalEntity.objects.filter(code=request.GET.get("entity", "")).first()
