"""REST door by which a purchase is split."""

from __future__ import annotations

from typing import Any

from activities.errors import NotAHolder
from core import clock
from core.doors import ActDoor
from invoicing.purchases import selectors, services
from invoicing.purchases.api import AnswerablePurchaseDoor
from invoicing.purchases.models import Purchase
from invoicing.purchases.roles import QUEUE
from invoicing.purchases.serializers import PurchaseSplitInput


class Split(AnswerablePurchaseDoor, ActDoor):
    """Its people are asked to accept their parts; members split over Activities of theirs only."""

    body = PurchaseSplitInput

    def act(self, purchase: Purchase, parts: list[dict[str, Any]], case: Any) -> Purchase:
        person, roles = self.identity.person, self.identity.roles
        if not roles & QUEUE:
            known = {row.pk for row in selectors.may_bear(purchase, person, roles)}
            if {part["activity"] for part in parts} - known:
                raise NotAHolder
        return services.split_purchase(
            purchase_id=purchase.pk,
            parts=[
                services.PartInput(part["activity"], part["category"], part["base"], part["vat_row"])
                for part in parts
            ],
            case=case,
            on=clock.today(),
            actor=self.actor,
        )
