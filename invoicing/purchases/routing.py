"""For which Activity a document is, as far as it says so itself or the supplier's past does.

In this order: a reference that we gave out (`activity_reference`), the e-mail address of the person who
ordered, the Activity of everything that this supplier sent before. What is in doubt is left to a person.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Cast, Right

from activities.enums import ActivityState
from activities.models import Activity
from activities.selectors import open_activities_of
from core.models import User
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase, Supplier
from invoicing.ubl.received import ReceivedDocument
from ledger.models import LegalEntity
from members.models import Person

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that reads as a digit."""
_REFERENCE = re.compile(rf"\bA-([{_ALPHABET}]{{8}})\b")
_LOOKED_BACK = 5
"""How many purchases of a supplier say whose it is."""


def activity_reference(activity_id: UUID) -> str:
    """What a supplier writes on an invoice so that it arrives by itself: `A-` and eight signs."""
    rest, signs = activity_id.int & (2**40 - 1), ""
    for _ in range(8):
        rest, digit = divmod(rest, 32)
        signs = _ALPHABET[digit] + signs
    return f"A-{signs}"


def activity_for_document(
    document: ReceivedDocument, supplier: Supplier, entity: LegalEntity
) -> Activity | None:
    """The Activity that the document points to without doubt, or None."""
    return (
        _by_reference(document, entity)
        or _by_contact(document.customer.email, entity)
        or _by_history(supplier, entity)
    )


def _end_of_key(signs: str) -> str:
    """The last ten hexadecimal digits of the key that a reference was made from."""
    value = 0
    for sign in signs:
        value = value * 32 + _ALPHABET.index(sign)
    return f"{value:010x}"


def _by_reference(document: ReceivedDocument, entity: LegalEntity) -> Activity | None:
    written = " ".join(
        (
            document.buyer_reference,
            document.order_reference,
            document.project_reference,
            document.contract_reference,
            document.accounting_cost,
        )
    ).upper()
    ends = {_end_of_key(signs) for signs in _REFERENCE.findall(written)}
    if not ends:
        return None
    named = Activity.objects.filter(entity=entity, state=ActivityState.OPEN).annotate(
        end_of_key=Right(Cast("pk", CharField()), 10)
    )
    found = list(named.filter(end_of_key__in=ends)[:2])
    return found[0] if len(found) == 1 else None


def _by_contact(email: str, entity: LegalEntity) -> Activity | None:
    if "@" not in email:
        return None
    user = User.objects.filter(email=email.strip().lower()).first()
    person = Person.objects.filter(user=user).first() if user else None
    if person is None:
        return None
    theirs = [activity for activity in open_activities_of(person) if activity.entity_id == entity.pk]
    return theirs[0] if len(theirs) == 1 else None


def _by_history(supplier: Supplier, entity: LegalEntity) -> Activity | None:
    before = (
        Purchase.objects.filter(supplier=supplier, entity=entity, activity__isnull=False)
        .exclude(state=PurchaseState.REFUSED)
        .order_by("-pk")
        .values_list("activity_id", flat=True)[:_LOOKED_BACK]
    )
    known = set(before)
    if len(known) != 1:
        return None
    return Activity.objects.filter(pk=known.pop(), state=ActivityState.OPEN).first()
