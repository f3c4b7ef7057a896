"""A seizure and an advance, for whoever tries all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from activities.models import Activity
from core.files import store_file
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.services import enter_seizure
from tests.factories import SYSTEM

NEXT_YEAR = date(2027, 6, 1)
"""Notified then: no pay of these stories waits for it."""


def deductions_of(activity: Activity) -> dict[str, Any]:
    """Keys by kind, of the Activity's first holder."""
    person = activity.holders.all()[0].person
    paper = store_file(b"%PDF-1.7 ", name="saisie.pdf", content_type="application/pdf")
    seizure = enter_seizure(
        person=person, kind="seizure", creditor_name="Étude Janssens", creditor_iban="BE71096123456769",
        reference="Dossier 12", notified_on=NEXT_YEAR, total=Decimal(100), on=NEXT_YEAR, actor=SYSTEM,
    )  # fmt: skip
    Seizure.objects.filter(pk=seizure.pk).update(file=paper)
    advance = Advance.objects.create(
        person=person, entity_id=activity.entity_id, amount=Decimal(10), expected=Decimal(100),
        most=Decimal(50), until=date(2026, 11, 1), asked_by=person, asked_by_label=str(person),
        asked_on=date(2026, 11, 5),
    )  # fmt: skip
    return {"seizure": seizure.pk, "advance": advance.pk}
