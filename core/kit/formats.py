"""Values as the reader writes them: amounts, days, rates, counts; and the tone of a state."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext

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
            "recovered",
        ]
    ),
    "warning": frozenset(
        [
            "changed",
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
            "asked",
            "entered",
            "handed_in",
            "reported",
            "todo",
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


def locale_in_use() -> Locale:
    """The Babel locale of the active language; French when it is unknown."""
    try:
        return Locale.parse(get_language() or "fr", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("fr")


def decimal_of(value: object) -> Decimal | None:
    """A Decimal out of what a template holds, or None when it is not a number."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.filter
def money(value: object, style: str = "") -> str:
    """An amount in euro in the reader's format, half-up to the cent: `1 234,56 €`.

    style: "" | "signed" (a sign on both sides, none on zero) | "plain" (no currency sign) | "round" (no
    cents) | "exact" (a price with all the decimals that were agreed: `0,0375 €`). Nothing to show gives an em
    dash. The minus is a real minus sign (U+2212).
    """
    amount = decimal_of(value)
    if amount is None:
        return EMPTY
    if style == "exact":
        decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    else:
        decimals = 0 if style == "round" else 2
    amount = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    locale = locale_in_use()
    pattern = locale.currency_formats["standard"].pattern
    if style == "round":
        pattern = pattern.replace(".00", "")
    elif decimals > 2:
        pattern = pattern.replace(".00", "." + "0" * decimals)
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

    `14 nov. 2026`; style "long" `14 novembre 2026`, "short" `14/11/2026`, "weekday" `sam. 14 nov.`. The last
    day that there is stands for no end at all.
    """
    if value is None or value == "":
        return EMPTY
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if value == date.max:
        return gettext("no end")
    pattern = {"short": "dd/MM/yyyy", "weekday": "EEE d MMM"}.get(style, style)
    return babel_dates.format_date(value, format=pattern, locale=locale_in_use())


@register.filter
def days(first: date | None, last: date | None) -> str:
    """From a day to a day, nothing said twice: `7–8 déc. 2026`, `30 nov. – 2 déc. 2026`; one day alone is
    that day, and no end is said.
    """
    if not first or last is None or first == last:
        return day(first)
    if last == date.max:
        return gettext("from %(day)s, no end") % {"day": day(first)}
    return babel_dates.format_interval(first, last, "yMMMd", locale=locale_in_use())


@register.filter
def month(value: date | None) -> str:
    """The month of a date: `novembre 2026`."""
    if not value:
        return EMPTY
    return babel_dates.format_date(value, format="LLLL yyyy", locale=locale_in_use())


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
    rate = decimal_of(value)
    if rate is None:
        return EMPTY
    if style == "points":
        rate /= 100
    return babel_numbers.format_percent(rate, format="#,##0.##\xa0%", locale=locale_in_use()).replace(
        "-", MINUS
    )


@register.filter
def number(value: object) -> str:
    """A count or quantity in the reader's format: `11 000`, `7,6`."""
    amount = decimal_of(value)
    if amount is None:
        return EMPTY
    return babel_numbers.format_decimal(amount, format="#,##0.####", locale=locale_in_use()).replace(
        "-", MINUS
    )


@register.filter("tone")
def tone_of(state: object) -> str:
    """The tone of a state: success, warning, danger or neutral."""
    key = str(getattr(state, "value", state)).lower()
    return next((name for name, states in TONES.items() if key in states), "neutral")
