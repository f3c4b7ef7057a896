"""What must be so before a month of an entity's books is closed: the ledger's own points, then those of
others.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.kit.formats import money
from core.links import link
from core.registry import ClosingPoint, closing_checks
from ledger.enums import ManualState
from ledger.models import BooksCheck, JournalEntry, LegalEntity, ManualEntry, Period
from ledger.selectors import account_balance

CHECK_KEEPS = timedelta(hours=48)
"""How long the outcome of a check of the books counts."""


def days_of(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def closing_points(entity: LegalEntity, year: int, month: int, *, today: date) -> list[ClosingPoint]:
    """The whole list for a month, in the order in which it is gone through."""
    first, last = days_of(year, month)
    own = [
        ClosingPoint(
            "month_over", _("The month is over"), today > last, _("It ends on %s.") % f"{last:%d/%m/%Y}"
        ),
        _earlier_months(entity, first),
        _sealed(entity, first, last),
        _suspense(entity, last),
        _by_hand(entity, last),
        _checked(),
    ]
    return own + [point for check in closing_checks() for point in check(entity.pk, first, last)]


def months_of(entity: LegalEntity, today: date) -> list[tuple[int, int, Period | None]]:
    """Every month of an entity's books up to today, newest first, with its period when it was closed."""
    start = JournalEntry.objects.filter(entity=entity).order_by("date").values_list("date", flat=True).first()
    closed = {
        (period.year, period.month): period
        for period in Period.objects.filter(entity=entity, closed_at__isnull=False)
    }
    beginnings = [date(year, month, 1) for year, month in closed] + ([start.replace(day=1)] if start else [])
    if not beginnings:
        return []
    months, day = [], min(beginnings)
    while day <= today:
        months.append((day.year, day.month, closed.get((day.year, day.month))))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return months[::-1]


def _earlier_months(entity: LegalEntity, first: date) -> ClosingPoint:
    standing = [
        f"{year}-{month:02}"
        for year, month, period in months_of(entity, first - timedelta(days=1))
        if period is None
    ]
    return ClosingPoint(
        "earlier_months", _("Earlier months are closed"), not standing, ", ".join(reversed(standing)),
        link("ledger:periods"),
    )  # fmt: skip


def _sealed(entity: LegalEntity, first: date, last: date) -> ClosingPoint:
    waiting = JournalEntry.objects.filter(
        entity=entity, date__gte=first, date__lte=last, sealed__isnull=True
    ).count()
    return ClosingPoint(
        "sealed",
        _("Every entry is sealed"),
        waiting == 0,
        _("Entries that wait for their seal: %d.") % waiting if waiting else "",
        link("ledger:checks"),
    )


def _suspense(entity: LegalEntity, last: date) -> ClosingPoint:
    balance = account_balance("499", entity, until=last)
    return ClosingPoint(
        "suspense",
        _("The suspense account 499 is empty"),
        balance == 0,
        _("It holds %s.") % money(balance) if balance else "",
        f"{link('ledger:account', entity=entity.code, code='499')}?until={last.isoformat()}",
        explainable=True,
    )


def _by_hand(entity: LegalEntity, last: date) -> ClosingPoint:
    waiting = ManualEntry.objects.filter(entity=entity, state=ManualState.PROPOSED, date__lte=last).count()
    return ClosingPoint(
        "manual_entries",
        _("No entry by hand waits for a second person"),
        waiting == 0,
        _("Waiting: %d.") % waiting if waiting else "",
        link("ledger:manual_entries"),
    )


def _checked() -> ClosingPoint:
    last = BooksCheck.objects.order_by("-at").first()
    fresh = last is not None and timezone.now() - last.at <= CHECK_KEEPS
    detail = ""
    if last is None or not fresh:
        detail = _("They were not checked these last two days.")
    elif not last.ok:
        detail = _("Breaks that the last check found: %d.") % len(last.breaks)
    return ClosingPoint(
        "checked",
        _("The books were checked and hold"),
        last is not None and fresh and last.ok,
        detail,
        link("ledger:checks"),
    )
