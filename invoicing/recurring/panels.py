"""What recurring invoices add to other pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from activities.home import Need
from activities.models import Activity
from core.links import link
from invoicing.recurring import selectors


def needs(person: Any, activities: list[Activity], today: date) -> Iterator[Need]:
    """Occurrences that could not be made."""
    for row in selectors.failed_of(person)[:5]:
        yield Need(
            _("Not made: %(title)s of %(day)s")
            % {"title": row.template.title, "day": f"{row.due_on:%d/%m/%Y}"},
            row.error,
            link("recurring:template", pk=row.template_id),
            "danger",
        )
