"""What invoicing adds to other pages: the waterfall of the Activity page, what needs a member, portfolio
reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.enums import HolderRole
from activities.home import Need
from activities.models import Activity, ActivityHolder
from core import clock
from core.kit.formats import money
from core.links import link
from core.money import ZERO
from core.rates import find_policy
from core.registry import Reason
from invoicing import selectors
from invoicing.enums import InvoiceState
from invoicing.forms import WaterfallForm
from invoicing.models import Invoice
from invoicing.situations import situation_of
from invoicing.types import WaterfallStep, levy_of, tax_of
from invoicing.vat import STANDARD, vat_code

MONTHS = 12
DROP = Decimal("0.5")
"""The last three months below this share of the three before are a falling turnover."""


def invoice_source(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Movements of invoices lead to their page."""
    return {pk: link("invoicing:invoice", pk=pk) for pk in ids}


def open_invoices_left(activity: Activity) -> str:
    """What keeps an Activity from closing: invoices that are not paid, drafts."""
    if selectors.open_invoices(activity).exists():
        return _("unpaid invoices")
    drafts = Invoice.objects.filter(activity=activity, state=InvoiceState.DRAFT)
    return _("drafts of invoices") if drafts.exists() else ""


# --- the waterfall -----------------------------------------------------------------------------------------


def waterfall_of(invoice: Invoice) -> list[WaterfallStep]:
    """From what the client pays to what reaches the budget; credit notes taken off."""
    levy_rate = invoice.levy_rate
    if levy_rate is None:
        rate = find_policy("levy.rate", on=clock.today())
        if rate is None:
            return []
        levy_rate = rate.rate
    levy = invoice.levy if invoice.issued_on else levy_of(invoice.net, levy_rate)
    return _steps(invoice.total, invoice.vat, levy, levy_rate)


def waterfall_of_amount(activity: Activity, net: Decimal, on: date) -> list[WaterfallStep]:
    """The same for an amount without VAT that was not invoiced yet, at today's rates; empty
    without a levy.
    """
    rate = find_policy("levy.rate", on=on)
    if rate is None:
        return []
    code = "exempt_training" if activity.entity.vat_regime != "normal" else STANDARD
    vat = tax_of(net, vat_code(activity.entity.country, code, on=on).rate)
    return _steps(net + vat, vat, levy_of(net, rate.rate), rate.rate)


def _steps(total: Decimal, vat: Decimal, levy: Decimal, levy_rate: Decimal) -> list[WaterfallStep]:
    percent = f"{(levy_rate * 100).normalize():f}".replace(".", ",")
    steps = [WaterfallStep(_("The client pays"), total, "start")]
    if vat:
        steps += [
            WaterfallStep(_("VAT"), vat, "minus", _("goes to the State")),
            WaterfallStep(_("Your turnover"), total - vat, "subtotal"),
        ]
    return [
        *steps,
        WaterfallStep(
            _("Contribution to the common pot"),
            levy,
            "minus",
            _("%(percent)s %% of the turnover") % {"percent": percent},
        ),
        WaterfallStep(_("Into your budget"), total - vat - levy, "total"),
    ]


def activity_panel(request: HttpRequest, activity: Activity) -> SafeString | None:
    """Invoices of the Activity, and the waterfall of the one (or the amount) that was chosen."""
    rows = list(selectors.invoices_of_activity(activity)[:6])
    form = WaterfallForm(request.GET if "amount" in request.GET else None)
    chosen, steps = None, []
    if form.is_bound and form.is_valid() and form.cleaned_data["amount"]:
        steps = waterfall_of_amount(activity, form.cleaned_data["amount"], clock.today())
    else:
        asked = request.GET.get("invoice", "")
        issued = [row for row in rows if row.issued_on]
        chosen = next((row for row in issued if str(row.pk) == asked), issued[0] if issued else None)
        steps = waterfall_of(chosen) if chosen else []
    today = clock.today()
    context: dict[str, Any] = {
        "activity": activity,
        "rows": [(row, *situation_of(row, today)) for row in rows],
        "form": form,
        "chosen": chosen,
        "steps": steps,
        "all_url": f"{link('invoicing:invoices')}?activity={activity.pk}",
    }
    return render_to_string("invoicing/activity_panel.html", context, request)


# --- home and portfolio ------------------------------------------------------------------------------------


def needs(person: Any, activities: list[Activity], today: date) -> Iterator[Need]:
    """Drafts that wait, invoices that are late."""
    for draft in selectors.drafts_of(person)[:5]:
        yield Need(
            _("Draft for %(client)s") % {"client": draft.client.name},
            _("%(amount)s are not invoiced yet.") % {"amount": money(draft.total)},
            link("invoicing:invoice", pk=draft.pk),
        )
    names = {activity.pk: activity.name for activity in activities}
    for activity_id, (count, amount, _latest) in selectors.late_by_activity(names, today).items():
        yield Need(
            _("%(count)s late invoices: %(name)s") % {"count": count, "name": names[activity_id]},
            _("%(amount)s to be paid; reminders leave on their own.") % {"amount": money(amount)},
            f"{link('invoicing:invoices')}?activity={activity_id}&situation=late",
            "warning",
        )


def late_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members with late invoices."""
    holders = _holders(people)
    late = selectors.late_by_activity(holders, on)
    for activity_id, (count, amount, _latest) in late.items():
        for person_id in holders[activity_id]:
            yield Reason(
                person_id,
                "late_invoices",
                _("Late invoices: %(count)s, %(amount)s") % {"count": count, "amount": money(amount)},
                40,
                f"{link('invoicing:invoices')}?activity={activity_id}&situation=late",
                group=_("Late invoices"),
            )


def falling_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members whose turnover of the last three whole months fell below half of the three before."""
    for person_id, months in turnover(people, on).items():
        before, now = sum(months[-7:-4], ZERO), sum(months[-4:-1], ZERO)
        if before > 0 and now < before * DROP:
            yield Reason(
                person_id,
                "falling_turnover",
                _("Turnover fell from %(before)s to %(now)s in three months")
                % {"before": money(before), "now": money(now)},
                45,
                link("members:person", pk=person_id),
                group=_("Falling turnover"),
            )


def turnover(people: Collection[UUID], on: date) -> Mapping[UUID, Sequence[Decimal]]:
    """Net turnover of the last twelve months per person, oldest first; in two queries."""
    months = _months(on)
    holders = _holders(people)
    found: dict[UUID, list[Decimal]] = {}
    for activity_id, by_month in selectors.turnover_by_month(holders, months[0]).items():
        for person_id in holders[activity_id]:
            row = found.setdefault(person_id, [ZERO] * MONTHS)
            for place, month in enumerate(months):
                row[place] += by_month.get(month, ZERO)
    return found


def _months(on: date) -> list[date]:
    """First days of the twelve months up to that of `on`, oldest first."""
    count = on.year * 12 + on.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(MONTHS - 1, -1, -1)]


def _holders(people: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Activities run by these people, with who runs them."""
    found: dict[UUID, list[UUID]] = {}
    rows = ActivityHolder.objects.filter(person_id__in=people, role=HolderRole.HOLDER).order_by("pk")
    for activity_id, person_id in rows.values_list("activity_id", "person_id"):
        found.setdefault(activity_id, []).append(person_id)
    return found
