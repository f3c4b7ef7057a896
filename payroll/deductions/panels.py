"""What deductions add to the pages of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activities.home import Need
from core.links import link
from members.models import Person
from payroll.deductions.enums import SeizureState
from payroll.deductions.models import Seizure


def advance_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Entries of advances lead to them."""
    return {pk: link("deductions:advance", pk=pk) for pk in ids}


def seizures_need_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Orders on my pay: I know who is paid, and why my pay may wait."""
    del activities, today
    rows = Seizure.objects.filter(person=person, state__in=(SeizureState.ENTERED, SeizureState.ACTIVE))
    for row in rows.order_by("pk")[:5]:
        yield Need(
            _("A part of your pay goes to %(name)s") % {"name": row.creditor_name},
            _("Look at the order and at what was paid."),
            link("deductions:seizure", pk=row.pk),
        )
