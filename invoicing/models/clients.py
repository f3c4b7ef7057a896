"""Who buys."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from activities.models import Activity
from core.fields import TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from invoicing.enums import (
    ClientKind,
)
from ledger.models import Party
from members.enums import Language


class Client(TenantModel):
    """Who buys: the client of the cooperative, shared by the Activities that work with it (`ClientActivity`).

    Numbers are kept normalised (`BE0403019261`, `0403019261`). `payment_term_days` replaces the policy of the
    day of issue. `reference` is what the client wants to read on each invoice. `search_key`: the name without
    accents.
    """

    party = TenantOneToOneField(Party)
    kind = models.CharField(max_length=12, choices=ClientKind.choices)
    name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=120, db_collation="C")
    vat_number = models.CharField(max_length=20, blank=True)
    enterprise_number = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, default="BE")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FR)
    payment_term_days = models.PositiveSmallIntegerField(null=True)
    reference = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("search_key", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "vat_number"], condition=~Q(vat_number=""), name="invoicing_client_vat"
            ),
            models.CheckConstraint(
                condition=Q(payment_term_days__isnull=True) | Q(payment_term_days__lte=120),
                name="invoicing_client_term",
            ),
        )
        indexes = (models.Index(fields=["tenant", "search_key"], name="invoicing_client_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The address on one line."""
        return ", ".join(filter(None, (self.street, f"{self.postal_code} {self.city}".strip(), self.country)))


class ClientActivity(TenantModel):
    """An Activity that works with a client: its people see the client."""

    client = TenantForeignKey(Client)
    activity = TenantForeignKey(Activity)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "activity", "client"], name="invoicing_clientactivity_once"
            ),
        )
        indexes = (models.Index(fields=["tenant", "client"], name="invoicing_clientactivity_by"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.activity_id}"
