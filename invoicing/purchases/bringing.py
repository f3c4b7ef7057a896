"""Several files that somebody brings: each is kept or refused on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import identity_of
from core.errors import DomainError
from core.types import Actor
from invoicing.purchases.enums import Origin, PurchaseState
from invoicing.purchases.models import Purchase
from invoicing.purchases.selectors import visible_purchases
from invoicing.purchases.services import assign_purchase, receive_document
from invoicing.ubl.intake import LARGEST
from invoicing.ubl.refusals import UblTooLarge


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file, in words; `purchase` is None when it was refused."""

    name: str
    text: str
    purchase: Purchase | None = None
    line: int | None = None

    def visible_to(self, person: Any, request: Any) -> bool:
        """Whether the person may open the purchase."""
        rows = visible_purchases(person, identity_of(request).roles)
        return self.purchase is not None and rows.filter(pk=self.purchase.pk).exists()


def bring(files: Iterable[Any], *, activity_id: UUID | None, on: date, actor: Actor) -> list[Brought]:
    """Keep each file, and give it to the Activity when nobody else has it. What is refused says why; the
    others are kept all the same.
    """
    return [_one(upload, activity_id, on, actor) for upload in files]


def _one(upload: Any, activity_id: UUID | None, on: date, actor: Actor) -> Brought:
    name = str(upload.name)[:120]
    try:
        with transaction.atomic():
            if upload.size > LARGEST:
                raise UblTooLarge(limit=f"{LARGEST // 1024 // 1024} MB")
            received = receive_document(
                content=upload.read(), name=name, origin=Origin.UPLOAD, received_on=on, actor=actor
            )
            purchase = received.purchase
            if activity_id is not None and purchase.state == PurchaseState.UNASSIGNED:
                purchase = assign_purchase(
                    purchase_id=purchase.pk, activity_id=activity_id, on=on, actor=actor
                )
    except DomainError as refusal:
        return Brought(name, refusal.detail, line=refusal.params.get("line"))
    if not received.new:
        return Brought(name, _("This document was here already."), purchase)
    if purchase.activity_id is None:
        return Brought(name, _("Kept: finance or an adviser says whose it is."), purchase)
    return Brought(name, _("Kept: it waits to be accepted."), purchase)
