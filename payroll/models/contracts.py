"""Work: contracts, their months, signatures and declarations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from payroll.enums import (
    OPEN_STATES,
    ContractState,
    ContractType,
    CorrectionOrigin,
    DeclarationKind,
    DeclarationState,
    EndedBy,
    EndReason,
    Side,
)

OPEN_END = date(9999, 12, 31)
"""Last day of a contract without an end: the social security office writes it so too."""


class WorkerFile(TenantModel):
    """The row of a worker that is locked when something of theirs cumulates: days taken, hours of students,
    the pay of a month, exit holiday. Holds nothing else, so that no foreign key ever waits for it."""

    person = TenantOneToOneField("members.Person")

    def __str__(self) -> str:
        return str(self.person_id)


class EmploymentContract(TenantModel):
    """A fixed-term contract of one day to one month between a person and a legal entity, paid by an Activity.

    `gross` and `asked_budget`: the author gave one of them; a budget is turned into a gross again at
    submission, with the multiplier that is then frozen. From submission on `multiplier` and
    `employment_budget` stand, and the days and money per month are in `ContractMonth`.
    `day_starts`/`day_ends` are the hours of the working day when they matter. `late`: submitted after the
    start by a payroll administrator. `invoice`: the one invoice of a quick job. `warnings`: codes of
    `payroll.warnings` that were true when it was submitted or amended. `work_category` and `seniority` (years
    of experience) choose the minimum of joint committee 200; `article_1bis`: an artist's work without
    authority, for which the attestation of work in the arts must be held. `justification`: why one contract
    follows another. `version` counts the amendments; `signed_at` is when the last side signed what stands
    now, empty while a signature is missing.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    activity = TenantForeignKey("activities.Activity", db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    contract_type = models.CharField(max_length=10, choices=ContractType.choices)
    joint_committee = models.CharField(max_length=3, default="200")
    function_code = models.CharField(max_length=40)
    description = models.CharField(max_length=140)
    place = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    day_starts = models.TimeField(null=True)
    day_ends = models.TimeField(null=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    asked_budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    multiplier = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    employment_budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    flat_tax = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    warnings = models.JSONField(default=list, db_default=[])
    work_category = models.CharField(max_length=1, default="A", db_default="A")
    seniority = models.SmallIntegerField(default=0, db_default=0)
    article_1bis = models.BooleanField(default=False, db_default=False)
    justification = models.CharField(max_length=200, blank=True, default="", db_default="")
    version = models.SmallIntegerField(default=0, db_default=0)
    signed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    end_reason = models.CharField(
        max_length=20, choices=EndReason.choices, blank=True, default="", db_default=""
    )
    ended_by = models.CharField(max_length=10, choices=EndedBy.choices, blank=True, default="", db_default="")
    end_note = models.CharField(max_length=200, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=ContractState.choices, default=ContractState.DRAFT)
    invoice = TenantOneToOneField("invoicing.Invoice", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    declared_by = TenantForeignKey(
        "payroll.EmploymentContract",
        null=True,
        db_index=False,
        verbose_name=_("the contract whose declarations cover this one too"),
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="payroll_contract_dates"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="payroll_contract_hours"),
            models.CheckConstraint(condition=Q(gross__gt=0), name="payroll_contract_gross"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled"))
                | (Q(multiplier__isnull=False) & Q(employment_budget__isnull=False)),
                name="payroll_contract_frozen",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "person", "starts_on"], name="payroll_contract_person"),
            models.Index(fields=["tenant", "activity", "-starts_on"], name="payroll_contract_activity"),
            models.Index(fields=["tenant", "-starts_on", "-id"], name="payroll_contract_newest"),
            models.Index(
                fields=["tenant", "ends_on"],
                condition=Q(state__in=OPEN_STATES),
                name="payroll_contract_open",
            ),
            models.Index(
                fields=["tenant", "starts_on"],
                condition=Q(state__in=OPEN_STATES, signed_at=None),
                name="payroll_contract_unsigned",
            ),
        )

    def __str__(self) -> str:
        return self.description

    @property
    def open_ended(self) -> bool:
        """Whether no end is agreed."""
        return self.ends_on == OPEN_END

    @property
    def days(self) -> int:
        """Calendar days, both ends included."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def declared_rows(self) -> list[Declaration]:
        """The declarations that cover the contract, oldest first: its own, or those of the contract that
        shares its days. One query unless they were read along.
        """
        carrier = self.declared_by or self
        return list(carrier.declarations.all())

    @property
    def cost(self) -> Decimal:
        """The employment budget: what the contract costs its Activity, in euro; the asked
        one while a draft.
        """
        return self.employment_budget or self.asked_budget or ZERO

    def state_on(self, day: date) -> tuple[str, object]:
        """State and its word as a person reads it on a day: a declared contract is performed while its days
        run.
        """
        if self.state == ContractState.DECLARED and day > self.ends_on:
            return "performed", _("performed")
        if self.state == ContractState.DECLARED and day >= self.starts_on:
            return "running", _("under way")
        return self.state, ContractState(self.state).label


class ContractMonth(TenantModel):
    """The part of a submitted contract that lies in one month: hours by planned weekdays, money by hours, the
    last month takes the rest of every amount. Settlement turns each row into one pay item.

    `number` 0 is the planned part. Later ones correct a settled month: signed hours, gross and budget, with
    the reason and who decided it. `worker_type` is empty where the contract's type pays; otherwise it says as
    what these hours are paid: a student's hours outside the quota as an employee's, and what takes back their
    pay as a student's. `origin` says what wrote a correction: a person by hand (empty), or days and hours
    kept elsewhere, which are then what is to be changed."""

    contract = TenantForeignKey(EmploymentContract, related_name="months", db_index=False)
    month = models.DateField(verbose_name=_("first day of the month"))
    first_day = models.DateField()
    last_day = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    budget = MoneyField()
    settled = models.BooleanField(default=False)
    number = models.SmallIntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    made_by_label = models.CharField(max_length=120, blank=True, default="", db_default="")
    worker_type = models.CharField(
        max_length=10, choices=ContractType.choices, blank=True, default="", db_default=""
    )
    origin = models.CharField(
        max_length=12, choices=CorrectionOrigin.choices, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ("month", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "contract", "month", "number"], name="payroll_contractmonth_number"
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "last_day"], condition=Q(settled=False), name="payroll_contractmonth_due"
            ),
            models.Index(fields=["tenant", "month"], name="payroll_contractmonth_month"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def paid_as(self) -> str:
        """The worker type by which these hours are paid."""
        return self.worker_type or self.contract.contract_type


class WithdrawnCorrection(TenantModel):
    """A correction of a month that was entered by mistake and taken back before it was settled: what it said,
    who made it, who took it back and why. The correction itself is gone, so that nothing counts it."""

    append_only = True

    contract = TenantForeignKey(EmploymentContract, related_name="withdrawn_corrections", db_index=False)
    part_id = models.UUIDField(verbose_name=_("key that the correction had"))
    month = models.DateField(verbose_name=_("first day of the month"))
    number = models.SmallIntegerField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    budget = MoneyField()
    reason = models.CharField(max_length=200, blank=True)
    made_by_label = models.CharField(max_length=120, blank=True)
    because = models.CharField(max_length=200)
    withdrawn_by_label = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "part_id"], name="payroll_withdrawncorrection_once"),
        )
        indexes = (models.Index(fields=["tenant", "contract"], name="payroll_withdrawn_contract"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.number}"


class ContractAmendment(TenantModel):
    """A submitted contract was changed by agreement: who, when, from what to what, why.

    `before` and `after` hold the terms that changed, as texts by field. Both sides sign it again."""

    append_only = True

    contract = TenantForeignKey(EmploymentContract, related_name="amendments", db_index=False)
    number = models.SmallIntegerField()
    made_at = models.DateTimeField()
    made_by_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "number"], name="payroll_amendment_number"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.number}"


class ContractSignature(TenantModel):
    """One side signed: when, who, and what proves it (the hash of what was signed, the way it was done).

    `number` is the amendment that was signed, 0 the contract itself."""

    append_only = True

    contract = TenantForeignKey(EmploymentContract, related_name="signatures", db_index=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    number = models.SmallIntegerField(default=0, db_default=0)
    signer = TenantForeignKey("members.Person", null=True, db_index=False)
    signer_label = models.CharField(max_length=120)
    signed_at = models.DateTimeField()
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "contract", "side", "number"], name="payroll_signature_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.side} {self.signed_at:%Y-%m-%d}"


class QuickJobExpense(TenantModel):
    """An expense that was handed in with a quick job."""

    append_only = True

    contract = TenantForeignKey(EmploymentContract, db_index=False)
    expense = TenantOneToOneField("activities.Expense")

    class Meta:
        indexes = (models.Index(fields=["tenant", "contract"], name="payroll_jobexpense_contract"),)

    def __str__(self) -> str:
        return str(self.expense_id)


class Declaration(TenantModel):
    """A message to the social security office about one period of one contract, and its answer.

    `part_starts_on` names the period (a student's contract over two quarters has two). `reference` is our
    own: the same declaration sent twice is one. A refused declaration stays as it is; trying again makes
    another row. `handled` without `handled_by`: it was settled without a person (the office already had what
    it said). `batch`: the file of the batch channel in which it was sent.
    """

    contract = TenantForeignKey(EmploymentContract, related_name="declarations", db_index=False)
    kind = models.CharField(max_length=8, choices=DeclarationKind.choices)
    state = models.CharField(max_length=24, choices=DeclarationState.choices, default=DeclarationState.DRAFT)
    reference = models.CharField(max_length=20)
    part_starts_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    planned_hours = models.PositiveSmallIntegerField(null=True)
    period_id = models.CharField(max_length=12, blank=True)
    gateway_id = models.CharField(max_length=80, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    anomalies = models.JSONField(default=list)
    answer = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    handled = models.BooleanField(default=False, verbose_name=_("a person has dealt with it"))
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    sent_at = models.DateTimeField(null=True, verbose_name=_("moment at which it was handed in"))
    outside_quota = models.BooleanField(
        default=False, db_default=False, verbose_name=_("its student hours bear ordinary contributions")
    )
    batch = TenantForeignKey("payroll.DeclarationBatch", null=True, related_name="rows", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    declared_at = models.DateTimeField(verbose_name=_("moment of the declaration in the cooperative's clock"))
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "reference"], name="payroll_declaration_reference"),
            models.UniqueConstraint(
                fields=["tenant", "contract", "part_starts_on"],
                condition=Q(state__in=("draft", "sent", "waiting")),
                name="payroll_declaration_one_pending",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "contract", "id"], name="payroll_declaration_contract"),
            models.Index(
                fields=["tenant", "next_attempt_at"],
                condition=Q(state__in=("draft", "sent", "waiting")),
                name="payroll_declaration_due",
            ),
            models.Index(
                fields=["tenant", "id"],
                condition=Q(state__in=("refused", "failed"), handled=False),
                name="payroll_declaration_queue",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
