"""Worker files: papers handed in and checked, a student's hours elsewhere, accidents, insurances,
holiday certificates.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from members.models import Person
from payroll.enums import COUNTED_STATES, ContractType
from payroll.models import OPEN_END, EmploymentContract
from payroll.workers import services
from payroll.workers.enums import AccidentKind, AccidentState, ArtsLevel, AttestationKind, CoverKind
from payroll.workers.models import Attestation, WorkAccident
from payroll.workers.selectors import contract_on, uncertified
from payroll.workers.services.certificates import BATCH
from smart.demo.cast import Member
from smart.demo.receipts import page_pdf
from smart.demo.stage import Stage

PAPERS_ON = 7
"""Working day on which members hand in their papers; somebody looks at them two days later."""
ARTISTS = 9
"""Members with an attestation of work in the arts, the others work without."""
ACCIDENT_BEFORE_END = 9
"""Working days before the end on which somebody is hurt."""
ELSEWHERE = Decimal("128.00")


def insure(stage: Stage) -> None:
    """On the first day: accidents at work, as the law asks, and accidents in private life, which cover
    members for a year after their last contract.
    """
    if stage.today != stage.script.first_day:
        return
    for kind, number, months_after, text in (
        (CoverKind.WORK_ACCIDENT, "AT-4.711.203", 0, "Accidents du travail et sur le chemin du travail"),
        (
            CoverKind.PRIVATE_ACCIDENT,
            "VP-0.286.914",
            12,
            "Tous les membres, jour et nuit, dans le monde entier",
        ),
    ):
        services.add_cover(
            kind=kind,
            insurer="Assurances Mutuelles Fictives",
            policy_number=number,
            valid_from=date(stage.today.year, 1, 1),
            months_after=months_after,
            text=text,
            actor=stage.staff("payroll_admin"),
        )


def hand_in_papers(stage: Stage) -> None:
    """Artists and students hand in what attests it; two working days later it is checked, one is refused."""
    if stage.index == PAPERS_ON:
        for place, member in enumerate(_members(stage, ContractType.ARTISTIC)[:ARTISTS]):
            ends = stage.script.last_day + timedelta(days=24) if place == 1 else date(2030, 8, 31)
            level = (ArtsLevel.ORDINARY, ArtsLevel.STARTER, ArtsLevel.PLUS)[place % 3]
            _hand_in(stage, member, AttestationKind.WORK_IN_ARTS, ends, level)
        for member in _members(stage, ContractType.STUDENT)[:3]:
            _hand_in(stage, member, AttestationKind.STUDENT, date(2027, 9, 30))
            services.note_elsewhere(
                person=_person(stage, member),
                year=stage.today.year,
                hours=ELSEWHERE,
                on=stage.today,
                actor=stage.actor(member.email),
            )
    if stage.index == PAPERS_ON + 2:
        administrator = stage.staff("payroll_admin")
        waiting = list(Attestation.objects.order_by("pk"))
        for row in waiting[:-1]:
            services.check_attestation(attestation_id=row.pk, on=stage.today, actor=administrator)
        for row in waiting[-1:]:
            answer = "Le document est celui de l'année passée : merci d'envoyer l'inscription 2026-2027."
            services.refuse_attestation(
                attestation_id=row.pk, on=stage.today, answer=answer, actor=administrator
            )


def get_hurt(stage: Stage) -> None:
    """Somebody falls at work, says so the day after, and payroll declares it to the insurer."""
    left = len(stage.script.working_days) - stage.index
    if left == ACCIDENT_BEFORE_END:
        _report(
            stage,
            AccidentKind.AT_WORK,
            "Théâtre, plateau",
            "Chute d'un praticable au démontage.",
            days_lost=2,
        )
    if left == ACCIDENT_BEFORE_END - 1:
        for row in WorkAccident.objects.filter(state=AccidentState.REPORTED):
            services.declare_accident(
                accident_id=row.pk,
                on=stage.today,
                insurer_reference="AT-2026-11873",
                days_lost=3,
                actor=stage.staff("payroll_admin"),
            )


def write_certificates(stage: Stage) -> None:
    """Holiday paid with a run is certified on the next working day."""
    if not uncertified().exists():
        return
    administrator = stage.staff("payroll_admin")
    while len(services.write_certificates(on=stage.today, actor=administrator)) == BATCH:
        pass


def leave_papers(stage: Stage) -> None:
    """The last morning: papers wait for somebody, and an accident of yesterday is to be declared."""
    for member in _members(stage, ContractType.ARTISTIC)[ARTISTS : ARTISTS + 1]:
        _hand_in(stage, member, AttestationKind.WORK_IN_ARTS, date(2031, 8, 31), ArtsLevel.STARTER)
    for member in stage.members[:1]:
        _hand_in(stage, member, AttestationKind.SAFETY, date(2027, 11, 30))
    _report(stage, AccidentKind.ON_THE_WAY, "Gare du Midi", "Glissade sur le quai, poignet foulé.")


def _members(stage: Stage, contract_type: str) -> list[Member]:
    found = [member for member in stage.members if member.contract_type == contract_type]
    return [member for member in found if stage.person(member.email) is not None]


def _person(stage: Stage, member: Member) -> Person:
    person = stage.person(member.email)
    assert person is not None
    return person


def _hand_in(stage: Stage, member: Member, kind: AttestationKind, until: date, level: str = "") -> None:
    person = _person(stage, member)
    lines = (str(kind.label), f"{member.first_name} {member.last_name}", f"jusqu'au {until:%d/%m/%Y}")
    services.hand_in_attestation(
        person=person,
        kind=kind,
        level=level,
        number=f"{stage.today:%Y}-{stage.members.index(member) + 4101}",
        valid_from=date(stage.today.year, 9, 1),
        valid_to=until,
        upload=SimpleUploadedFile("attestation.pdf", page_pdf(lines), content_type="application/pdf"),
        actor=stage.actor(member.email),
    )


def _report(stage: Stage, kind: AccidentKind, place: str, text: str, *, days_lost: int = 0) -> None:
    """Somebody of the cast who worked on the working day before."""
    day = stage.days_before(1)
    if day is None:
        return
    hurt = WorkAccident.objects.values("person_id")
    working = EmploymentContract.objects.filter(
        state__in=COUNTED_STATES, starts_on__lte=day, ends_on__gte=day, ends_on__lt=OPEN_END
    ).exclude(person_id__in=hurt)
    for contract in working.select_related("person").order_by("pk")[:1]:
        assert contract_on(contract.person, day) is not None
        services.report_accident(
            person=contract.person,
            kind=kind,
            happened_on=day,
            happened_at=time(16, 40),
            place=place,
            text=text,
            days_lost=days_lost,
            on=stage.today,
            actor=stage.actor(contract.person.email),
        )
