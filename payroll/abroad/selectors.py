"""Reads of work abroad."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from activities.models import ActivityHolder
from core.locks import for_update
from core.tenancy import current_cooperative
from members.enums import Role
from members.models import Person
from payroll import selectors as payroll
from payroll.abroad.countries import country_of_place
from payroll.abroad.enums import (
    QUEUE_STATES,
    STANDING_STATES,
    MissionState,
    RequestState,
    StepKind,
    StepState,
)
from payroll.abroad.errors import AbroadNotFound, CertificateMissing
from payroll.abroad.models import A1Request, AbroadMission, MissionStep
from payroll.abroad.roles import CERTIFICATE_STAFF, STAFF
from payroll.enums import COUNTED_STATES, ContractState
from payroll.models import EmploymentContract

WARNING = "abroad_without_a1"
"""Code of the warning on a contract that is worked abroad without what the law asks for."""

LIVE = (ContractState.DRAFT, *COUNTED_STATES)
"""Contracts whose work takes place or took place."""

SOON = timedelta(days=7)
"""A step whose deadline is nearer than this is worth a word to the adviser."""


# --- missions -----------------------------------------------------------------------------------------------


def missions() -> QuerySet[AbroadMission]:
    """Missions with what every page shows of them."""
    rows = AbroadMission.objects.select_related("contract", "person", "entity")
    steps = MissionStep.objects.order_by("due_on", "id").select_related("file")
    return rows.prefetch_related("parts", Prefetch("steps", queryset=steps))


def visible_missions(person: Person | None, roles: frozenset[str]) -> QuerySet[AbroadMission]:
    """One's own and those of one's Activities; those of the portfolio for advisers; every one for staff who
    read all contracts. The latest start first.
    """
    seen = payroll.visible_contracts(person, roles & (STAFF | {Role.MEMBER}))
    return missions().filter(contract__in=seen.order_by().values("pk")).order_by("-starts_on", "-id")


def mission_for(person: Person | None, roles: frozenset[str], pk: UUID) -> AbroadMission:
    """A mission that the reader may see. Raises `AbroadNotFound`."""
    found = visible_missions(person, roles).filter(pk=pk).first()
    if found is None:
        raise AbroadNotFound
    return found


def mission_to_write(person: Person | None, roles: frozenset[str], pk: UUID) -> AbroadMission:
    """A mission that the person may change: their own, of an Activity of theirs, any for payroll. Raises
    `AbroadNotFound`.
    """
    found = missions().filter(pk=pk).first()
    if found is None or not may_write(person, roles, found.contract):
        raise AbroadNotFound
    return found


def may_write(person: Person | None, roles: frozenset[str], contract: EmploymentContract) -> bool:
    """Whether the person fills in the form of a contract."""
    if Role.PAYROLL_ADMIN in roles:
        return True
    if person is None:
        return False
    if contract.person_id == person.pk:
        return True
    return ActivityHolder.objects.filter(person=person, activity_id=contract.activity_id).exists()


def missions_of(contract: EmploymentContract) -> list[AbroadMission]:
    """The missions of a contract that were not called off, in order."""
    rows = missions().filter(contract=contract).exclude(state=MissionState.CANCELLED)
    return list(rows.order_by("starts_on", "id"))


def may_be_abroad(contract: EmploymentContract, on: date) -> bool:
    """Whether a form can be filled for the contract."""
    del on
    return contract.state in LIVE


# --- steps --------------------------------------------------------------------------------------------------


def steps(person: Person | None, roles: frozenset[str]) -> QuerySet[MissionStep]:
    """Steps that staff may see, the nearest deadline first; of missions called off, only what must be undone
    in the host country.
    """
    rows = MissionStep.objects.select_related("mission__contract", "mission__person", "file")
    seen = payroll.visible_contracts(person, roles & STAFF) if roles & STAFF else None
    if seen is None:
        return rows.none()
    rows = rows.filter(~Q(mission__state=MissionState.CANCELLED) | Q(kind=StepKind.WITHDRAWAL))
    return rows.filter(mission__contract__in=seen.order_by().values("pk")).order_by("due_on", "id")


def step_for(person: Person | None, roles: frozenset[str], pk: UUID) -> MissionStep:
    """A step of a mission that the reader may see. Raises `AbroadNotFound`."""
    rows = MissionStep.objects.select_related("mission__contract", "mission__person", "file")
    seen = payroll.visible_contracts(person, roles & (STAFF | {Role.MEMBER}))
    found = rows.filter(pk=pk, mission__contract__in=seen.order_by().values("pk")).first()
    if found is None:
        raise AbroadNotFound
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """The queue in figures: to do, of these with a passed deadline; at the office; refused or failed."""

    todo: int
    late: int
    at_office: int
    refused: int


def counts(person: Person | None, roles: frozenset[str], today: date) -> Counts:
    """The figures of the queue that the reader sees."""
    found = (
        steps(person, roles)
        .order_by()
        .aggregate(
            todo=Count("pk", filter=Q(state__in=QUEUE_STATES)),
            late=Count("pk", filter=Q(state__in=QUEUE_STATES, due_on__lt=today)),
            at_office=Count("pk", filter=Q(state=StepState.SENT)),
            refused=Count("pk", filter=Q(state__in=(StepState.REFUSED, StepState.FAILED))),
        )
    )
    return Counts(**found)


def pressing(people: Collection[UUID], on: date) -> QuerySet[MissionStep]:
    """Steps of people that a person must take within a week, or should have taken."""
    rows = MissionStep.objects.select_related("mission__contract").filter(
        mission__person_id__in=list(people), state__in=QUEUE_STATES, due_on__lte=on + SOON
    )
    rows = rows.filter(~Q(mission__state=MissionState.CANCELLED) | Q(kind=StepKind.WITHDRAWAL))
    return rows.order_by("due_on", "id")


# --- certificates -------------------------------------------------------------------------------------------


def certificate_step(person: Person | None, roles: frozenset[str], mission_id: UUID) -> MissionStep:
    """The step that holds the certificate of a mission: for its worker, and staff who read certificates.

    Raises `AbroadNotFound`, `CertificateMissing`.
    """
    rows = MissionStep.objects.select_related("mission__person", "file").filter(
        mission_id=mission_id, kind__in=(StepKind.A1, StepKind.CONVENTION)
    )
    if not roles & CERTIFICATE_STAFF:
        rows = rows.filter(mission__person=person) if person is not None else rows.none()
    found = rows.first()
    if found is None:
        raise AbroadNotFound
    if found.state != StepState.DONE or found.file is None:
        raise CertificateMissing
    return found


def waiting_for_statement(person: Person) -> QuerySet[AbroadMission]:
    """Forms that the worker has not confirmed."""
    rows = AbroadMission.objects.select_related("contract")
    return rows.filter(person=person, state=MissionState.DRAFT).order_by("starts_on", "id")


def certificates_to_fetch(person: Person, today: date) -> QuerySet[A1Request]:
    """Certificates that the worker has not opened yet, of missions that are not over."""
    rows = A1Request.objects.select_related("mission__contract")
    return rows.filter(
        mission__person=person, state=RequestState.GRANTED, fetched_at=None, mission__ends_on__gte=today
    ).order_by("mission__starts_on", "id")


def standing_request(mission: AbroadMission) -> A1Request | None:
    """The request on which the mission counts."""
    return A1Request.objects.filter(mission=mission, state__in=STANDING_STATES).first()


# --- warnings -----------------------------------------------------------------------------------------------


def contract_warnings(contract: EmploymentContract, on: date) -> Iterator[str]:
    """The code of the warning, when work abroad has no form, or no certificate once it begins."""
    if contract.state not in LIVE:
        return
    found = missions_of(contract)
    place = country_of_place(contract.place)
    named = place != "" and place != current_cooperative().country
    if named and place not in {mission.country for mission in found}:
        yield WARNING
        return
    for mission in found:
        proof = [step for step in mission.steps.all() if step.kind == StepKind.A1]
        if mission.starts_on <= on and any(step.state not in ("done", "not_needed") for step in proof):
            yield WARNING
            return


# --- locks --------------------------------------------------------------------------------------------------


def mission_for_update(pk: UUID) -> AbroadMission:
    """The mission, locked. Raises `AbroadNotFound`."""
    found = for_update(AbroadMission.objects.filter(pk=pk)).first()
    if found is None:
        raise AbroadNotFound
    return found


def step_for_update(pk: UUID) -> MissionStep:
    """The step after its mission, both locked. Raises `AbroadNotFound`."""
    mission_id = MissionStep.objects.filter(pk=pk).values_list("mission_id", flat=True).first()
    if mission_id is None:
        raise AbroadNotFound
    mission = mission_for_update(mission_id)
    found = for_update(MissionStep.objects.filter(pk=pk)).get()
    found.mission = mission
    return found
