"""Shares of a person, and why the register stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy.registry import Duty, PersonalData
from governance.models import ShareMovement
from members.models import Person


def _shares(person: Person) -> Iterator[dict[str, Any]]:
    for row in ShareMovement.objects.filter(person=person).order_by("pk"):
        yield {"on": row.on, "kind": row.kind, "shares": row.shares}


PARTS = (PersonalData("shares", _("Your shares"), _shares),)


def duties(person: Person, on: date) -> Iterator[Duty]:
    """The register of members names everybody who ever held a share (CSA art. 6:24)."""
    del on
    if ShareMovement.objects.filter(person=person).exists():
        yield Duty(
            _("The register of members names everybody who held a share."),
            "Code des sociétés et des associations, art. 6:24",
            None,
        )
