"""Work and its pay: contracts, declarations, pay items, payslips, monthly runs."""

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
    DeclarationKind,
    DeclarationState,
    LineKind,
    RunState,
    ShardPhase,
    ShardState,
    Side,
)


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
    start by a payroll administrator. `invoice`: the one invoice of a quick job.
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
    warning = models.CharField(max_length=40, blank=True)
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
        )

    def __str__(self) -> str:
        return self.description

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
    last month takes the rest of every amount. Settlement turns each row into one pay item."""

    contract = TenantForeignKey(EmploymentContract, related_name="months", db_index=False)
    month = models.DateField(verbose_name=_("first day of the month"))
    first_day = models.DateField()
    last_day = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    budget = MoneyField()
    settled = models.BooleanField(default=False)

    class Meta:
        ordering = ("month",)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "contract", "month"], name="payroll_contractmonth_once"
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


class ContractSignature(TenantModel):
    """One side signed: when, who, and what proves it (the hash of what was signed, the way it was done)."""

    append_only = True

    contract = TenantForeignKey(EmploymentContract, related_name="signatures", db_index=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    signer = TenantForeignKey("members.Person", null=True, db_index=False)
    signer_label = models.CharField(max_length=120)
    signed_at = models.DateTimeField()
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "side"], name="payroll_signature_once"),
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
    another row.
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


class PayItem(TenantModel):
    """The pay of one contract in one month, as settled. Never changed: a correction is another item.

    Amounts are this item's own: what it adds to the cumulated month (DOMAIN §7). `totals` keeps the month
    before and after, of the social group (person, entity, month, worker code) and of the tax group (payment
    year). The order of items is (settled_at, id). `paid_on` is the day of payment that chose the tax scale;
    `payable` is paid then, what is below zero (`carried_out`) goes to the worker's next item. `family` is the
    situation that was used.
    """

    append_only = True

    contract = TenantForeignKey(EmploymentContract, related_name="items", db_index=False)
    contract_month = TenantOneToOneField(ContractMonth)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    month = models.DateField()
    worker_type = models.CharField(max_length=10)
    worker_code = models.CharField(max_length=3)
    flat_tax = models.BooleanField(default=False)
    settled_at = models.DateTimeField()
    paid_on = models.DateField()
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    gross = MoneyField()
    base = MoneyField()
    onss = MoneyField()
    work_bonus_a = MoneyField()
    work_bonus_b = MoneyField()
    withholding_tax = MoneyField()
    special_contribution = MoneyField()
    net = MoneyField()
    carried_in = MoneyField(default=ZERO)
    payable = MoneyField()
    carried_out = MoneyField(default=ZERO)
    employer_total = MoneyField()
    margin = MoneyField()
    employment_budget = MoneyField()
    employer = models.JSONField(default=dict, verbose_name=_("employer lines by code"))
    owed = models.JSONField(default=dict, verbose_name=_("amounts owed by account"))
    totals = models.JSONField(default=dict)
    family = models.JSONField(default=dict)
    entry = TenantForeignKey("ledger.JournalEntry", db_index=False)

    class Meta:
        ordering = ("settled_at", "id")
        indexes = (
            models.Index(fields=["tenant", "person", "entity", "month"], name="payroll_item_group"),
            models.Index(fields=["tenant", "month", "entity"], name="payroll_item_month"),
            models.Index(fields=["tenant", "contract"], name="payroll_item_contract"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.gross}"

    @property
    def taxable(self) -> Decimal:
        """Gross less what is really withheld for social security."""
        return self.gross - (self.onss - self.work_bonus_a - self.work_bonus_b)


class HolidayBlock(TenantModel):
    """Exit holiday of one worker in one entity, paid out of what account 4560 holds when the last contract
    ended.

    Made once, when a run closes; later work makes a later block with what was set aside since.
    """

    append_only = True

    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    month = models.DateField()
    ended_on = models.DateField()
    paid_on = models.DateField()
    yearly_gross = MoneyField()
    simple = MoneyField()
    double = MoneyField()
    supplement = MoneyField()
    employer_onss = MoneyField()
    onss_simple = MoneyField()
    onss_double = MoneyField()
    withholding_tax = MoneyField()
    net = MoneyField()
    entry = TenantForeignKey("ledger.JournalEntry", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "person", "entity", "month"], name="payroll_holidayblock_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.net}"

    @property
    def gross(self) -> Decimal:
        """Holiday pay before contributions and tax."""
        return self.simple + self.double + self.supplement

    @property
    def held(self) -> Decimal:
        """What leaves account 4560."""
        return self.gross + self.employer_onss


class PayLine(TenantModel):
    """One line that explains a pay item or an exit holiday: base, rate, the date and the source of the rate.

    `amount` is the item's own part, `month_amount` that of the cumulated month. Employer lines name the
    account.
    """

    append_only = True

    item = TenantForeignKey(PayItem, related_name="lines", null=True, db_index=False)
    holiday = TenantForeignKey(HolidayBlock, related_name="lines", null=True, db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    base = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    amount = MoneyField()
    month_amount = MoneyField(default=ZERO)
    account = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=300)
    valid_from = models.DateField(null=True)
    status = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=Q(item__isnull=True) ^ Q(holiday__isnull=True), name="payroll_payline_one_owner"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "item", "position"], name="payroll_line_item"),
            models.Index(fields=["tenant", "holiday", "position"], name="payroll_line_holiday"),
        )

    def __str__(self) -> str:
        return self.label


class PayrollRun(TenantModel):
    """The monthly operation of a cooperative: exit holidays, payslips, wage batches. One per month.

    Settlement has posted and queued the pay before; a run never does so again. `totals` is frozen at
    computation; `started_by` may not approve.
    """

    month = models.DateField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.COMPUTING)
    on = models.DateField(verbose_name=_("day of the run in the cooperative's clock"))
    started_by = TenantForeignKey("members.Person", null=True, db_index=False)
    started_by_user = models.BigIntegerField(null=True)
    started_by_label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    approved_by = TenantForeignKey("members.Person", null=True, db_index=False)
    approved_by_label = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    totals = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "month"], name="payroll_run_once"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class RunShard(TenantModel):
    """A part of a run that one task does in less than a minute: a list of workers. Leased; fenced by
    `attempt`. `lease_until`: at work, how long nobody else takes it; waiting, not before then.
    """

    run = TenantForeignKey(PayrollRun, related_name="shards", db_index=False)
    phase = models.CharField(max_length=8, choices=ShardPhase.choices)
    number = models.PositiveSmallIntegerField()
    people = models.JSONField(default=list, verbose_name=_("ids of the workers"))
    state = models.CharField(max_length=8, choices=ShardState.choices, default=ShardState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "run", "phase", "number"], name="payroll_shard_once"),
        )
        indexes = (
            models.Index(fields=["tenant", "-id"], condition=Q(state="failed"), name="payroll_shard_dead"),
        )

    def __str__(self) -> str:
        return f"{self.phase} {self.number}"


class RunLine(TenantModel):
    """One worker in one entity in a run: what the payslip will hold, and the difference to
    the month before.
    """

    run = TenantForeignKey(PayrollRun, related_name="lines", db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    items = models.PositiveSmallIntegerField(default=0)
    gross = MoneyField(default=ZERO)
    net = MoneyField(default=ZERO)
    net_before = MoneyField(default=ZERO)
    holiday_gross = MoneyField(default=ZERO)
    holiday_net = MoneyField(default=ZERO)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "run", "person", "entity"], name="payroll_runline_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.net}"


class PayException(TenantModel):
    """Something about one worker's pay that stopped or needs a person's eye. Nobody else is held up by it.

    One open row per subject and code: met again it is the same row. `resolved_at`: the cause is gone.
    `reviewed_*`: a person looked and said what follows.
    """

    contract_month = TenantForeignKey(ContractMonth, null=True, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    month = models.DateField()
    code = models.CharField(max_length=60)
    detail = models.CharField(max_length=300)
    first_seen = models.DateField()
    last_seen = models.DateField()
    resolved_at = models.DateTimeField(null=True)
    reviewed_by = TenantForeignKey("members.Person", null=True, db_index=False)
    reviewed_by_label = models.CharField(max_length=120, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "person", "entity", "month", "code", "contract_month"],
                condition=Q(resolved_at__isnull=True),
                name="payroll_exception_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "month"],
                condition=Q(resolved_at__isnull=True),
                name="payroll_exception_open",
            ),
        )

    def __str__(self) -> str:
        return self.code


class Payslip(TenantModel):
    """The document of one worker, entity and month. Made once; numbered without gaps per entity and year.

    `content` is everything that it shows, as issued: page and PDF read nothing else.
    """

    append_only = True

    run = TenantForeignKey(PayrollRun, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    month = models.DateField()
    number = models.CharField(max_length=20)
    issued_on = models.DateField()
    gross = MoneyField()
    net = MoneyField()
    content = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "person", "entity", "month"], name="payroll_payslip_once"
            ),
            models.UniqueConstraint(fields=["tenant", "entity", "number"], name="payroll_payslip_number"),
        )
        indexes = (models.Index(fields=["tenant", "month"], name="payroll_payslip_month"),)

    def __str__(self) -> str:
        return self.number


class PayslipPart(TenantModel):
    """A pay item or an exit holiday stands on exactly one payslip."""

    append_only = True

    payslip = TenantForeignKey(Payslip, related_name="parts", db_index=False)
    item = TenantOneToOneField(PayItem, null=True)
    holiday = TenantOneToOneField(HolidayBlock, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(item__isnull=True) ^ Q(holiday__isnull=True), name="payroll_payslippart_one"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
