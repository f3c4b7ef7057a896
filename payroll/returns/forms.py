"""What is asked when a return is made."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from ledger.models import LegalEntity
from payroll.returns.enums import PublicReturnKind
from payroll.returns.periods import parse_return_period, periods_ended
from payroll.returns.words import period_words

PERIODIC_CHOICES = [(kind.value, kind.label) for kind in PublicReturnKind if kind != PublicReturnKind.END]


class BuildForm(KitForm):
    """Which return of which period."""

    kind = forms.ChoiceField(label=_("Return"), choices=PERIODIC_CHOICES)
    entity = forms.ChoiceField(label=_("Entity"))
    period = forms.CharField(label=_("Period"), max_length=10, widget=forms.Select())

    def __init__(self, *given: Any, today: date, **named: Any) -> None:
        """Entities of the cooperative, by name; the period under way and those before it, by sort."""
        super().__init__(*given, **named)
        self.fields["period"].widget.choices = _periods(today)
        entities = LegalEntity.objects.order_by("code")
        self.fields["entity"].choices = [(entity.code, entity.name) for entity in entities]  # type: ignore[attr-defined]


OFFERED = (
    (_("Quarters: DmfA"), PublicReturnKind.DMFA, 8),
    (_("Months: withholding tax"), PublicReturnKind.WITHHOLDING, 14),
    (_("Years: tax slips, individual accounts"), PublicReturnKind.TAX_SLIPS, 3),
)
"""Sorts of periods, a kind of return that has them, and how many past ones are offered."""


def _periods(today: date) -> list[Any]:
    """Periods under their sorts: the one under way first, which can be looked at only."""
    found: list[Any] = []
    for label, kind, count in OFFERED:
        over = periods_ended(kind, today, count)
        now = parse_return_period(kind, _code_of_day(kind, today))
        found.append((label, [(one.code, period_words(one)) for one in dict.fromkeys((now, *over))]))
    return found


def _code_of_day(kind: str, day: date) -> str:
    match kind:
        case PublicReturnKind.DMFA:
            return f"{day.year}-{(day.month + 2) // 3}"
        case PublicReturnKind.WITHHOLDING:
            return f"{day:%Y-%m}"
    return str(day.year)
