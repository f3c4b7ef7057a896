"""Days on which somebody under an open-ended contract does not work."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import StoredFile, TenantModel
from payroll.cdi.enums import AbsenceKind, AbsenceState, HalfDay
from payroll.enums import UnemploymentReason


class Absence(TenantModel):
    """An absence from a first to a last day, or of half a day. What it does to pay follows from its kind and
    the dated rules; only an approved one counts. `cause`: why there was no work, for temporary unemployment.
    `file`: the certificate.
    """

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="absences", db_index=False)
    kind = models.CharField(max_length=24, choices=AbsenceKind.choices)
    state = models.CharField(max_length=10, choices=AbsenceState.choices, default=AbsenceState.ASKED)
    first_day = models.DateField()
    last_day = models.DateField()
    half = models.CharField(max_length=10, choices=HalfDay.choices, blank=True, default="")
    cause = models.CharField(
        max_length=16, choices=UnemploymentReason.choices, blank=True, default="", db_default=""
    )
    note = models.CharField(max_length=200, blank=True)
    file = TenantForeignKey(StoredFile, null=True)
    asked_by_person = models.UUIDField(null=True)
    asked_by_label = models.CharField(max_length=120)
    decided_by_person = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="cdi_absence_days"),
            models.CheckConstraint(
                condition=Q(half="") | Q(last_day=F("first_day")), name="cdi_absence_half"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "contract", "first_day"], name="cdi_absence_contract"),
            models.Index(fields=["tenant", "id"], condition=Q(state="asked"), name="cdi_absence_asked"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.first_day:%Y-%m-%d}"


class HolidayRight(TenantModel):
    """Days of holiday of a year beside those of the contract: earned with another employer, agreed, taken
    elsewhere (below zero).
    """

    append_only = True

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="holiday_rights", db_index=False)
    year = models.PositiveSmallIntegerField()
    days = models.DecimalField(max_digits=4, decimal_places=1)
    reason = models.CharField(max_length=200)
    given_by_label = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["tenant", "contract", "year"], name="cdi_holidayright_year"),)

    def __str__(self) -> str:
        return f"{self.year} {self.days}"
