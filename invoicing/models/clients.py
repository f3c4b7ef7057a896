"""Who buys."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from activities.models import Activity
from core.fields import TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from invoicing.enums import (
    ClientKind,
)
from ledger.models import Party
from members.enums import Language
from members.models import Person


class Client(TenantModel):
    """Who buys: the client of the cooperative, shared by the Activities that work with it (`ClientActivity`).

    Numbers are kept normalised (`BE0403019261`, `0403019261`). `payment_term_days` replaces the policy of the
    day of issue. `reference` is what the client wants to read on each invoice. `search_key`: the name without
    accents.

    `peppol_id`: the address of electronic invoices that the client named (`0208:0403019261`); empty, the one
    that follows from its numbers. `order_reference_required`: no invoice leaves without the client's order
    number. `person`: the member who is this client. `merged_into`: the client that this one turned out to be;
    it is no client of its own any more, and what was issued to it names it for ever. `addresses_checked_on`:
    staff saw that its addresses are its own; members who write one afterwards take that back.
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
    peppol_id = models.CharField(max_length=60, blank=True, default="", db_default="")
    order_reference_required = models.BooleanField(default=False, db_default=False)
    person = TenantForeignKey(Person, null=True, db_index=False)
    merged_into = TenantForeignKey("self", null=True, db_index=False)
    merged_on = models.DateField(null=True)
    addresses_checked_on = models.DateField(null=True)

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
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_on__isnull=True)
                | (Q(merged_into__isnull=False, merged_on__isnull=False) & ~Q(merged_into=F("id"))),
                name="invoicing_client_merged",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "search_key"], name="invoicing_client_name"),
            models.Index(fields=["tenant", "country", "search_key"], name="invoicing_client_country"),
            models.Index(
                fields=["tenant", "person"], condition=Q(person__isnull=False), name="invoicing_client_person"
            ),
            models.Index(
                fields=["tenant", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="invoicing_client_survivor",
            ),
        )

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


class ClientContact(TenantModel):
    """Somebody at a client, and what they are written about. Nobody named for a purpose: the client's own
    e-mail address serves.

    `language` empty: the client's. A contact who leaves is deleted: documents and letters keep their copy.
    """

    client = TenantForeignKey(Client, db_index=False)
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    for_invoices = models.BooleanField(default=False)
    for_reminders = models.BooleanField(default=False)
    for_quotes = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(for_invoices=False, for_reminders=False, for_quotes=False) | ~Q(email=""),
                name="invoicing_clientcontact_reachable",
            ),
        )
        indexes = (models.Index(fields=["tenant", "client"], name="invoicing_clientcontact_of"),)

    def __str__(self) -> str:
        return self.name


class ClientDistinction(TenantModel):
    """Two clients that look alike and are not the same: they are not proposed for merging again. `first` has
    the smaller key."""

    first = TenantForeignKey(Client, db_index=False)
    second = TenantForeignKey(Client, db_index=False)
    said_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "first", "second"], name="invoicing_clientdistinction_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
