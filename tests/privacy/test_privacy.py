"""People and their data: a whole copy, an end that law allows, rows that go when their time has come."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import AuditEvent, Cooperative, IdempotencyRecord, OutboxMessage, User
from core.privacy.processing import processing_register
from core.privacy.registry import duties_of, personal_data, retention_rules, years_after
from core.privacy.services import run_retention
from core.tenancy import tenant_scope
from members.enums import Role
from members.models import NationalNumber, Person
from members.privacy import services
from members.privacy.copying import render_copy
from members.privacy.errors import OwnRequest, RequestAnswered
from members.privacy.models import PrivacyRequest
from tests.activities.builders import fund, make_activity
from tests.factories import SYSTEM, actor, load_cooperative, make_person

D = Decimal
TODAY = date(2026, 11, 21)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def copy_of(person: Person) -> dict[str, bytes]:
    request = services.ask_for_copy(person=person, actor=actor(person))
    with zipfile.ZipFile(io.BytesIO(render_copy(request.pk).content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_copy_holds_every_part_and_nobody_else(be: Cooperative) -> None:
    nora = make_person(user=True, first_name="Nora", last_name="Peeters", phone="0470123456")
    other = make_person(first_name="Mehdi", last_name="Claes")
    fund(make_activity(nora, name="Lumières"))
    fund(make_activity(other, name="Ombres"))

    files = copy_of(nora)
    data = json.loads(files["data.json"])

    assert set(data) == {part.key for part in personal_data()}
    assert data["person"][0]["phone"] == "0470123456"
    assert [row["name"] for row in data["activities"]] == ["Lumières"]
    assert len(data["invoices"]) == 1
    everything = b"".join(files.values()).decode()
    for strange in ("Mehdi", "Claes", "Ombres"):
        assert strange not in everything
    assert "0470123456" in files["data.html"].decode()


def test_the_receipts_come_along(be: Cooperative) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from activities.services import submit_expense
    from tests.activities.builders import PDF

    nora = make_person()
    activity = make_activity(nora)
    fund(activity)
    submit_expense(
        activity_id=activity.pk, person=nora, category="travel", amount_incl_vat=D("12.40"),
        vat_amount=D("0.70"), incurred_on=TODAY, text="Train", actor=actor(nora), today=TODAY,
        receipt=SimpleUploadedFile("train.pdf", PDF),
    )  # fmt: skip

    assert PDF in copy_of(nora).values()


def test_only_its_owner_takes_a_copy_away(be: Cooperative, client: Client) -> None:
    nora, other = make_person(user=True), make_person(user=True)
    request = services.ask_for_copy(person=nora, actor=actor(nora))
    from core.documents import render_one

    while render_one(be):
        pass
    client.force_login(other.user)
    assert client.get(f"/be/mes-donnees/{request.pk}/copie/").status_code == 404
    client.force_login(nora.user)
    answer = client.get(f"/be/mes-donnees/{request.pk}/copie/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"


def test_an_erasure_is_refused_with_every_reason_and_its_day(be: Cooperative) -> None:
    nora, admin = make_person(), make_person(Role.COOP_ADMIN)
    fund(make_activity(nora))
    before = {name: getattr(nora, name) for name in ("first_name", "email", "iban")}

    request = services.ask_for_erasure(person=nora, actor=actor(nora))
    answered = services.answer_erasure(request_id=request.pk, on=TODAY, actor=actor(admin))

    assert answered.state == "refused"
    assert {duty["until"] for duty in answered.answer} == {"", "2036-12-31"}
    assert all(duty["source"] for duty in answered.answer)
    nora.refresh_from_db()
    assert {name: getattr(nora, name) for name in before} == before


def test_whoever_owes_nothing_is_forgotten(be: Cooperative) -> None:
    nora = make_person(
        user=True, first_name="Nora", last_name="Peeters", national_number="85073003328", phone="0470123456"
    )
    admin = make_person(Role.COOP_ADMIN)
    assert duties_of(nora, TODAY) == []

    request = services.ask_for_erasure(person=nora, actor=actor(nora))
    services.answer_erasure(request_id=request.pk, on=TODAY, actor=actor(admin))

    nora.refresh_from_db()
    assert (nora.first_name, nora.phone, nora.iban, nora.user) == ("—", "", "", None)
    assert not NationalNumber.objects.filter(person=nora).exists()
    assert nora.party.name == "—"
    assert User.objects.filter(is_active=False).count() == 1
    with pytest.raises(RequestAnswered):
        services.answer_erasure(request_id=request.pk, on=TODAY, actor=actor(admin))


def test_nobody_answers_their_own_wish_and_asking_twice_is_asking_once(be: Cooperative) -> None:
    admin = make_person(Role.COOP_ADMIN)
    first = services.ask_for_erasure(person=admin, actor=actor(admin))

    assert services.ask_for_erasure(person=admin, actor=actor(admin)) == first
    with pytest.raises(OwnRequest):
        services.answer_erasure(request_id=first.pk, on=TODAY, actor=actor(admin))
    assert PrivacyRequest.objects.get().state == "open"


def test_a_duty_of_years_ends_with_the_calendar_year() -> None:
    assert years_after(date(2026, 11, 3), 5) == date(2031, 12, 31)
    assert years_after(date(2026, 1, 1), 10) == date(2036, 12, 31)


def test_rows_end_on_their_day_and_not_before(fresh_database: Any) -> None:
    be = Cooperative.objects.create(id=1, slug="be", name="Smart", country="BE", languages=["fr"])
    with tenant_scope(be):
        load_cooperative()
        for days, state in ((32, "done"), (28, "done"), (400, "pending")):
            message = OutboxMessage.objects.create(
                topic="x", subject_type="x", subject_id=be_key(), state=state
            )
            OutboxMessage.objects.filter(pk=message.pk).update(done_at=timezone.now() - timedelta(days))
        IdempotencyRecord.objects.create(user_id=1, key="k", fingerprint="f", status=200, body={})
    today = timezone.localdate()

    dry = {o.category: o for o in run_retention(be, on=today, actor=SYSTEM, dry=True)}
    assert (dry["news"].rows, dry["news"].due, dry["news"].gone) == (3, 1, 0)
    real = {o.category: o for o in run_retention(be, on=today, actor=SYSTEM, dry=False)}
    again = {o.category: o for o in run_retention(be, on=today, actor=SYSTEM, dry=False)}

    assert (real["news"].gone, again["news"].gone, again["news"].rows) == (1, 0, 2)
    with tenant_scope(be):
        assert IdempotencyRecord.objects.count() == 1
        assert AuditEvent.objects.filter(action="privacy.retention").count() == 1


def be_key() -> Any:
    from core.uuid7 import uuid7

    return uuid7()


def test_what_law_keeps_is_counted_and_stays(fresh_database: Any) -> None:
    be = Cooperative.objects.create(id=1, slug="be", name="Smart", country="BE", languages=["fr"])
    with tenant_scope(be):
        load_cooperative()
        fund(make_activity())
    far = date(2050, 1, 1)
    outcome = {o.category: o for o in run_retention(be, on=far, actor=SYSTEM, dry=False)}

    assert (outcome["invoices"].due, outcome["invoices"].gone, outcome["invoices"].ends) == (1, 0, False)
    assert all(rule.source and rule.days > 0 for rule in retention_rules())


def test_the_register_says_all_that_the_regulation_asks() -> None:
    asked = {"name", "since", "purpose", "people", "data", "recipients", "basis", "retention", "protection"}

    assert len(processing_register()) >= 5
    assert all(set(row) == asked for row in processing_register())


def test_pages_show_the_reasons_and_the_register(be: Cooperative, client: Client) -> None:
    nora, admin = make_person(user=True), make_person(Role.COOP_ADMIN, user=True)
    fund(make_activity(nora))
    client.force_login(nora.user)
    page = client.get("/be/mes-donnees/").content.decode()
    assert "31" in page and "2036" in page
    client.post("/be/mes-donnees/demander/", {"kind": "erasure"})
    made = client.post("/be/api/v1/privacy-requests/", {"kind": "copy"}, content_type="application/json")
    assert made.status_code == 201

    client.force_login(admin.user)
    listed = client.get("/be/donnees-personnelles/")
    assert str(nora) in listed.content.decode()
    request = PrivacyRequest.objects.get(kind="erasure")
    assert client.post(f"/be/donnees-personnelles/{request.pk}/repondre/").status_code == 302
    request.refresh_from_db()
    assert request.state == "refused"


def test_the_audit_holds_references_and_no_copies(be: Cooperative) -> None:
    """Whatever was done about somebody, neither trail nor news repeat who they are."""
    nora = make_person(
        user=True, first_name="Norabelle", last_name="Peetersen", phone="0470123456",
        national_number="85073003328",
    )  # fmt: skip
    activity = make_activity(nora)
    fund(activity)
    from activities.services import submit_expense
    from members.services import update_person

    update_person(person_id=nora.pk, actor=SYSTEM, phone="0470999888")
    submit_expense(
        activity_id=activity.pk, person=nora, category="travel", amount_incl_vat=D("2.40"), vat_amount=D(0),
        incurred_on=TODAY, text="Tram", actor=SYSTEM, today=TODAY,
    )  # fmt: skip

    kept = str(list(AuditEvent.objects.values_list("data", "action"))) + str(
        list(OutboxMessage.objects.values_list("payload", flat=True))
    )
    for secret in ("Norabelle", "Peetersen", "0470", nora.email, nora.iban, "850730"):
        assert not secret or secret not in kept
