"""Rows of worker files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.fields import TenantForeignKey, TenantOneToOneField
from core.models import StoredFile, TenantModel
from ledger.models import LegalEntity
from members.models import Person
from payroll.models import EmploymentContract, HolidayBlock
from payroll.workers.enums import (
    AccidentKind,
    AccidentState,
    ArtsLevel,
    AttestationKind,
    AttestationState,
    CoverKind,
)

DECLARE_WITHIN = timedelta(days=8)
"""An accident is declared to the insurer within eight days after it (law of 10 April 1971, art. 62)."""


class Attestation(TenantModel):
    """A paper that says something of a worker between two days (no `valid_to`: without an end).

    It counts once checked by somebody else. A renewed one is another row: what was checked never changes.
    """

    person = TenantForeignKey(Person, related_name="attestations", db_index=False)
    kind = models.CharField(max_length=24, choices=AttestationKind.choices)
    level = models.CharField(max_length=10, choices=ArtsLevel.choices, blank=True, default="")
    number = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    file = TenantForeignKey(StoredFile, null=True)
    state = models.CharField(
        max_length=10, choices=AttestationState.choices, default=AttestationState.HANDED_IN
    )
    handed_in_by_label = models.CharField(max_length=120)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-valid_from", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="workers_attestation_days",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "person", "-valid_from"], name="workers_attestation_person"),
            models.Index(
                fields=["tenant", "id"], condition=Q(state="handed_in"), name="workers_attestation_queue"
            ),
            models.Index(
                fields=["tenant", "valid_to"], condition=Q(state="checked"), name="workers_attestation_ends"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"

    def holds_on(self, day: date) -> bool:
        """Whether it counts on a day."""
        begun = self.state == AttestationState.CHECKED and self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


class ElsewhereHours(TenantModel):
    """Student hours of a calendar year with other employers, as the worker's own account at the social
    security office shows them. Never changed: the row entered last counts.
    """

    append_only = True

    person = TenantForeignKey(Person, db_index=False)
    year = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    noted_on = models.DateField()
    noted_by_label = models.CharField(max_length=120)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(hours__gte=0), name="workers_elsewhere_hours"),)
        indexes = (models.Index(fields=["tenant", "person", "year", "-id"], name="workers_elsewhere_person"),)

    def __str__(self) -> str:
        return f"{self.year} {self.hours}"


class WorkAccident(TenantModel):
    """An accident of a worker. `days_lost`: calendar days without work, the day itself left out."""

    person = TenantForeignKey(Person, db_index=False)
    contract = TenantForeignKey(EmploymentContract, null=True, db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    kind = models.CharField(max_length=12, choices=AccidentKind.choices)
    state = models.CharField(max_length=10, choices=AccidentState.choices, default=AccidentState.REPORTED)
    happened_on = models.DateField()
    happened_at = models.TimeField(null=True)
    place = models.CharField(max_length=120)
    text = models.CharField(max_length=1000)
    days_lost = models.PositiveSmallIntegerField(default=0)
    file = TenantForeignKey(StoredFile, null=True)
    reported_on = models.DateField()
    reported_by_label = models.CharField(max_length=120)
    declared_on = models.DateField(null=True)
    insurer_reference = models.CharField(max_length=40, blank=True)
    closed_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-happened_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="reported") | Q(declared_on__isnull=False), name="workers_accident_declared"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "person", "-happened_on"], name="workers_accident_person"),
            models.Index(fields=["tenant", "-happened_on", "-id"], name="workers_accident_newest"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_on}"

    @property
    def declare_until(self) -> date:
        """Last day on which the insurer must hear of it."""
        return self.happened_on + DECLARE_WITHIN

    @property
    def is_waiting(self) -> bool:
        """Whether the insurer must still hear of it."""
        return self.state == AccidentState.REPORTED

    def state_on(self, today: date) -> tuple[str, Any]:
        """The state and its word, which says so when the insurer should have heard of it before."""
        if self.is_waiting and self.declare_until < today:
            return "danger", _("to be declared, late")
        return self.state, AccidentState(self.state).label


class InsuranceCover(TenantModel):
    """An insurance of the house for its workers. `months_after`: how long it covers somebody after the end of
    their last contract; 0: while they work only.
    """

    kind = models.CharField(max_length=20, choices=CoverKind.choices)
    insurer = models.CharField(max_length=120)
    policy_number = models.CharField(max_length=40)
    text = models.CharField(max_length=300, blank=True)
    months_after = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("kind", "-valid_from", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="workers_cover_days",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.policy_number}"


class HolidayCertificate(TenantModel):
    """What a worker shows their next employer about holiday pay received at the end of their work: once per
    exit holiday, everything that it says kept as issued.
    """

    append_only = True

    person = TenantForeignKey(Person, db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    block = TenantOneToOneField(HolidayBlock)
    year = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    content = models.JSONField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["tenant", "person", "-id"], name="workers_certificate_person"),)

    def __str__(self) -> str:
        return f"{self.year} {self.block_id}"
