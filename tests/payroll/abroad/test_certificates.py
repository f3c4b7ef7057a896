"""A1 certificates: asked for, granted or refused, lost on the way, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.payroll.conftest import at


@pytest.fixture
def mission(world: Any, declare: Any) -> Any:
    """4 and 5 November 2026 in Lille."""
    return declare(world.submit(world.contract()))


class ShutOffice:
    """Nobody answers at the door."""

    def submit(self, application: Any) -> str:
        from payroll.abroad.office.port import OfficeUnavailable

        raise OfficeUnavailable

    poll = retract = submit


def test_a_certificate_is_asked_for_granted_and_read_before_leaving(
    world: Any, mission: Any, ask: Any, bring: Any
) -> None:
    from core.files import read_file
    from members.notices.models import Notice
    from payroll.abroad.selectors import certificate_step, certificates_to_fetch
    from payroll.abroad.services import read_certificate

    request = ask(mission)
    assert mission.steps.get(kind="a1").state == "sent"
    bring(1)
    request.refresh_from_db()
    assert (request.state, request.attempt) == ("sent", 1)
    bring(1)
    request.refresh_from_db()
    step = mission.steps.get(kind="a1")
    assert (request.state, step.state, step.number) == ("granted", "done", request.certificate_number)
    assert request.covers(date(2026, 11, 4), date(2026, 11, 5))
    assert [one.subject for one in Notice.objects.filter(kind="abroad_certificate", person=world.worker)]

    assert list(certificates_to_fetch(world.worker, date(2026, 11, 3))) == [request]
    found = certificate_step(world.worker, frozenset({"member"}), mission.pk)
    file = read_certificate(step=found, at=at(2026, 11, 3), actor=world.member, purpose="A1")
    assert read_file(file).startswith(b"%PDF")
    assert list(certificates_to_fetch(world.worker, date(2026, 11, 3))) == []


def test_staff_who_read_a_certificate_leave_a_trace(world: Any, mission: Any, ask: Any, bring: Any) -> None:
    from members.models import AccessLog
    from payroll.abroad.selectors import certificate_step
    from payroll.abroad.services import read_certificate

    ask(mission)
    bring()
    step = certificate_step(world.clerk, frozenset({"payroll_admin"}), mission.pk)
    read_certificate(step=step, at=at(2026, 11, 3), actor=world.actor(world.clerk), purpose="A1")
    assert AccessLog.objects.filter(person=world.worker, reader_id=world.clerk.pk, purpose="A1").count() == 1
    assert mission.requests.get().fetched_at is None


@pytest.mark.parametrize("why", ["stranger", "adviser"])
def test_nobody_else_opens_a_certificate(world: Any, mission: Any, ask: Any, bring: Any, why: str) -> None:
    from payroll.abroad.errors import AbroadNotFound
    from payroll.abroad.selectors import certificate_step
    from tests.factories import make_person

    ask(mission)
    bring()
    who = make_person() if why == "stranger" else world.adviser
    with pytest.raises(AbroadNotFound):
        certificate_step(who, frozenset({"member", "adviser"}), mission.pk)


def test_a_request_is_sent_once(mission: Any, ask: Any, everything: Any) -> None:
    from payroll.abroad.errors import StepSettled

    ask(mission)
    before = everything()
    with pytest.raises(StepSettled):
        ask(mission)
    assert everything() == before


def test_what_is_not_ready_is_not_asked_for(world: Any, declare: Any, ask: Any, everything: Any) -> None:
    from payroll.abroad.errors import ContractNotSubmitted, FormIncomplete, NoOfficeForStep
    from payroll.abroad.services import ask_a1

    draft = declare(world.contract())
    unconfirmed = declare(
        world.submit(world.contract(starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 12))),
        (10, 10), stated=False,
    )  # fmt: skip
    before = everything()
    with pytest.raises(ContractNotSubmitted):
        ask(draft)
    with pytest.raises(FormIncomplete):
        ask(unconfirmed)
    with pytest.raises(NoOfficeForStep):
        ask_a1(
            step_id=draft.steps.get(kind="notice").pk, on=at(2026, 11, 2), day=date(2026, 11, 2),
            actor=world.member,
        )  # fmt: skip
    assert everything() == before


def test_where_no_office_is_connected_people_ask_and_note_the_answer(
    world: Any, mission: Any, ask: Any, settings: Any, everything: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from payroll.abroad.errors import EvidenceMissing, NoOfficeHere, StepSettled
    from payroll.abroad.services import note_done
    from tests.activities.builders import PDF

    settings.A1_OFFICE = "by_hand"
    step = mission.steps.get(kind="a1")
    given = {"step_id": step.pk, "on": at(2026, 11, 2), "day": date(2026, 11, 2), "actor": world.member}
    before = everything()
    with pytest.raises(NoOfficeHere):
        ask(mission)
    with pytest.raises(EvidenceMissing):
        note_done(**given)
    assert everything() == before
    paper = SimpleUploadedFile("a1.pdf", PDF, content_type="application/pdf")
    done = note_done(**given, number="2026-77", upload=paper)
    assert (done.state, done.number, done.file is not None) == ("done", "2026-77", True)
    with pytest.raises(StepSettled):
        note_done(**given, number="2026-78")


def test_a_refusal_is_shown_and_sent_again_when_mended(
    world: Any, mission: Any, declare: Any, ask: Any, bring: Any
) -> None:
    from payroll.abroad.services import retract_a1

    ask(mission)
    bring()
    other = declare(mission.contract, (5, 6), country="DE", receiver_vat="")
    refused = ask(other)
    bring()
    refused.refresh_from_db()
    assert (refused.state, refused.code) == ("refused", "overlap")
    assert other.steps.get(kind="a1").state == "refused"

    retract_a1(mission_id=mission.pk, on=at(2026, 11, 3), actor=world.actor(world.clerk))
    bring()
    again = ask(other, 3)
    bring()
    again.refresh_from_db()
    assert again.state == "granted"
    assert other.requests.count() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"country": "KE"}, "unknown_country"),
        ({"parts": ()}, "missing_dates"),
        ({"asked_on": date(2026, 11, 6)}, "too_late"),
    ],
)
def test_what_the_office_refuses(a1_office: Any, changes: Any, code: str) -> None:
    from payroll.abroad.office.port import Application

    given: dict[str, Any] = {
        "reference": "A1-x", "employer": "0123456749", "national_number": "85071503385", "worker": "N. P.",
        "article": 12, "country": "FR", "parts": ((date(2026, 11, 4), date(2026, 11, 5)),), "place": "Lille",
        "receiver": "Ville", "receiver_vat": "", "asked_on": date(2026, 11, 2),
    }  # fmt: skip
    ticket = a1_office.submit(Application(**given | changes))
    assert a1_office.poll(ticket) is None
    answer = a1_office.poll(ticket)
    assert (answer.granted, answer.code) == (False, code)
    assert a1_office.submit(Application(**given)) == ticket


def test_work_that_has_begun_is_granted_with_a_remark(mission: Any, ask: Any, bring: Any) -> None:
    request = ask(mission, 5)
    bring()
    request.refresh_from_db()
    assert (request.state, request.code) == ("granted", "late")


def test_an_office_that_is_shut_is_tried_again_then_given_up(mission: Any, ask: Any, bring: Any) -> None:
    from payroll.abroad.services.requests import MOST_ATTEMPTS

    request = ask(mission)
    bring(1, ShutOffice())
    request.refresh_from_db()
    assert (request.state, request.lease_until) == ("sent", None)
    bring(MOST_ATTEMPTS, ShutOffice())
    request.refresh_from_db()
    assert (request.state, request.code, request.attempt) == ("failed", "unavailable", MOST_ATTEMPTS)
    again = ask(mission)
    bring()
    again.refresh_from_db()
    assert again.state == "granted"


def test_who_has_no_national_number_is_a_matter_for_people(
    world: Any, mission: Any, ask: Any, bring: Any
) -> None:
    from members.models import NationalNumber

    NationalNumber.objects.filter(person=world.worker).delete()
    request = ask(mission)
    bring(1)
    request.refresh_from_db()
    assert (request.state, request.code) == ("failed", "national_number_missing")
    assert mission.steps.get(kind="a1").state == "failed"


def test_a_change_withdraws_a_certificate_that_no_longer_fits(
    world: Any, mission: Any, ask: Any, bring: Any, terms: Any, a1_office: Any
) -> None:
    from payroll.abroad.services import change_mission

    ask(mission)
    bring()
    given = {"mission_id": mission.pk, "on": at(2026, 11, 3), "actor": world.member, "stated": True}
    change_mission(terms=terms((5, 5)), version=0, **given)
    assert mission.requests.get().state == "granted"
    change_mission(terms=terms((5, 6)), version=1, **given)
    assert mission.requests.get().state == "retracting"
    assert mission.steps.get(kind="a1").state == "todo"
    ask(mission)
    bring()
    assert a1_office.standing() == [("FR", "2026-11-05", "2026-11-06")]
    assert sorted(mission.requests.values_list("state", flat=True)) == ["granted", "retracted"]


def test_a_carrier_killed_after_sending_asks_for_nothing_twice(
    world: Any, mission: Any, ask: Any, bring: Any, a1_office: Any
) -> None:
    """The office has the request, the carrier died before it kept the ticket: its lease runs out."""
    from datetime import timedelta

    from django.utils import timezone

    from payroll.abroad.models import A1Request
    from payroll.abroad.services import carry

    class Killed(BaseException):
        pass

    class KillsAfterSending:
        def submit(self, application: Any) -> str:
            a1_office.submit(application)
            raise Killed

    request = ask(mission)
    with pytest.raises(Killed):
        carry(world.cooperative, request.pk, through=KillsAfterSending())
    bring(1)
    carry(world.cooperative, request.pk, through=a1_office)
    request.refresh_from_db()
    assert (request.state, request.ticket, request.attempt) == ("sent", "", 1)

    A1Request.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    bring(2)
    request.refresh_from_db()
    assert request.state == "granted"
    assert len(a1_office.standing()) == 1


def test_an_answer_that_comes_after_the_withdrawal_counts_for_nothing(
    world: Any, mission: Any, ask: Any, bring: Any, a1_office: Any
) -> None:
    from payroll.abroad.services import carry, retract_a1

    request = ask(mission)

    class WithdrawnMeanwhile:
        def submit(self, application: Any) -> str:
            return str(a1_office.submit(application))

        def poll(self, ticket: str) -> Any:
            from core.tenancy import tenant_scope

            with tenant_scope(world.cooperative):
                retract_a1(mission_id=mission.pk, on=at(2026, 11, 2), actor=world.actor(world.clerk))
            a1_office.poll(ticket)
            return a1_office.poll(ticket)

    carry(world.cooperative, request.pk, through=WithdrawnMeanwhile())
    request.refresh_from_db()
    assert (request.state, request.certificate_number) == ("retracting", "")
    bring(1)
    request.refresh_from_db()
    assert request.state == "retracted"
    assert a1_office.standing() == []
    assert mission.steps.get(kind="a1").state == "todo"


def test_a_request_that_never_left_is_withdrawn_at_once(
    world: Any, mission: Any, ask: Any, everything: Any
) -> None:
    from payroll.abroad.errors import NothingToRetract
    from payroll.abroad.services import retract_a1

    request = ask(mission)
    given = {"mission_id": mission.pk, "on": at(2026, 11, 2), "actor": world.actor(world.clerk)}
    retract_a1(**given)
    request.refresh_from_db()
    assert request.state == "retracted"
    before = everything()
    with pytest.raises(NothingToRetract):
        retract_a1(**given)
    assert everything() == before


@pytest.mark.parametrize(
    ("language", "subject", "country"),
    [
        ("fr", "Votre attestation A1 est prête", "France"),
        ("nl", "Uw A1-attest is klaar", "Frankrijk"),
        ("de", "Ihre A1-Bescheinigung liegt vor", "Frankreich"),
        ("en", "Your A1 certificate is ready", "France"),
    ],
)
def test_the_worker_reads_of_the_certificate_in_their_language(
    world: Any, mission: Any, ask: Any, bring: Any, language: str, subject: str, country: str
) -> None:
    from members.notices.models import Notice

    world.worker.language = language
    world.worker.save(update_fields=["language"])
    ask(mission)
    bring()

    letter = Notice.objects.get(kind="abroad_certificate")
    assert letter.subject == subject
    assert country in letter.body and "%(" not in letter.body
    greeting = {"fr": "Bonjour", "nl": "Dag", "de": "Guten Tag", "en": "Hello"}[language]
    assert letter.body.startswith(f"{greeting} Nora,")


def test_what_happened_is_dated_by_the_clock_of_the_house(
    world: Any, mission: Any, ask: Any, bring: Any
) -> None:
    from core.clock import set_clock

    set_clock(world.cooperative, at(2026, 11, 3))
    ask(mission)
    bring()

    granted = mission.events.get(what="a1_granted")
    assert granted.happened_at.date() == date(2026, 11, 3)
