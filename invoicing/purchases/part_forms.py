"""Who bears a purchase, line by line, as people write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from core.forms import KitForm, MoneyField
from core.kit.formats import money
from core.money import ZERO
from invoicing.purchases.forms import CATEGORIES
from invoicing.purchases.models import Purchase
from invoicing.purchases.services import PartInput, bases_of
from invoicing.vat_sources import PurchaseCase

LEAST, SPARE = 4, 2
"""Lines that are offered at least, and empty ones behind those that are filled in."""


class PartsForm(KitForm):
    """Lines of Activity, kind of cost and amount without VAT. A line without Activity does not count; one
    without amount takes what the others leave of its VAT rate.
    """

    case = forms.ChoiceField(label=_("VAT"), required=False)

    def __init__(
        self,
        *args: Any,
        purchase: Purchase,
        activities: Sequence[Activity],
        cases: Sequence[str],
        **kwargs: Any,
    ) -> None:
        parts = list(purchase.parts.all())
        super().__init__(*args, **kwargs)
        self.bases = bases_of(purchase)
        self.count = max(LEAST, len(parts) + SPARE)
        choices = [("", "—"), *((str(row.pk), f"{row.name} · {row.entity.code}") for row in activities)]
        case = self.fields["case"]
        assert isinstance(case, forms.ChoiceField)
        case.choices = [(value, PurchaseCase(value).label) for value in cases]
        self.initial["case"] = purchase.case
        if len(cases) < 2:
            del self.fields["case"]
        for number in range(self.count):
            part = parts[number] if number < len(parts) else None
            self.fields[f"activity_{number}"] = forms.ChoiceField(
                label=_("Activity"), choices=choices, required=False, initial=part and part.activity_id
            )
            self.fields[f"category_{number}"] = forms.ChoiceField(
                label=_("What was bought?"),
                choices=CATEGORIES,
                required=False,
                initial=part.category if part else "services",
            )
            if len(self.bases) > 1:
                self.fields[f"vat_row_{number}"] = forms.ChoiceField(
                    label=_("VAT rate"),
                    choices=rates_of(purchase),
                    required=False,
                    initial=part.vat_row if part else 0,
                )
            self.fields[f"base_{number}"] = MoneyField(
                label=_("Amount without VAT"), required=False, initial=part and part.base
            )

    def lines(self) -> Iterator[list[Any]]:
        """The fields of each line, bound."""
        for number in range(self.count):
            names = (f"{name}_{number}" for name in ("activity", "category", "vat_row", "base"))
            yield [self[name] for name in names if name in self.fields]

    def parts(self) -> list[PartInput]:
        """What was filled in; the last line of a rate without an amount takes what is left of it."""
        data = self.cleaned_data
        found: list[PartInput] = []
        rest: dict[int, int] = {}
        for number in range(self.count):
            activity = data.get(f"activity_{number}")
            if not activity:
                continue
            row, base = int(data.get(f"vat_row_{number}") or 0), data.get(f"base_{number}")
            if base is None:
                rest[row] = len(found)
            found.append(PartInput(UUID(activity), data[f"category_{number}"], base or ZERO, row))
        for row, place in rest.items():
            taken = sum((part.base for part in found if part.vat_row == row), ZERO)
            left = self.bases[row] - taken
            part = found[place]
            found[place] = PartInput(part.activity_id, part.category, left, row)
        return found


def rates_of(purchase: Purchase) -> list[tuple[int, str]]:
    """The VAT rows of the document: their place, and how people tell them apart."""
    rows = purchase.document.content["vat"]
    return [
        (place, f"{_rate(row)} · {money(base, 'plain')} {purchase.document.currency}")
        for place, (row, base) in enumerate(zip(rows, bases_of(purchase), strict=True))
    ]


def _rate(row: dict[str, Any]) -> str:
    return f"{Decimal(row['rate']).normalize():f} %" if row["rate"] else str(row["category"])


def chosen_in(data: Mapping[str, Any]) -> set[UUID]:
    """The Activities that were chosen in what somebody sent."""
    found = set()
    for name, value in data.items():
        if name.startswith("activity_"):
            with suppress(ValueError):
                found.add(UUID(str(value)))
    return found
