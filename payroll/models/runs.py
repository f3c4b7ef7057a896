"""The monthly run: its shards, its lines, what could not be paid, and the payslips it leaves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from payroll.enums import (
    RunState,
    ShardPhase,
    ShardState,
)
from payroll.models.contracts import ContractMonth
from payroll.models.pay import HolidayBlock, PayItem


class PayrollRun(TenantModel):
    """The monthly operation of a legal entity: exit holidays, quarters, payslips, a wage batch.

    One per entity and month. Without an entity (runs of the first releases) it is that of all of them, and
    no other one of the month stands beside it. Settlement has posted and queued the pay before; a run never
    does so again. `totals` is frozen at computation; `started_by` may not approve. `paused_at`: a person
    stopped it; no shard is taken until it goes on.
    """

    entity = TenantForeignKey(LegalEntity, null=True, db_index=False)
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
    paused_at = models.DateTimeField(null=True)
    paused_by_label = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "month", "entity"], name="payroll_run_of_entity", nulls_distinct=False
            ),
        )

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
    size = models.IntegerField(default=0, db_default=0, verbose_name=_("number of workers"))
    started_at = models.DateTimeField(null=True)
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

    `earlier_net` is that part of `net` that belongs to months before the run's: corrections and what came
    late. `regularisation` is what the quarter's special contribution adds to the net (below zero: takes).
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
    earlier_items = models.IntegerField(default=0, db_default=0)
    earlier_net = MoneyField(default=ZERO, db_default=ZERO)
    regularisation = MoneyField(default=ZERO, db_default=ZERO)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "run", "person", "entity"], name="payroll_runline_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.net}"


class QuarterContribution(TenantModel):
    """The special contribution of a quarter of one worker in one entity, settled: due less withheld.

    Made when the run of the quarter's last month closes; again in a later run when pay of that quarter came
    late. `amount` above zero is withheld from the worker, below zero given back. `lines` explain it as the
    engine wrote them. `withheld` counts the rows before it, so that the same quarter is never taken twice.
    """

    append_only = True

    run = TenantForeignKey(PayrollRun, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    quarter = models.DateField(verbose_name=_("first day of the quarter"))
    month = models.DateField(verbose_name=_("month of the run"))
    paid_on = models.DateField()
    family_status = models.CharField(max_length=24)
    base = MoneyField()
    due = MoneyField()
    withheld = MoneyField()
    amount = MoneyField()
    lines = models.JSONField(default=list)
    entry = TenantForeignKey("ledger.JournalEntry", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "person", "entity", "quarter", "run"], name="payroll_quarter_once"
            ),
        )
        indexes = (models.Index(fields=["tenant", "run"], name="payroll_quarter_run"),)

    def __str__(self) -> str:
        return f"{self.quarter:%Y-%m} {self.amount}"


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

    `content` is everything that it shows, as issued, but the lines of its pay items and exit holidays: these
    are rows that never change. Page and PDF read nothing else.
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


class PayslipExtra(TenantModel):
    """Other pay (`payroll.extras`) stands on exactly one payslip: which row of which room."""

    append_only = True

    payslip = TenantForeignKey(Payslip, related_name="extras", db_index=False)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "source_id", "source_type"], name="payroll_payslipextra_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_type} {self.source_id}"
