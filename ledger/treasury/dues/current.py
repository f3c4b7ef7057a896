"""Current accounts between entities: 4168 of one is 4838 of the other."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from ledger.models import JournalLine, LegalEntity
from ledger.treasury.dues.models import EntityParty
from ledger.treasury.dues.types import OWED_BY_US, OWED_TO_US

Pair = tuple[UUID, UUID]
"""(who is owed, who owes)."""


def current_accounts() -> tuple[dict[Pair, Decimal], dict[Pair, Decimal], dict[UUID, Decimal]]:
    """What stands on 4168 of the first of each pair towards the second, what stands on 4838 of the second
    towards the first, and by entity what stands on either without naming another entity.
    """
    entity_of = dict(EntityParty.objects.values_list("party_id", "entity_id"))
    owed_to: dict[Pair, Decimal] = defaultdict(lambda: ZERO)
    owed_by: dict[Pair, Decimal] = defaultdict(lambda: ZERO)
    stray: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    rows = (
        JournalLine.objects.filter(account__in=(OWED_TO_US, OWED_BY_US))
        .values_list("entry__entity_id", "account", "party_id")
        .annotate(net=Sum("debit") - Sum("credit"))
        .order_by()
    )
    for entity_id, account, party_id, net in rows:
        other = entity_of.get(party_id)
        if other is None:
            stray[entity_id] += net
        elif account == OWED_TO_US:
            owed_to[(entity_id, other)] += net
        else:
            owed_by[(other, entity_id)] -= net
    return owed_to, owed_by, stray


def owed_between(giver: LegalEntity, taker: LegalEntity) -> Decimal:
    """What `taker` owes `giver` by the books."""
    return current_accounts()[0].get((giver.pk, taker.pk), ZERO)
