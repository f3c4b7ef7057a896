"""Reads of worker files."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from core.locks import for_update
from core.money import ZERO, r
from core.tenancy import current_cooperative
from ledger.models import LegalEntity
from members.models import Person
from members.selectors import person_by_id, visible_people
from payroll.engine.statutory import countries, figures_of
from payroll.enums import COUNTED_STATES, ContractType
from payroll.models import ContractMonth, EmploymentContract, HolidayBlock, PayItem
from payroll.workers.enums import AccidentKind, AttestationState
from payroll.workers.errors import WorkerThingNotFound
from payroll.workers.models import (
    Attestation,
    ElsewhereHours,
    HolidayCertificate,
    InsuranceCover,
    WorkAccident,
)
from payroll.workers.roles import KEEPERS, READERS

SOON = timedelta(days=45)
"""An attestation that ends within so many days is worth a word."""

TF_HOURS, TG_HOURS = 1_000_000, 1_000
"""Hours in which the frequency and the severity rates count."""


def file_for(reader: Person | None, roles: frozenset[str], person_id: UUID) -> Person:
    """The person whose file the reader may open: their own, those of the portfolio, anybody's for payroll.

    Raises `WorkerThingNotFound`.
    """
    if reader is not None and reader.pk == person_id:
        return reader
    if not roles & READERS:
        raise WorkerThingNotFound
    if roles & KEEPERS:
        known = Person.objects.filter(pk=person_id).exists()
    else:
        known = reader is not None and visible_people(reader, roles).filter(pk=person_id).exists()
    if not known:
        raise WorkerThingNotFound
    return person_by_id(person_id)


def _whose(reader: Person | None, roles: frozenset[str]) -> Q:
    """Rows about people whose file the reader may open."""
    if roles & KEEPERS:
        return Q()
    if reader is None:
        return Q(pk__in=())
    if roles & READERS:
        return Q(person__in=visible_people(reader, roles).order_by().values("pk")) | Q(person=reader)
    return Q(person=reader)


def attestations(reader: Person | None, roles: frozenset[str]) -> QuerySet[Attestation]:
    """Attestations that the reader may see, newest first."""
    rows = Attestation.objects.filter(_whose(reader, roles))
    return rows.select_related("person", "file").order_by("-id")


def attestation_for(reader: Person | None, roles: frozenset[str], pk: UUID) -> Attestation:
    """One of them. Raises `WorkerThingNotFound`."""
    row = attestations(reader, roles).filter(pk=pk).first()
    if row is None:
        raise WorkerThingNotFound
    return row


def attestation_for_update(pk: UUID) -> Attestation:
    """The attestation, locked. Raises `WorkerThingNotFound`."""
    row = for_update(Attestation.objects.filter(pk=pk)).first()
    if row is None:
        raise WorkerThingNotFound
    return row


def holds(person: Person, kind: str, on: date) -> bool:
    """Whether a person holds a checked attestation of a kind on a day."""
    rows = Attestation.objects.filter(
        person=person, kind=kind, state=AttestationState.CHECKED, valid_from__lte=on
    )
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).exists()


def ending(people: Collection[UUID], on: date) -> QuerySet[Attestation]:
    """Checked attestations that end soon and that no later one of the same kind follows."""
    rows = Attestation.objects.filter(
        person_id__in=people, state=AttestationState.CHECKED, valid_to__range=(on, on + SOON)
    )
    latest = (
        Attestation.objects.filter(person_id__in=people, state=AttestationState.CHECKED)
        .order_by()
        .values("person_id", "kind")
        .annotate(until=Max("valid_to"), open=Count("id", filter=Q(valid_to=None)))
    )
    followed = {(row["person_id"], row["kind"]): None if row["open"] else row["until"] for row in latest}
    keys = [row.pk for row in rows if followed[(row.person_id, row.kind)] == row.valid_to]
    return Attestation.objects.filter(pk__in=keys).select_related("person").order_by("valid_to", "pk")


# --- students -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StudentYear:
    """Hours of a calendar year: of the quota, with us, elsewhere, and what is left of it."""

    year: int
    quota: Decimal
    here: Decimal
    elsewhere: Decimal

    @property
    def left(self) -> Decimal:
        """Below zero when the quota is broken."""
        return self.quota - self.here - self.elsewhere


def hours_elsewhere(person_id: UUID, year: int) -> Decimal:
    """Hours of the year with other employers, as noted last."""
    row = ElsewhereHours.objects.filter(person_id=person_id, year=year).order_by("-id").first()
    return row.hours if row else ZERO


def looked_up_on(person_id: UUID, year: int) -> date | None:
    """The day on which they were noted last."""
    rows = ElsewhereHours.objects.filter(person_id=person_id, year=year).order_by("-id")
    return rows.values_list("noted_on", flat=True).first()


def student_year(person: Person, year: int) -> StudentYear | None:
    """The student hours of a year; None where no figures give a quota."""
    country = current_cooperative().country.lower()
    figure = (
        figures_of(country).find("onss.student_hours_per_year", date(year, 1, 1))
        if country in countries()
        else None
    )
    if figure is None:
        return None
    here = (
        ContractMonth.objects.filter(
            contract__person=person,
            contract__contract_type=ContractType.STUDENT,
            contract__state__in=COUNTED_STATES,
            month__year=year,
        )
        .exclude(worker_type=ContractType.EMPLOYEE)
        .aggregate(total=Sum("hours"))["total"]
    )
    return StudentYear(year, figure.number, here or ZERO, hours_elsewhere(person.pk, year))


def was_student(person: Person) -> bool:
    """Whether student hours concern the person."""
    contracts = EmploymentContract.objects.filter(person=person, contract_type=ContractType.STUDENT)
    return contracts.exists() or ElsewhereHours.objects.filter(person=person).exists()


# --- accidents ----------------------------------------------------------------------------------------------


def accidents(reader: Person | None, roles: frozenset[str]) -> QuerySet[WorkAccident]:
    """Accidents that the reader may see: one's own, all of them for payroll; never an adviser's portfolio."""
    rows = WorkAccident.objects.select_related("person", "entity", "contract")
    if not roles & KEEPERS:
        rows = rows.filter(person=reader) if reader is not None else rows.none()
    return rows.order_by("-happened_on", "-id")


def accident_for(reader: Person | None, roles: frozenset[str], pk: UUID) -> WorkAccident:
    """One of them. Raises `WorkerThingNotFound`."""
    row = accidents(reader, roles).filter(pk=pk).first()
    if row is None:
        raise WorkerThingNotFound
    return row


def accident_for_update(pk: UUID) -> WorkAccident:
    """The accident, locked. Raises `WorkerThingNotFound`."""
    row = for_update(WorkAccident.objects.filter(pk=pk)).first()
    if row is None:
        raise WorkerThingNotFound
    return row


def contract_on(person: Person, day: date) -> EmploymentContract | None:
    """The contract under which a person works on a day."""
    rows = EmploymentContract.objects.filter(
        person=person, state__in=COUNTED_STATES, starts_on__lte=day, ends_on__gte=day
    )
    return rows.order_by("starts_on", "pk").first()


@dataclass(frozen=True, slots=True)
class AccidentRates:
    """Accidents at work of an entity in a year. `frequency`: accidents with lost days × 1,000,000 / hours;
    `severity`: calendar days lost × 1,000 / hours; None while nobody worked.
    """

    entity: LegalEntity
    year: int
    hours: Decimal
    accidents: int
    with_days_lost: int
    days_lost: int

    @property
    def frequency(self) -> Decimal | None:
        """Tf, two decimals."""
        return r(Decimal(self.with_days_lost) * TF_HOURS / self.hours) if self.hours else None

    @property
    def severity(self) -> Decimal | None:
        """Tg, two decimals."""
        return r(Decimal(self.days_lost) * TG_HOURS / self.hours) if self.hours else None


def accident_rates(year: int) -> list[AccidentRates]:
    """The rates of each entity in which somebody worked or had an accident that year."""
    hours = dict(
        PayItem.objects.filter(month__year=year)
        .order_by()
        .values_list("entity_id")
        .annotate(total=Sum("hours"))
    )
    counted: dict[UUID, list[int]] = {}
    rows = WorkAccident.objects.filter(kind=AccidentKind.AT_WORK, happened_on__year=year)
    for entity_id, days in rows.values_list("entity_id", "days_lost"):
        counted.setdefault(entity_id, []).append(days)
    entities = LegalEntity.objects.filter(pk__in={*hours, *counted}).order_by("code")
    return [
        AccidentRates(
            entity,
            year,
            hours.get(entity.pk) or ZERO,
            len(counted.get(entity.pk, ())),
            sum(1 for days in counted.get(entity.pk, ()) if days),
            sum(counted.get(entity.pk, ())),
        )
        for entity in entities
    ]


# --- insurance ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Covered:
    """An insurance that covers a person on a day: while at work (`until` None), or still until a day."""

    cover: InsuranceCover
    until: date | None


def covers(on: date | None = None) -> QuerySet[InsuranceCover]:
    """The insurances of the house; those in force on a day."""
    rows = InsuranceCover.objects.all()
    if on is not None:
        rows = rows.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))
    return rows.order_by("kind", "-valid_from", "-id")


def policy_number(kind: str, first: date, last: date) -> str:
    """The number of a policy of a kind that is in force from the first to the last day, nothing if none."""
    rows = covers(first).filter(kind=kind).filter(Q(valid_to=None) | Q(valid_to__gte=last))
    return next(iter(rows.values_list("policy_number", flat=True)), "")


def covers_of(person: Person, on: date) -> list[Covered]:
    """What covers a person on a day: each insurance while they work, some for months after their last day."""
    if contract_on(person, on) is not None:
        return [Covered(cover, None) for cover in covers(on)]
    last = EmploymentContract.objects.filter(
        person=person, state__in=COUNTED_STATES, ends_on__lt=on
    ).aggregate(last=Max("ends_on"))["last"]
    if last is None:
        return []
    found = ((cover, months_after(last, cover.months_after)) for cover in covers(on) if cover.months_after)
    return [Covered(cover, until) for cover, until in found if on <= until]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- holiday certificates -----------------------------------------------------------------------------------


def certificates(reader: Person | None, roles: frozenset[str]) -> QuerySet[HolidayCertificate]:
    """Certificates that the reader may see, newest first."""
    rows = HolidayCertificate.objects.select_related("person", "entity")
    if not roles & KEEPERS:
        rows = rows.filter(person=reader) if reader is not None else rows.none()
    return rows.order_by("-id")


def certificate_for(reader: Person | None, roles: frozenset[str], pk: UUID) -> HolidayCertificate:
    """One of them. Raises `WorkerThingNotFound`."""
    row = certificates(reader, roles).filter(pk=pk).first()
    if row is None:
        raise WorkerThingNotFound
    return row


def uncertified() -> QuerySet[HolidayBlock]:
    """Exit holidays without their certificate, oldest first."""
    done = HolidayCertificate.objects.order_by().values("block_id")
    return HolidayBlock.objects.exclude(pk__in=done).select_related("person", "entity").order_by("id")
