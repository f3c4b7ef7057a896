"""What work earned: pay items, holiday pay, and the lines that say where each amount comes from."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from payroll.enums import (
    LineKind,
)
from payroll.models.contracts import ContractMonth, EmploymentContract


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
