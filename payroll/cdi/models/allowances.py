"""What staff are paid beside the salary, and what their holiday pay takes from what was set aside for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from payroll.cdi.enums import DrawKind, StaffAllowance
from payroll.enums import LineKind


class Allowance(TenantModel):
    """An exceptional allowance of a contract, posted once per kind and year.

    `months`: months of service that it counts, of twelve. `net = gross − onss − withholding_tax`;
    `employer_onss` is on top of the gross. `from_holiday` comes from account 4560, `cost` from the Activity:
    `from_holiday + cost = gross + employer_onss`. `owed`: credits by account of class 45.
    """

    append_only = True

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="allowances", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    kind = models.CharField(max_length=16, choices=StaffAllowance.choices)
    year = models.PositiveSmallIntegerField()
    month = models.DateField()
    paid_on = models.DateField()
    months = models.DecimalField(max_digits=4, decimal_places=2)
    yearly_gross = MoneyField()
    gross = MoneyField()
    onss = MoneyField()
    taxable = MoneyField()
    withholding_tax = MoneyField()
    net = MoneyField()
    employer_onss = MoneyField(default=ZERO)
    from_holiday = MoneyField(default=ZERO)
    cost = MoneyField()
    owed = models.JSONField(default=dict)
    entry = TenantForeignKey("ledger.JournalEntry", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "kind", "year"], name="cdi_allowance_once"),
            models.CheckConstraint(
                condition=Q(net=models.F("gross") - models.F("onss") - models.F("withholding_tax")),
                name="cdi_allowance_net",
            ),
        )
        indexes = (models.Index(fields=["tenant", "person", "month"], name="cdi_allowance_person"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"


class AllowanceLine(TenantModel):
    """One line that explains an allowance: base, rate, the date and the source of the rate."""

    append_only = True

    allowance = TenantForeignKey(Allowance, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    base = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    amount = MoneyField()
    account = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=300)
    valid_from = models.DateField(null=True)
    status = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("position",)
        indexes = (models.Index(fields=["tenant", "allowance", "position"], name="cdi_line_allowance"),)

    def __str__(self) -> str:
        return self.label


class HolidayDraw(TenantModel):
    """Holiday money that left account 4560 before the end of the contract: for the double holiday pay, or
    given back to the Activity because the days were taken and paid as salary.
    """

    append_only = True

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="holiday_draws", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    kind = models.CharField(max_length=8, choices=DrawKind.choices)
    on = models.DateField()
    year = models.PositiveSmallIntegerField()
    days = models.DecimalField(max_digits=5, decimal_places=1, default=ZERO)
    simple = MoneyField(default=ZERO)
    double = MoneyField(default=ZERO)
    supplement = MoneyField(default=ZERO)
    employer_onss = MoneyField(default=ZERO)
    allowance = TenantOneToOneField(Allowance, null=True)
    entry = TenantForeignKey("ledger.JournalEntry", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "kind", "year"], name="cdi_draw_once"),
        )
        indexes = (models.Index(fields=["tenant", "person"], name="cdi_draw_person"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"
