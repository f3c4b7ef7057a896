"""Pay that the bank sent back: its worker is asked for a right account, the adviser hears of it.

Until then the contract is not paid (`mark_returned`), and no daily batch pays to that account again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activities.home import Need
from core.kit.formats import money
from core.links import link
from core.registry import Reason
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout
from members.models import Person


def returned_pay_needs_me(person: Person, activities: list[Any], today: date) -> Iterator[Need]:
    """Pay of mine that came back."""
    del activities, today
    rows = Payout.objects.filter(party_id=person.party_id, kind=PayoutKind.WAGE, state=PayoutState.HELD)
    for payout in rows.order_by("pk")[:3]:
        yield Need(
            _("Your bank sent %(amount)s back") % {"amount": money(payout.amount)},
            _("Check the account number in your profile: your pay leaves again as soon as it is right."),
            link("members:profile"),
            "danger",
        )


def returned_pay_reasons(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Members whose pay came back: call them for their account number."""
    del on
    held = Payout.objects.filter(kind=PayoutKind.WAGE, state=PayoutState.HELD)
    owners = Person.objects.filter(pk__in=people, party_id__in=held.values("party_id")).order_by("pk")
    for person in owners:
        yield Reason(
            person.pk,
            "pay_returned",
            _("The bank sent the pay back: ask for the account number"),
            80,
            link("members:person", pk=person.pk),
        )
