"""The only writer of notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from core.mailing import send_waiting
from core.models import Cooperative
from core.tenancy import current_cooperative
from members.models import Person
from members.notices.models import Notice
from members.notices.wording import CLOSING, GREETING, KINDS


@transaction.atomic
def notify(*, person: Person, kind: str, cause: UUID, **values: Any) -> list[Notice]:
    """Write to a person, in their language, at their address and at the one of their log-in if it differs.

    The same cause told again writes nothing. Nobody without an address is written to.
    """
    house = current_cooperative().name
    addresses = {person.email, person.user.email if person.user is not None else ""} - {""}
    subject, paragraphs = KINDS[kind]
    with translation.override(person.language):
        values = {"house": house, "name": person.first_name, **values}
        texts = [str(text) % values for text in (GREETING, *paragraphs, CLOSING)]
        rows = [
            Notice(
                person=person,
                kind=kind,
                cause=cause,
                recipient=address,
                subject=(str(subject) % values)[:200],
                body="\n\n".join(texts) + "\n",
            )
            for address in sorted(addresses)
        ]
    return Notice.objects.bulk_create(rows, ignore_conflicts=True)


def send_waiting_notices(cooperative: Cooperative) -> int:
    """Send what waits; answers how many left. Opens its own scopes."""
    return send_waiting(Notice, cooperative)
