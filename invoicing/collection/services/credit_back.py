"""Surcharges given back to clients who pay on time again."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core.locks import for_update
from core.rates import find_policy
from core.types import Actor
from invoicing.collection import selectors
from invoicing.collection.models import Charge
from invoicing.collection.services.charges import give_back

AFTER = "surcharge_credit_back"
"""Policy: after how many invoices paid on time in a row a paid charge is given back; absent: never."""


@transaction.atomic
def credit_surcharges_back(*, on: date, actor: Actor) -> int:
    """Give back every paid charge after which the client paid so many invoices on time, none late since:
    the client's credit on 400, once per charge. Says how many. Safe at any frequency; off without the policy
    `surcharge_credit_back`. Locks the charges.
    """
    after = find_policy(AFTER, on=on)
    if after is None or int(after.rate) <= 0:
        return 0
    due = selectors.charges_to_give_back(int(after.rate), on)
    rows = for_update(Charge.objects.filter(pk__in=due, given_back=0, paid__gt=0)).select_related(
        "invoice__client"
    )
    charges = [row for row in rows if row.open_amount == 0]
    if charges:
        give_back(charges, on=on, actor=actor)
    return len(charges)
