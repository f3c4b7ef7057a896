"""Offices, as the cooperative published them, and who belongs to which."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import audit
from core.types import Actor
from members.models import Office, Person


def load_offices(published: dict[str, Any]) -> None:
    """Bring in the offices of a published cooperative; repeats add nothing."""
    Office.objects.bulk_create(
        [
            Office(name=office["name"], postal_code=office["postal_code"])
            for office in published.get("offices", [])
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def place_in_office(*, person: Person, office: Office, actor: Actor) -> Person:
    """A person (an adviser above all) belongs to an office."""
    person.office = office
    person.save(update_fields=["office"])
    audit.record(actor, "members.office_set", person, office=office.name)
    return person
