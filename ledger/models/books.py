"""Books of a legal entity: double entry, dated, posted once and never changed."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from core.money import ZERO
from ledger.enums import Fund, Journal, PartyKind, VatRegime


class LegalEntity(TenantModel):
    """A company of the cooperative: the employer and the seller in law. Its books are its own."""

    code = models.CharField(max_length=4)
    name = models.CharField(max_length=80)
    vat_regime = models.CharField(max_length=20, choices=VatRegime.choices, default=VatRegime.NORMAL)
    purpose = models.CharField(max_length=120, blank=True)
    enterprise_number = models.CharField(max_length=10)
    nsso_number = models.CharField(max_length=10, blank=True)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11)
    street = models.CharField(max_length=80)
    postal_code = models.CharField(max_length=10)
    city = models.CharField(max_length=60)
    country = models.CharField(max_length=2, default="BE")

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=["tenant", "code"], name="ledger_legalentity_code"),)

    def __str__(self) -> str:
        return self.name


class Party(TenantModel):
    """Somebody with whom money is exchanged: a person, a firm, a public body. One human or firm is one party,
    whether member, client or both."""

    kind = models.CharField(max_length=10, choices=PartyKind.choices)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Account(TenantModel):
    """An account of the chart. `internal`: the entity trading with itself, left out of statutory accounts."""

    code = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    internal = models.BooleanField(default=False)

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=["tenant", "code"], name="ledger_account_code"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Budget(TenantModel):
    """Money of an Activity. Changed by the posting service alone.

    `balance` = credits − debits of the lines that carry it; `reserved` = open commitments; `shortfall` = what
    the pot has lent for an imposed act, repaid first by the next income. `balance − reserved` never falls
    below zero: a CHECK stands behind the row lock.
    """

    entity = TenantForeignKey(LegalEntity)
    name = models.CharField(max_length=120)
    balance = MoneyField(default=ZERO)
    reserved = MoneyField(default=ZERO)
    shortfall = MoneyField(default=ZERO)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(balance__gte=F("reserved")), name="ledger_budget_available"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="ledger_budget_reserved"),
            models.CheckConstraint(condition=Q(shortfall__gte=0), name="ledger_budget_shortfall"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def available(self) -> Decimal:
        """What may still be spent or reserved, in euro: not what the pot lent for a promise that is off."""
        return max(ZERO, self.balance - self.reserved - self.shortfall)


class Reservation(TenantModel):
    """An open commitment on a budget: one per source; at zero it is over."""

    budget = TenantForeignKey(Budget)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    amount = MoneyField()
    text = models.CharField(max_length=140)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "source_type", "source_id"], name="ledger_reservation_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="ledger_reservation_positive"),
        )

    def __str__(self) -> str:
        return self.text


class JournalEntry(TenantModel):
    """An economic act, posted. The legal number is given later by the seal; nothing here is hot.

    `posted_at` is the time of the transaction: lines come with their entry, in the same one, or never.
    """

    append_only = True

    entity = TenantForeignKey(LegalEntity, db_index=False)
    date = models.DateField()
    journal = models.CharField(max_length=3, choices=Journal.choices)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=140)
    reverses = TenantForeignKey("ledger.JournalEntry", null=True, db_index=False)
    posted_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "source_id", "kind", "source_type"], name="ledger_journalentry_once"
            ),
        )
        indexes = (models.Index(fields=["tenant", "entity", "date"], name="ledger_entry_date"),)

    def __str__(self) -> str:
        return self.text


class JournalLine(TenantModel):
    """One side of an entry. `account` is a code of the chart, enforced by a foreign key on (tenant, code)."""

    append_only = True

    entry = TenantForeignKey(JournalEntry, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=8)
    debit = MoneyField(default=ZERO)
    credit = MoneyField(default=ZERO)
    budget = TenantForeignKey(Budget, null=True, db_index=False)
    fund = models.CharField(max_length=10, choices=Fund.choices, null=True)
    party = TenantForeignKey(Party, null=True, db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(debit__gt=0) & Q(credit=0)) | (Q(credit__gt=0) & Q(debit=0)),
                name="ledger_journalline_one_side",
            ),
            models.CheckConstraint(
                condition=(Q(account__lt="6") | Q(account__gte="8"))
                | (Q(budget__isnull=True) & Q(fund__isnull=False))
                | (Q(budget__isnull=False) & Q(fund__isnull=True)),
                name="ledger_journalline_bearer",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(fund__isnull=True), name="ledger_journalline_one_bearer"
            ),
            models.UniqueConstraint(fields=["tenant", "entry", "position"], name="ledger_journalline_place"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "budget", "id"],
                condition=Q(budget__isnull=False),
                name="ledger_line_budget",
            ),
            models.Index(fields=["tenant", "account", "id"], name="ledger_line_account"),
            models.Index(
                fields=["tenant", "party", "account"],
                condition=Q(party__isnull=False),
                name="ledger_line_party",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.debit or -self.credit}"


class Period(TenantModel):
    """A month of an entity's books. Closed, it refuses entries and stays closed, in the database too.

    `checklist` keeps what was looked at when it was closed: key, label, whether it was met, and the words of
    whoever closed for a point that was not.
    """

    entity = TenantForeignKey(LegalEntity)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    closed_by_user = models.BigIntegerField(null=True)
    closed_by_person = models.UUIDField(null=True)
    checklist = models.JSONField(default=list, blank=True, db_default=[])

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "entity", "year", "month"], name="ledger_period_once"),
        )

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


class NumberSeries(TenantModel):
    """The last number given in a series without gaps: per entity, journal and year."""

    entity = TenantForeignKey(LegalEntity)
    journal = models.CharField(max_length=10, verbose_name=_("journal"))
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity", "journal", "year"], name="ledger_numberseries_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.journal} {self.year}"
