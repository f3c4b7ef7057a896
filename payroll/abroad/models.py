"""Rows of work abroad: missions, their days, what must be done, requests for A1 certificates, history."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import StoredFile, TenantModel
from ledger.models import LegalEntity
from members.models import Person
from payroll.abroad.enums import (
    MOVING_STATES,
    STANDING_STATES,
    ActivityKind,
    MissionState,
    RequestState,
    StepKind,
    StepState,
)
from payroll.models import EmploymentContract


class AbroadMission(TenantModel):
    """The work of one contract in one country (ISO 3166 code), as the form at encoding says it.

    `starts_on` and `ends_on` are the first and the last of its days (`parts`). `multi_state`: the worker
    usually works in several states (`other_states`), so that article 13 of Regulation 883/2004 applies and
    not article 12. `declared_at`: the worker, or payroll with their paper, stated that all of it is true;
    a change asks for it again. `version` counts the changes.
    """

    contract = TenantForeignKey(EmploymentContract, db_index=False)
    person = TenantForeignKey(Person, db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    country = models.CharField(max_length=2)
    starts_on = models.DateField()
    ends_on = models.DateField()
    place = models.CharField(max_length=200)
    receiver_name = models.CharField(max_length=120)
    receiver_vat = models.CharField(max_length=20, blank=True)
    activity_kind = models.CharField(max_length=16, choices=ActivityKind.choices)
    transport = models.CharField(max_length=120, blank=True)
    lodging = models.CharField(max_length=200, blank=True)
    multi_state = models.BooleanField(default=False)
    other_states = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=MissionState.choices, default=MissionState.DRAFT)
    version = models.PositiveSmallIntegerField(default=0)
    declared_at = models.DateTimeField(null=True)
    declared_by_label = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("starts_on", "id")
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="abroad_mission_days"),
            models.UniqueConstraint(
                fields=["tenant", "contract", "country"],
                condition=~Q(state="cancelled"),
                name="abroad_mission_once",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "person", "starts_on"], name="abroad_mission_person"),
            models.Index(fields=["tenant", "contract"], name="abroad_mission_contract"),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.starts_on}"

    @property
    def article(self) -> int:
        """Article of Regulation 883/2004 under which the worker stays insured at home."""
        return 13 if self.multi_state else 12


class MissionPart(TenantModel):
    """Days abroad without a break, both ends included."""

    mission = TenantForeignKey(AbroadMission, related_name="parts", db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ("first_day",)
        constraints = (
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="abroad_part_days"),
            models.UniqueConstraint(fields=["tenant", "mission", "first_day"], name="abroad_part_once"),
        )

    def __str__(self) -> str:
        return f"{self.first_day} {self.last_day}"


class MissionStep(TenantModel):
    """Something that must be done for a mission until `due_on`, and what proves that it was.

    `rule` keeps why and where, as the dated table said when the form was written: `where`, `url`,
    `exemptions`, `source`, `status`. `to_check`: the table is not sure of it, a person looks. `number`,
    `file`, `note`, `done_by_label`, `done_on` are the evidence.
    """

    mission = TenantForeignKey(AbroadMission, related_name="steps", db_index=False)
    kind = models.CharField(max_length=14, choices=StepKind.choices)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.TO_DO)
    due_on = models.DateField()
    rule = models.JSONField(default=dict)
    to_check = models.BooleanField(default=False)
    number = models.CharField(max_length=60, blank=True)
    file = TenantForeignKey(StoredFile, null=True)
    note = models.CharField(max_length=300, blank=True)
    done_by_label = models.CharField(max_length=120, blank=True)
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "mission", "kind"], name="abroad_step_once"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "due_on", "id"],
                condition=Q(state__in=("todo", "refused", "failed")),
                name="abroad_step_queue",
            ),
            models.Index(fields=["tenant", "due_on", "id"], name="abroad_step_due"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    def is_late(self, day: date) -> bool:
        """Whether its deadline has passed while somebody should act."""
        return self.state in ("todo", "refused", "failed", "sent") and self.due_on < day


class A1Request(TenantModel):
    """A request to the social security office that the worker stays insured at home, and its answer.

    `reference` is our own: the same request sent twice is one. `asked` is what it says, without the national
    number. A refused or failed one stays as it is; trying again makes another row. `fetched_at`: when the
    worker first opened the certificate.
    """

    mission = TenantForeignKey(AbroadMission, related_name="requests", db_index=False)
    reference = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.DRAFT)
    asked = models.JSONField()
    ticket = models.CharField(max_length=60, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    file = TenantForeignKey(StoredFile, null=True)
    code = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    asked_on = models.DateField()
    asked_by_label = models.CharField(max_length=120)
    answered_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "reference"], name="abroad_request_reference"),
            models.UniqueConstraint(
                fields=["tenant", "mission"],
                condition=Q(state__in=tuple(str(state) for state in STANDING_STATES)),
                name="abroad_request_standing",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "next_attempt_at"],
                condition=Q(state__in=tuple(str(state) for state in MOVING_STATES)),
                name="abroad_request_due",
            ),
            models.Index(fields=["tenant", "mission", "id"], name="abroad_request_mission"),
        )

    def __str__(self) -> str:
        return self.reference

    def covers(self, first: date, last: date) -> bool:
        """Whether a granted certificate holds from the first to the last day."""
        if self.state != RequestState.GRANTED or self.valid_from is None or self.valid_to is None:
            return False
        return self.valid_from <= first and last <= self.valid_to


class MissionEvent(TenantModel):
    """What happened to a mission, in order."""

    append_only = True

    mission = TenantForeignKey(AbroadMission, related_name="events", db_index=False)
    what = models.CharField(max_length=30)
    text = models.CharField(max_length=300, blank=True)
    by_label = models.CharField(max_length=120)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["tenant", "mission", "-id"], name="abroad_event_mission"),)

    def __str__(self) -> str:
        return self.what
