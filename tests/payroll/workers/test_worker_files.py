"""A worker's file: what it holds, who checks it, and what contracts make of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from tests.activities.builders import PDF


@pytest.fixture
def call(world: Any, client: Any, moment: Any) -> Any:
    """Somebody at the keyboard on 2 November 2026: `call(person, "post", "/mon-dossier/…", {...})`."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 2))

    def send(person: Any, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        kind = {"content_type": "application/json"} if path.startswith("/api/") and method == "post" else {}
        return getattr(client, method)(f"/be{path}", body or {}, headers=headers or None, **kind)

    return send


def hand_in(world: Any, **changes: Any) -> Any:
    from payroll.workers.services import hand_in_attestation

    given = {
        "person": world.worker, "kind": "work_in_arts", "level": "ordinary", "number": "ATA-77",
        "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 15), "actor": world.member,
    }  # fmt: skip
    return hand_in_attestation(**given | changes)


# --- attestations -------------------------------------------------------------------------------------------


def test_an_attestation_counts_once_somebody_else_checked_it(world: Any) -> None:
    from payroll.attestations import WORK_IN_ARTS, holds_attestation
    from payroll.workers.services import check_attestation

    paper = hand_in(world)
    assert holds_attestation(world.worker, WORK_IN_ARTS, date(2026, 11, 4)) is False

    check_attestation(attestation_id=paper.pk, on=date(2026, 11, 2), actor=world.actor(world.adviser))

    assert holds_attestation(world.worker, WORK_IN_ARTS, date(2026, 11, 4)) is True
    assert holds_attestation(world.worker, WORK_IN_ARTS, date(2026, 12, 16)) is False
    assert holds_attestation(world.worker, "student", date(2026, 11, 4)) is False


def test_nobody_checks_their_own_and_nothing_is_decided_twice(world: Any) -> None:
    from payroll.workers.errors import AttestationDecided, OwnFile
    from payroll.workers.models import Attestation
    from payroll.workers.services import check_attestation, refuse_attestation

    paper, on = hand_in(world), date(2026, 11, 2)
    with pytest.raises(OwnFile):
        check_attestation(attestation_id=paper.pk, on=on, actor=world.member)
    assert Attestation.objects.get().state == "handed_in"

    refuse_attestation(attestation_id=paper.pk, on=on, answer="Illisible", actor=world.actor(world.adviser))
    with pytest.raises(AttestationDecided):
        check_attestation(attestation_id=paper.pk, on=on, actor=world.actor(world.adviser))
    assert (Attestation.objects.get().state, Attestation.objects.get().answer) == ("refused", "Illisible")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_to": date(2025, 12, 31)}, "dates_reversed"),
        ({"level": ""}, "attestation_level"),
        ({"kind": "student"}, "attestation_level"),
    ],
)
def test_a_paper_that_makes_no_sense_is_not_kept(world: Any, changes: dict[str, Any], code: str) -> None:
    from core.errors import DomainError
    from payroll.workers.models import Attestation

    with pytest.raises(DomainError) as refusal:
        hand_in(world, **changes)
    assert refusal.value.code == code
    assert not Attestation.objects.exists()


def test_the_adviser_hears_of_papers_to_check_and_of_papers_that_end(world: Any) -> None:
    from payroll.workers.panels import adviser_reasons
    from payroll.workers.services import check_attestation

    people, on = {world.worker.pk}, date(2026, 11, 20)
    paper = hand_in(world)
    assert [reason.kind for reason in adviser_reasons(people, on)] == ["attestation_to_check"]

    check_attestation(attestation_id=paper.pk, on=on, actor=world.actor(world.adviser))
    assert [reason.kind for reason in adviser_reasons(people, on)] == ["attestation_ends"]
    assert not list(adviser_reasons(people, date(2026, 10, 1)))

    later = hand_in(world, valid_from=date(2026, 12, 16), valid_to=date(2027, 12, 15))
    check_attestation(attestation_id=later.pk, on=on, actor=world.actor(world.adviser))
    assert not list(adviser_reasons(people, on))


def test_handing_in_and_checking_by_pages(world: Any, call: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from payroll.workers.models import Attestation

    file = SimpleUploadedFile("ata.pdf", PDF, content_type="application/pdf")
    body = {"kind": "work_in_arts", "level": "starter", "valid_from": "2026-01-01", "upload": file}
    answer = call(world.worker, "post", "/mon-dossier/attestations/nouvelle/", body)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    row = Attestation.objects.get()

    assert call(world.adviser, "get", f"/attestations/{row.pk}/fichier/").content == PDF
    assert call(world.worker, "post", f"/attestations/{row.pk}/valider/").status_code == 403
    assert call(world.adviser, "post", f"/attestations/{row.pk}/refuser/", {"answer": ""}).status_code == 422
    assert call(world.adviser, "post", f"/attestations/{row.pk}/valider/").status_code == 302
    row.refresh_from_db()
    assert row.state == "checked"
    assert call(world.worker, "get", "/mon-dossier/").status_code == 200
    assert call(world.adviser, "get", f"/travailleurs/{world.worker.pk}/").status_code == 200


def test_a_file_that_is_no_paper_is_refused_and_nothing_is_kept(world: Any, call: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from payroll.workers.models import Attestation

    file = SimpleUploadedFile("ata.pdf", b"<svg onload=alert(1)>", content_type="application/pdf")
    body = {"kind": "student", "valid_from": "2026-01-01", "upload": file}
    assert call(world.worker, "post", "/mon-dossier/attestations/nouvelle/", body).status_code == 422
    assert not Attestation.objects.exists()


# --- student hours ------------------------------------------------------------------------------------------


def test_hours_elsewhere_eat_the_quota_of_a_student(world: Any) -> None:
    """600 hours elsewhere leave 50 of 650: a contract of 60 hours is refused, of 45.6 hours is taken."""
    from payroll.errors import StudentQuotaExceeded
    from payroll.models import EmploymentContract
    from payroll.workers.selectors import student_year
    from payroll.workers.services import note_elsewhere

    note_elsewhere(
        person=world.worker, year=2026, hours=Decimal(590), on=date(2026, 11, 1), actor=world.member
    )
    note_elsewhere(
        person=world.worker, year=2026, hours=Decimal(600), on=date(2026, 11, 2), actor=world.member
    )
    year = student_year(world.worker, 2026)
    assert year is not None
    assert (year.quota, year.here, year.elsewhere, year.left) == (650, 0, 600, 50)

    days = {"contract_type": "student", "starts_on": date(2026, 11, 4), "ends_on": date(2026, 11, 16)}
    with pytest.raises(StudentQuotaExceeded):
        world.submit(world.contract(gross="900.00", hours=Decimal(60), **days))
    assert not EmploymentContract.objects.exclude(state="draft").exists()

    world.submit(world.contract(gross="700.00", hours=Decimal("45.6"), **days))
    year = student_year(world.worker, 2026)
    assert year is not None and year.left == Decimal("4.40")


def test_more_hours_than_a_year_has_are_refused(world: Any, call: Any) -> None:
    from payroll.workers.models import ElsewhereHours

    body = {"year": 2026, "hours": "651"}
    answer = call(world.worker, "post", "/api/v1/student-hours/", body, **{"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (422, "student_hours_out_of_range")
    assert call(world.worker, "post", "/mon-dossier/heures-ailleurs/", body).status_code == 422
    assert not ElsewhereHours.objects.exists()

    body["hours"] = "12.5"
    made = call(world.worker, "post", "/api/v1/student-hours/", body, **{"Idempotency-Key": "b"})
    assert made.status_code == 201
    assert call(world.worker, "get", "/api/v1/student-hours/").json()["left"] == "637.50"


# --- accidents ----------------------------------------------------------------------------------------------


@pytest.fixture
def worked(world: Any) -> Any:
    """Wednesday 4 to Friday 6 November, settled: 22.8 hours."""
    from payroll.services.settlement import settle_due
    from tests.factories import SYSTEM

    contract = world.submit(world.contract())
    settle_due(on=date(2026, 11, 9), actor=SYSTEM)
    return contract


def report(world: Any, **changes: Any) -> Any:
    from payroll.workers.services import report_accident

    given = {
        "person": world.worker, "kind": "at_work", "happened_on": date(2026, 11, 5), "place": "Scène",
        "text": "Chute d’un praticable", "days_lost": 3, "on": date(2026, 11, 6), "actor": world.member,
    }  # fmt: skip
    return report_accident(**given | changes)


def test_an_accident_is_declared_within_eight_days_and_counts_in_the_rates(world: Any, worked: Any) -> None:
    """One accident with 3 days lost in 22.8 hours: Tf = 1,000,000 / 22.8, Tg = 3,000 / 22.8; the way to work
    counts in neither.
    """
    from payroll.workers.selectors import accident_rates
    from payroll.workers.services import close_accident, declare_accident

    row = report(world)
    report(world, kind="on_the_way", happened_on=date(2026, 11, 4))
    assert (row.contract_id, row.entity_id, row.declare_until) == (
        worked.pk,
        worked.entity_id,
        date(2026, 11, 13),
    )

    clerk = world.actor(world.clerk)
    declare_accident(
        accident_id=row.pk, on=date(2026, 11, 9), insurer_reference="AT/9", days_lost=3, actor=clerk
    )
    close_accident(accident_id=row.pk, on=date(2026, 11, 20), days_lost=3, actor=clerk)

    (rates,) = accident_rates(2026)
    assert (rates.hours, rates.accidents, rates.with_days_lost, rates.days_lost) == (Decimal("22.8"), 1, 1, 3)
    assert (rates.frequency, rates.severity) == (Decimal("43859.65"), Decimal("131.58"))
    assert accident_rates(2025) == []


def test_accidents_need_a_contract_of_that_day_and_an_order(world: Any, worked: Any) -> None:
    from payroll.workers.errors import AccidentInFuture, AccidentNotOpen, NoWorkOnThatDay, OwnFile
    from payroll.workers.models import WorkAccident
    from payroll.workers.services import close_accident, declare_accident

    with pytest.raises(NoWorkOnThatDay):
        report(world, happened_on=date(2026, 10, 1))
    with pytest.raises(AccidentInFuture):
        report(world, happened_on=date(2026, 11, 7))
    assert not WorkAccident.objects.exists()

    row, on = report(world), date(2026, 11, 9)
    with pytest.raises(AccidentNotOpen):
        close_accident(accident_id=row.pk, on=on, days_lost=3, actor=world.actor(world.clerk))
    with pytest.raises(OwnFile):
        declare_accident(accident_id=row.pk, on=on, insurer_reference="", days_lost=0, actor=world.member)
    assert WorkAccident.objects.get().state == "reported"


def test_health_is_for_payroll_and_the_worker_not_for_advisers(world: Any, worked: Any, call: Any) -> None:
    row = report(world)
    path = f"/accidents/{row.pk}/"
    assert call(world.worker, "get", path).status_code == 200
    assert call(world.clerk, "get", path).status_code == 200
    assert call(world.adviser, "get", path).status_code == 403
    sheet = call(world.adviser, "get", f"/travailleurs/{world.worker.pk}/").content.decode()
    assert "praticable" not in sheet and path not in sheet
    assert call(world.adviser, "get", "/api/v1/accidents/").status_code == 403
    listed = call(world.clerk, "get", "/api/v1/accidents/").json()["results"]
    assert [one["declare_until"] for one in listed] == ["2026-11-13"]

    body = {"insurer_reference": "AT/9", "days_lost": "4"}
    assert call(world.clerk, "post", f"{path}declarer/", body).status_code == 302
    assert call(world.clerk, "post", f"{path}cloturer/", {"close-days_lost": "5"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.days_lost, row.insurer_reference) == ("closed", 5, "AT/9")
    assert call(world.clerk, "post", f"{path}declarer/", body).status_code == 409


# --- insurance ----------------------------------------------------------------------------------------------


def test_an_insurance_covers_at_work_and_one_year_off_contract(world: Any, worked: Any) -> None:
    """The last contract ended on 6 November 2026: accidents at work are covered until then, private life
    until 6 November 2027.
    """
    from payroll.workers.selectors import covers_of
    from payroll.workers.services import add_cover, end_cover

    clerk, since = world.actor(world.clerk), date(2026, 1, 1)
    add_cover(kind="work_accident", insurer="Midi", policy_number="AT-1", valid_from=since, actor=clerk)
    private = add_cover(
        kind="private_accident", insurer="Midi", policy_number="VP-1", valid_from=since, months_after=12,
        actor=clerk,
    )  # fmt: skip

    def seen(day: date) -> list[tuple[str, date | None]]:
        return [(row.cover.kind, row.until) for row in covers_of(world.worker, day)]

    assert seen(date(2026, 11, 5)) == [("private_accident", None), ("work_accident", None)]
    assert seen(date(2026, 11, 7)) == [("private_accident", date(2027, 11, 6))]
    assert seen(date(2027, 11, 6)) == [("private_accident", date(2027, 11, 6))]
    assert seen(date(2027, 11, 7)) == []
    assert seen(date(2026, 10, 1)) == []

    end_cover(cover_id=private.pk, last_day=date(2026, 12, 31), actor=clerk)
    assert seen(date(2027, 1, 1)) == []


def test_a_year_off_contract_ends_on_the_last_day_of_a_short_month() -> None:
    from payroll.workers.selectors import months_after

    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert months_after(date(2026, 11, 6), 12) == date(2027, 11, 6)


# --- holiday certificates -----------------------------------------------------------------------------------


def test_each_exit_holiday_has_its_certificate_once(world: Any, worked: Any) -> None:
    """Of 500.00 in November: simple 38.35, double 34.00, supplement 4.35, of which 9.45 is withheld."""
    from payroll.workers.documents import certificate_context
    from payroll.workers.models import HolidayCertificate
    from payroll.workers.services import write_certificates
    from tests.factories import SYSTEM

    block = _exit_holiday(world)
    made = write_certificates(on=date(2026, 12, 4), actor=SYSTEM)
    again = write_certificates(on=date(2026, 12, 5), actor=SYSTEM)

    assert (len(made), again, HolidayCertificate.objects.count()) == (1, [], 1)
    content = made[0].content
    assert (content["simple"], content["double"], content["supplement"]) == ("38.35", "34.00", "4.35")
    assert content["net"] == str(block.net)
    assert content["work"]["by_year"] == [{"year": 2026, "gross": "500.00", "hours": "22.80"}]
    for language in ("fr", "nl", "de", "en"):
        shown = certificate_context(content | {"language": language})
        assert shown["period"] == "04/11 – 06/11/2026"
        assert all(shown["words"].values())


def _exit_holiday(world: Any) -> Any:
    from payroll.models import HolidayBlock
    from payroll.services import holidays

    key = (world.worker.pk, world.activity.entity_id)
    month, paid_on = date(2026, 11, 1), date(2026, 12, 4)
    due = holidays.holidays_due(holidays.held_of([world.worker.pk]), month=month, paid_on=paid_on)
    holidays.pay_holidays({key: due[key]}, month=month, paid_on=paid_on)
    return HolidayBlock.objects.get()


def test_a_certificate_is_a_tagged_pdf_for_the_archive(world: Any, worked: Any) -> None:
    import pikepdf

    from payroll.workers.documents import render_certificate
    from payroll.workers.services import write_certificates
    from tests.factories import SYSTEM

    _exit_holiday(world)
    (row,) = write_certificates(on=date(2026, 12, 4), actor=SYSTEM)
    document = render_certificate(row.pk)
    with pikepdf.open(BytesIO(document.content)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert "/StructTreeRoot" in pdf.Root and "/OutputIntents" in pdf.Root
    assert render_certificate(row.pk).content == document.content


def test_staff_who_read_a_holiday_certificate_leave_a_trace(world: Any, worked: Any, call: Any) -> None:
    """It says what was earned and paid, as a payslip does: the page, the file and the door alike."""
    from core.documents import render_one, request_document
    from members.models import AccessLog
    from payroll.workers.services import write_certificates
    from payroll.workers.services.certificates import KIND
    from tests.factories import SYSTEM

    _exit_holiday(world)
    (row,) = write_certificates(on=date(2026, 12, 4), actor=SYSTEM)
    request_document(KIND, row.pk)
    while render_one(world.cooperative):
        pass
    doors = (
        f"/attestations-de-vacances/{row.pk}/pdf/",
        f"/api/v1/holiday-certificates/{row.pk}/pdf/",
    )
    for door in doors:
        assert call(world.worker, "get", door).status_code == 200
    assert not AccessLog.objects.exists()
    for count, door in enumerate(doors, 1):
        assert call(world.clerk, "get", door).status_code == 200
        assert AccessLog.objects.filter(person=world.worker, source_id=row.pk).count() == count
