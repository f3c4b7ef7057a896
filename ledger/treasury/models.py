"""Money at the bank: own accounts, their statements, and what is paid out.

Here one knows party, account, amount and source; never an invoice or a payslip.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, TenantForeignKey
from core.models import StoredFile, TenantModel
from core.money import ZERO
from ledger.models import LegalEntity, Party
from ledger.treasury.enums import (
    BatchState,
    MatchedBy,
    MatchState,
    PayoutKind,
    PayoutState,
    StatementFormat,
)


class BankAccount(TenantModel):
    """An account that an entity owns; account 550 of its books is the sum of them."""

    entity = TenantForeignKey(LegalEntity)
    iban = models.CharField(max_length=34, verbose_name=_("IBAN"))
    bic = models.CharField(max_length=11, verbose_name=_("BIC"))

    class Meta:
        ordering = ("iban",)
        constraints = (models.UniqueConstraint(fields=["tenant", "iban"], name="treasury_bankaccount_iban"),)

    def __str__(self) -> str:
        return self.iban


class BankStatement(TenantModel):
    """A statement of the bank as it came. Never changed: opening + lines = closing, and the next one follows.

    (`year`, `number`) is its place in the account's chain: each one is greater than the last. `number` is the
    bank's own where that counts on within the year; else `bank_number` keeps what the bank wrote (0: nothing)
    and `number` is our count. `tolerated` says why finance let it pass although the reader complained. `file`
    holds the bytes it was read from.
    """

    append_only = True

    account = TenantForeignKey(BankAccount)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    date = models.DateField()
    opening = MoneyField()
    closing = MoneyField()
    file = TenantForeignKey(StoredFile)
    imported_at = models.DateTimeField(default=timezone.now)
    format = models.CharField(max_length=20, choices=StatementFormat.choices, db_default=StatementFormat.CODA)
    bank_number = models.BigIntegerField(null=True)
    tolerated = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        ordering = ("-date", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "account", "year", "number"], name="treasury_bankstatement_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.name}"

    @property
    def number_of_bank(self) -> int | None:
        """The number that the bank gave it, if it gave one."""
        return self.number if self.bank_number is None else self.bank_number or None

    @property
    def name(self) -> str:
        """How people call it: `2026/041`."""
        number = self.number_of_bank
        return f"{self.year}/{number:03}" if number is not None else f"{self.date:%d/%m/%Y}"


class WaitingStatement(TenantModel):
    """A statement that came before its predecessor: it enters the books by itself when that one arrives.

    It is the one at `position` of `file`. `expected` names the missing one; `entered` is what it became.
    """

    account = TenantForeignKey(BankAccount)
    file = TenantForeignKey(StoredFile)
    position = models.SmallIntegerField()
    number = models.BigIntegerField(null=True)
    date = models.DateField()
    opening = MoneyField()
    closing = MoneyField()
    expected = models.CharField(max_length=20)
    tolerated = models.CharField(max_length=300, blank=True)
    came_at = models.DateTimeField(default=timezone.now)
    entered = TenantForeignKey(BankStatement, null=True)

    class Meta:
        ordering = ("date", "number", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "account", "file", "position"], name="treasury_waitingstatement_once"
            ),
        )

    def __str__(self) -> str:
        number = f"{self.date.year}/{self.number:03}" if self.number is not None else f"{self.date:%d/%m/%Y}"
        return f"{self.account} {number}"


class BankTransaction(TenantModel):
    """A line of a statement: facts that the database refuses to change, and what they turned out to be.

    `amount` is signed, positive came in. `sequence` 0 is the balance that the first statement brought along.
    `account_code`, `party`, `fund`, `source_type` and `source_id` say where the other side went: 499 while
    unidentified; where it went to several places `source_type` is `SPLIT` and its `TransactionPart` say them.
    `matched_by` and `confidence` (percent) tell how it was recognised; `turn` counts identifications undone.
    """

    SPLIT = "treasury.transactionpart"

    statement = TenantForeignKey(BankStatement, related_name="transactions")
    sequence = models.PositiveIntegerField()
    detail = models.PositiveIntegerField(default=0)
    amount = MoneyField()
    entry_date = models.DateField()
    value_date = models.DateField(null=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    communication = models.CharField(max_length=300, blank=True)
    structured_reference = models.CharField(max_length=35, blank=True)
    end_to_end_id = models.CharField(max_length=35, blank=True)
    counterparty_name = models.CharField(max_length=120, blank=True)
    counterparty_iban = models.CharField(max_length=34, blank=True)
    return_reason = models.CharField(max_length=8, blank=True)

    state = models.CharField(max_length=12, choices=MatchState.choices, default=MatchState.UNIDENTIFIED)
    account_code = models.CharField(max_length=8, default="499")
    party = TenantForeignKey(Party, null=True)
    source_type = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True)
    matched_text = models.CharField(max_length=140, blank=True)
    fund = models.CharField(max_length=12, blank=True, db_default="")
    matched_by = models.CharField(max_length=20, blank=True, choices=MatchedBy.choices, db_default="")
    confidence = models.SmallIntegerField(db_default=0)
    turn = models.SmallIntegerField(db_default=0)

    class Meta:
        ordering = ("statement", "sequence", "detail")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "statement", "sequence", "detail"], name="treasury_banktransaction_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="treasury_banktransaction_moves"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "entry_date", "id"],
                condition=Q(state="unidentified"),
                name="treasury_transaction_queue",
            ),
            models.Index(
                fields=["tenant", "source_id"],
                condition=Q(source_id__isnull=False),
                name="treasury_transaction_source",
            ),
            models.Index(fields=["tenant", "counterparty_iban"], name="treasury_transaction_iban"),
            models.Index(
                fields=["tenant", "end_to_end_id"],
                condition=~Q(end_to_end_id=""),
                name="treasury_transaction_e2e",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_date} {self.amount}"

    @property
    def text(self) -> str:
        """What the counterparty wrote, for people."""
        if self.structured_reference and len(self.structured_reference) == 12:
            digits = self.structured_reference
            return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
        return self.communication


class TransactionPart(TenantModel):
    """One of several places that a statement line went to. The database wants the parts to make the line.

    `amount` is signed as the line's. Undoing the identification takes them away; the books keep both entries.
    """

    transaction = TenantForeignKey(BankTransaction, related_name="parts", db_index=False)
    position = models.SmallIntegerField()
    amount = MoneyField()
    account_code = models.CharField(max_length=8)
    fund = models.CharField(max_length=12, blank=True)
    party = TenantForeignKey(Party, null=True, db_index=False)
    source_type = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True)
    text = models.CharField(max_length=140, blank=True)

    class Meta:
        ordering = ("transaction", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "transaction", "position"], name="treasury_transactionpart_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="treasury_transactionpart_moves"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "source_id"],
                condition=Q(source_id__isnull=False),
                name="treasury_part_source",
            ),
        )

    def __str__(self) -> str:
        return f"{self.text or self.account_code} {self.amount}"


class LineRule(TenantModel):
    """Something that finance taught: lines of this account holder go to an account, until it is forgotten.

    `fund` where the account is a cost or an income. One rule per counterparty and direction.
    """

    iban = models.CharField(max_length=34)
    incoming = models.BooleanField()
    name = models.CharField(max_length=120, blank=True)
    account_code = models.CharField(max_length=8)
    fund = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=140)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "iban")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "iban", "incoming"], name="treasury_linerule_once"),
        )

    def __str__(self) -> str:
        return f"{self.name or self.iban} → {self.account_code}"


class PayoutBatch(TenantModel):
    """A payment file: made by one person, released by another, executed when a statement says so."""

    entity = TenantForeignKey(LegalEntity)
    account = TenantForeignKey(BankAccount)
    kind = models.CharField(max_length=12, choices=PayoutKind.choices)
    number = models.CharField(max_length=35)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.DRAFT)
    total = MoneyField()
    payments = models.PositiveIntegerField()
    created_on = models.DateField()
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_by_person = models.UUIDField(null=True)
    released_on = models.DateField(null=True)
    released_by = models.CharField(max_length=120, blank=True)
    released_by_user = models.BigIntegerField(null=True)
    released_by_person = models.UUIDField(null=True)
    executed_on = models.DateField(null=True)
    file = TenantForeignKey(StoredFile, null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "number"], name="treasury_payoutbatch_number"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled"), file__isnull=True)
                | (
                    Q(state__in=("released", "executed"), file__isnull=False, released_on__isnull=False)
                    & (Q(released_by_user__isnull=False) | Q(released_by_person__isnull=False))
                    & (Q(created_by_user__isnull=True) | ~Q(created_by_user=F("released_by_user")))
                    & (Q(created_by_person__isnull=True) | ~Q(created_by_person=F("released_by_person")))
                ),
                name="treasury_payoutbatch_two_persons",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Payout(TenantModel):
    """An amount owed to somebody that is to leave through the bank. Its batch is one column: it stands in one
    file.

    `settles_account` is the debt that releasing it settles (455 wages, 440 expenses, 400 a client's credit,
    …). (`source_type`, `source_id`, `kind`) names the reason; `attempt` counts what the bank sent back.
    """

    entity = TenantForeignKey(LegalEntity)
    kind = models.CharField(max_length=12, choices=PayoutKind.choices)
    party = TenantForeignKey(Party)
    payee_name = models.CharField(max_length=120)
    iban = models.CharField(max_length=34)
    amount = MoneyField()
    communication = models.CharField(max_length=140, blank=True)
    due_on = models.DateField()
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    attempt = models.PositiveSmallIntegerField(default=1)
    settles_account = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=PayoutState.choices, default=PayoutState.OPEN)
    batch = TenantForeignKey(PayoutBatch, null=True, related_name="payouts")
    paid_on = models.DateField(null=True)
    return_reason = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "source_id", "kind", "source_type", "attempt"], name="treasury_payout_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="treasury_payout_positive"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "held", "withdrawn"), batch__isnull=True)
                | (~Q(state__in=("open", "held", "withdrawn")) & Q(batch__isnull=False)),
                name="treasury_payout_of_its_batch",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False), name="treasury_payout_paid_on"
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "entity", "kind", "due_on"],
                condition=Q(state="open"),
                name="treasury_payout_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.payee_name} {self.amount}"

    @property
    def end_to_end_id(self) -> str:
        """How the bank names this payment on its statements."""
        return f"P{self.pk.hex}"
