"""What is owed to public bodies, what they say of it, and what entities owe each other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, TenantForeignKey
from core.models import StoredFile, TenantModel
from core.money import ZERO
from ledger.models import LegalEntity, Party
from ledger.treasury.dues.enums import BodyLineState, DueState, TransferKind, TransferState


class CreditorTerms(TenantModel):
    """On which account and with which reference an entity pays a creditor, from a day on. Never changed: the
    last one entered that is in force on the day holds. An empty `iban` is that of the rules.
    """

    append_only = True

    entity = TenantForeignKey(LegalEntity)
    creditor = models.CharField(max_length=20)
    valid_from = models.DateField()
    iban = models.CharField(max_length=34, blank=True)
    reference = models.CharField(max_length=35, blank=True)
    source = models.CharField(max_length=140)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("entity", "creditor", "-valid_from", "-id")

    def __str__(self) -> str:
        return f"{self.creditor} {self.reference}"


class Due(TenantModel):
    """What an entity owes a creditor for a period. One per entity, creditor, kind and period; claims are one
    per line of the body's statement.

    `booked` is what the books held when it was raised, `amount` what is paid: they differ only with a
    `reason`. `created_by_*`: who last set the amount (nobody: the task). Once `requested`, its payout says
    where it stands.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    creditor = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    account = models.CharField(max_length=8)
    first = models.DateField()
    last = models.DateField()
    due_on = models.DateField()
    booked = MoneyField()
    amount = MoneyField()
    reference = models.CharField(max_length=35, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=DueState.choices, default=DueState.TO_CHECK)
    raised_on = models.DateField()
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_by_person = models.UUIDField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_user = models.BigIntegerField(null=True)
    decided_by_person = models.UUIDField(null=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity", "creditor", "kind", "first"],
                condition=~Q(kind="claim"),
                name="dues_due_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=ZERO), name="dues_due_amount"),
            models.CheckConstraint(
                condition=Q(amount=F("booked")) | ~Q(reason=""), name="dues_due_difference_explained"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("agreed", "requested"))
                | (
                    (Q(decided_by_user__isnull=False) | Q(decided_by_person__isnull=False))
                    & (Q(created_by_user__isnull=True) | ~Q(created_by_user=F("decided_by_user")))
                    & (Q(created_by_person__isnull=True) | ~Q(created_by_person=F("decided_by_person")))
                ),
                name="dues_due_two_persons",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "due_on", "id"],
                condition=Q(state__in=("to_check", "agreed")),
                name="dues_due_open",
            ),
            models.Index(fields=["tenant", "entity", "account"], name="dues_due_account"),
        )

    def __str__(self) -> str:
        return f"{self.creditor} {self.kind} {self.first}"

    @property
    def difference(self) -> object:
        """What is paid beyond the books."""
        return self.amount - self.booked


class BodyStatement(TenantModel):
    """What a creditor says that an entity owes on a day, with the movements since its last statement."""

    append_only = True

    entity = TenantForeignKey(LegalEntity)
    creditor = models.CharField(max_length=20)
    date = models.DateField()
    closing = MoneyField()
    file = TenantForeignKey(StoredFile, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("-date", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity", "creditor", "date"], name="dues_bodystatement_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.creditor} {self.date}"


class BodyLine(TenantModel):
    """A line of a body's statement: positive what it claims, negative what it received. `due`: ours that it
    is about; `raised`: the one that it made.
    """

    statement = TenantForeignKey(BodyStatement, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    date = models.DateField()
    text = models.CharField(max_length=140)
    amount = MoneyField()
    reference = models.CharField(max_length=35, blank=True)
    due = TenantForeignKey(Due, null=True)
    raised = TenantForeignKey(Due, null=True, db_index=False)
    state = models.CharField(max_length=10, choices=BodyLineState.choices, default=BodyLineState.OPEN)
    explanation = models.CharField(max_length=200, blank=True)
    explained_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("statement", "position")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "statement", "position"], name="dues_bodyline_once"),
            models.CheckConstraint(condition=~Q(amount=ZERO), name="dues_bodyline_moves"),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.amount}"


class EntityParty(TenantModel):
    """As whom an entity stands in the books of the others."""

    entity = TenantForeignKey(LegalEntity, db_index=False)
    party = TenantForeignKey(Party)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "entity"], name="dues_entityparty_once"),)

    def __str__(self) -> str:
        return str(self.party_id)


class EntityTransfer(TenantModel):
    """A cost or money that passes between two entities. `giver` is owed by `taker` (4168 and 4838); a
    settlement is paid by `taker`. `account`: the cost that passes.

    A cost is posted in both books when it is agreed; money when its payment is released.
    """

    kind = models.CharField(max_length=10, choices=TransferKind.choices)
    giver = TenantForeignKey(LegalEntity)
    taker = TenantForeignKey(LegalEntity)
    amount = MoneyField()
    account = models.CharField(max_length=8, blank=True)
    on = models.DateField()
    reason = models.CharField(max_length=140, verbose_name=_("reason"))
    document = TenantForeignKey(StoredFile, null=True)
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.PROPOSED)
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_by_person = models.UUIDField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_user = models.BigIntegerField(null=True)
    decided_by_person = models.UUIDField(null=True)

    class Meta:
        ordering = ("-on", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="dues_transfer_positive"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="dues_transfer_two_entities"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
