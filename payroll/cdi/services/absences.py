"""Absences: asked, decided, cancelled; what they do to the months that are not paid.

Locks: worker file, contract, absence, budget.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from core import audit
from core.calendar import first_of_month, next_month
from core.clock import ZONE
from core.locks import for_update
from core.models import StoredFile
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from payroll.cdi import errors, selectors, worktime
from payroll.cdi.enums import AbsenceKind, AbsenceState
from payroll.cdi.models import Absence, HolidayRight
from payroll.cdi.services.salaries import figure_month, plan_salary_month
from payroll.engine.statutory import figures_of
from payroll.enums import OPEN_STATES, ContractState, CorrectionOrigin, UnemploymentReason
from payroll.errors import ContractNotOpen
from payroll.models import ContractMonth, EmploymentContract
from payroll.services.contracts import correct_month, locked_contract, take_back

MOST_DAYS = timedelta(days=366)

REPLACED = "Remplacée : les absences du mois ont changé"
"""Why a correction that waits is taken back: another one says what all absences of the month do."""


@transaction.atomic
def ask_absence(
    *,
    contract_id: UUID,
    kind: str,
    first_day: date,
    last_day: date,
    actor: Actor,
    half: str = "",
    cause: str = "",
    note: str = "",
    file: StoredFile | None = None,
) -> Absence:
    """Ask for an absence, or report one. It counts once it is approved. Temporary unemployment takes whole
    days and says its `cause` (`UnemploymentReason`).

    Raises, with nothing changed: `NotOpenEnded`, `ContractNotOpen`, `AbsenceDays`, `WholeDaysOnly`,
    `CauseMissing`, `NoWorkingDay`, `AbsenceOverlap`, `HolidayUsedUp`.
    """
    contract = _open(contract_id)
    inside = contract.starts_on <= first_day <= last_day <= contract.ends_on
    if not inside or last_day - first_day > MOST_DAYS or (half and first_day != last_day):
        raise errors.AbsenceDays
    unemployed = kind == AbsenceKind.TEMPORARY_UNEMPLOYMENT
    if unemployed and half:
        raise errors.WholeDaysOnly
    if unemployed and cause not in UnemploymentReason:
        raise errors.CauseMissing
    wanted = Absence(
        contract=contract,
        kind=AbsenceKind(kind),
        first_day=first_day,
        last_day=last_day,
        half=half,
        cause=cause if unemployed else "",
        note=note[:200],
        file=file,
        asked_by_person=actor.person_id,
        asked_by_label=actor.label[:120],
    )
    pattern = selectors.terms_on(contract, first_day).pattern
    if not worktime.hours_between(first_day, last_day, pattern):
        raise errors.NoWorkingDay
    _check_overlap(wanted)
    if wanted.kind == AbsenceKind.PAID_HOLIDAY:
        _check_holiday(contract, wanted)
    wanted.save(force_insert=True)
    audit.record(actor, "cdi.absence_asked", wanted, kind=wanted.kind)
    publish("absence.asked", wanted, contract_id=str(contract.pk))
    return wanted


@transaction.atomic
def add_certificate(*, absence_id: UUID, file: StoredFile, actor: Actor) -> Absence:
    """Put the certificate with an absence that waits. Raises `AbsenceNotAsked`."""
    absence, _ = _held(absence_id)
    if absence.state != AbsenceState.ASKED:
        raise errors.AbsenceNotAsked(state=AbsenceState(absence.state).label)
    absence.file = file
    absence.save(update_fields=["file"])
    audit.record(actor, "cdi.certificate_added", absence)
    return absence


@transaction.atomic
def decide_absence(*, absence_id: UUID, approve: bool, on: date, actor: Actor, answer: str = "") -> Absence:
    """Approve or refuse an absence; approved, the months that are not paid are figured anew, paid ones are
    corrected.

    Raises, with nothing changed: `AbsenceNotAsked` (also on a repeat), `OwnMatter`, `CertificateMissing`,
    `ContractNotOpen`, and what a correction raises.
    """
    absence, contract = _held(absence_id)
    if absence.state != AbsenceState.ASKED:
        raise errors.AbsenceNotAsked(state=AbsenceState(absence.state).label)
    if actor.person_id == contract.person_id:
        raise errors.OwnMatter
    needs_file = absence.kind == AbsenceKind.SICKNESS and absence.last_day > absence.first_day
    if approve and needs_file and absence.file_id is None:
        raise errors.CertificateMissing
    absence.state = AbsenceState.APPROVED if approve else AbsenceState.REFUSED
    absence.decided_by_person, absence.decided_by_label = actor.person_id, actor.label[:120]
    absence.decided_on, absence.answer = on, answer[:200]
    absence.save()
    if approve:
        _figure_anew(contract, absence, on, actor)
        tell_unemployment(contract, absence)
    audit.record(actor, f"cdi.absence_{absence.state}", absence, kind=absence.kind)
    publish("absence.decided", absence, person_id=str(contract.person_id), contract_id=str(contract.pk))
    return absence


@transaction.atomic
def cancel_absence(*, absence_id: UUID, on: date, actor: Actor) -> Absence:
    """Take an absence back: the months that are not paid are figured anew, paid ones corrected. Raises
    `AbsenceNotAsked` (also on a repeat), `OwnMatter` (one's own absence that was approved and has begun), and
    what a correction raises.
    """
    absence, contract = _held(absence_id)
    if absence.state not in selectors.STANDING:
        raise errors.AbsenceNotAsked(state=AbsenceState(absence.state).label)
    counted = absence.state == AbsenceState.APPROVED
    if counted and absence.first_day <= on and actor.person_id == contract.person_id:
        raise errors.OwnMatter
    absence.state = AbsenceState.CANCELLED
    absence.save(update_fields=["state"])
    if counted:
        _figure_anew(contract, absence, on, actor)
        tell_unemployment(contract, absence)
    audit.record(actor, "cdi.absence_cancelled", absence, kind=absence.kind)
    return absence


@transaction.atomic
def grant_holiday(*, contract_id: UUID, year: int, days: Decimal, reason: str, actor: Actor) -> HolidayRight:
    """Add days to the holiday of a year (below zero: take some): earned or taken with another employer.

    Raises `NotOpenEnded`, `OwnMatter`.
    """
    contract = _open(contract_id)
    if actor.person_id == contract.person_id:
        raise errors.OwnMatter
    row = HolidayRight.objects.create(
        contract=contract, year=year, days=days, reason=reason[:200], given_by_label=actor.label[:120]
    )
    audit.record(actor, "cdi.holiday_granted", row, days=str(days))
    return row


def tell_unemployment(contract: EmploymentContract, absence: Absence) -> None:
    """Say which days of an absence count as temporary unemployment now: the solidarity fund tops them up."""
    if absence.kind != AbsenceKind.TEMPORARY_UNEMPLOYMENT:
        return
    last = min(absence.last_day, contract.ends_on)
    days = []
    if absence.state == AbsenceState.APPROVED and absence.first_day <= last:
        parts = selectors.work_days(contract, absence.first_day, last)
        days = [[part.day.isoformat(), str(part.hours)] for part in parts if part.kind == absence.kind]
    cause = absence.cause or UnemploymentReason.ECONOMIC.value
    publish("absence.unemployed", absence, contract_id=str(contract.pk), cause=cause, days=days)


def _open(contract_id: UUID) -> EmploymentContract:
    contract = locked_contract(contract_id)
    if not selectors.contracts().filter(pk=contract_id).exists():
        raise errors.NotOpenEnded
    if contract.state not in OPEN_STATES:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    return contract


def _held(absence_id: UUID) -> tuple[Absence, EmploymentContract]:
    contract_id = Absence.objects.filter(pk=absence_id).values_list("contract_id", flat=True).first()
    if contract_id is None:
        raise errors.OpenEndedNotFound
    contract = locked_contract(contract_id)
    return for_update(Absence.objects.filter(pk=absence_id)).get(), contract


def _check_overlap(wanted: Absence) -> None:
    others = Absence.objects.filter(
        contract_id=wanted.contract_id,
        state__in=selectors.STANDING,
        first_day__lte=wanted.last_day,
        last_day__gte=wanted.first_day,
    )
    for other in others:
        if not wanted.half or not other.half or wanted.half == other.half:
            raise errors.AbsenceOverlap(day=f"{max(other.first_day, wanted.first_day):%d/%m/%Y}")


def _check_holiday(contract: EmploymentContract, wanted: Absence) -> None:
    for year in range(wanted.first_day.year, wanted.last_day.year + 1):
        balance = selectors.holiday_balance(contract, year)
        days = selectors.holiday_days(contract, wanted, year)
        if days > balance.left:
            raise errors.HolidayUsedUp(left=balance.left, year=year, days=days)


def _figure_anew(contract: EmploymentContract, absence: Absence, on: date, actor: Actor) -> None:
    """Months from the absence on (a relapse reaches further): what is planned is written anew, what is paid
    is corrected by one more part of that month.
    """
    figures = figures_of(current_cooperative().country.lower())
    reach = worktime.rules_on(figures, absence.first_day)[absence.kind].relapse_days
    last = absence.last_day + timedelta(days=31 if reach else 0)
    month = first_of_month(absence.first_day)
    while month <= last:
        parts = ContractMonth.objects.filter(contract=contract, month=month)
        planned = parts.filter(number=0).first()
        if planned is not None and planned.settled:
            _take_back_pending(contract, month, on, actor)
            held = parts.aggregate(hours=Sum("hours"), gross=Sum("gross"))
            plan = figure_month(contract, month).plan
            if plan.gross != held["gross"]:
                correct_month(
                    contract_month_id=planned.pk,
                    hours=plan.hours - held["hours"],
                    gross=plan.gross - held["gross"],
                    reason=str(AbsenceKind(absence.kind).label),
                    actor=actor,
                    origin=CorrectionOrigin.ABSENCE,
                )
        elif contract.state in OPEN_STATES and month <= next_month(on):
            plan_salary_month(contract_id=contract.pk, month=month, on=on, actor=actor)
        month = next_month(month)


def _take_back_pending(contract: EmploymentContract, month: date, on: date, actor: Actor) -> None:
    """What absences corrected of a month and nothing settled yet: the month is compared anew without it."""
    rows = ContractMonth.objects.filter(
        contract=contract, month=month, settled=False, origin=CorrectionOrigin.ABSENCE
    )
    for part in for_update(rows):
        at = datetime.combine(on, time.min, tzinfo=ZONE)
        take_back(contract, part, REPLACED, at, actor)
