"""A client approves hours on a signed link, or sends them back; what was approved stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.outbox import deliver, relay_once
from core.signed_links import make_token
from core.tenancy import tenant_scope
from invoicing.models import ClientMessage
from invoicing.timesheets import approval, checks, selectors, services
from invoicing.timesheets.errors import (
    HoursApproved,
    HoursWithClient,
    NothingToInvoice,
    SheetAnswered,
)
from invoicing.timesheets.links import PURPOSE, path_of
from invoicing.timesheets.models import SheetAnswer, SheetHours, TimeEntry, TimeSheet
from members.notices.models import Notice
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.quotes.builders import CLIENT, MONDAY, VISITOR, noon

GIVEN = {"name": "Zoé Maes", "email": "zoe@theatre.example", "consent": "yes"}


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 2 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


def put(**fields: Any) -> TimeSheet:
    """An hour and a half put to the client."""
    activity = make_activity(make_person(user=True))
    client = make_client(activity, **fields)
    services.write_hours(
        activity_id=activity.pk, client_id=client.pk, person=activity.holders.all()[0].person, day=MONDAY,
        hours=Decimal("1.5"), rate=Decimal(60), task="Maquette", actor=SYSTEM,
    )  # fmt: skip
    return send_again(activity.pk, client.pk)


def send_again(activity_id: Any, client_id: Any) -> TimeSheet:
    return approval.send_sheet(
        activity_id=activity_id, client_id=client_id, last=MONDAY, on=MONDAY, actor=SYSTEM
    )


def change(entry: TimeEntry) -> None:
    with transaction.atomic():
        services.change_hours(
            entry_id=entry.pk, day=entry.day, hours=Decimal(9), rate=entry.rate, actor=SYSTEM
        )


def invoice(sheet: TimeSheet) -> Any:
    with transaction.atomic():
        return services.invoice_hours(
            activity_id=sheet.activity_id, client_id=sheet.client_id, last=MONDAY, actor=SYSTEM
        )


def test_the_client_approves_on_the_link_and_the_hours_are_locked(be: Cooperative) -> None:
    with tenant_scope(be):
        sheet = put()
        path = path_of(sheet)
        letter = ClientMessage.objects.get()
        assert (letter.kind, path in letter.body) == ("time_sheet", True)
        with pytest.raises(HoursWithClient):
            change(TimeEntry.objects.get())
        with pytest.raises(NothingToInvoice):
            invoice(sheet)
    browser = Browser()

    page = browser.get(path)
    wrong = browser.post(f"{path}approuver/", GIVEN | {"consent": ""})
    with tenant_scope(be):
        assert not SheetAnswer.objects.exists()
    done = browser.post(f"{path}approuver/", GIVEN)
    late = browser.post(f"{path}renvoyer/", {"reason": "Trop"})

    assert (page.status_code, wrong.status_code, done.status_code, late.status_code) == (200, 422, 302, 409)
    assert "Maquette" in page.content.decode()
    with tenant_scope(be):
        answer = SheetAnswer.objects.get()
        assert (answer.kind, answer.name, answer.document_digest) == ("approved", "Zoé Maes", sheet.digest)
        assert "90" in answer.consent
        assert list(checks.sheets_are_whole()) == []
        with pytest.raises(HoursApproved):
            change(TimeEntry.objects.get())
        with pytest.raises(DatabaseError), transaction.atomic():
            SheetAnswer.objects.update(name="Quelqu’un d’autre")
        assert TimeEntry.objects.get().hours == Decimal("1.5")
        assert invoice(sheet).net == Decimal("90.00")


def test_a_refused_sheet_comes_back_with_the_reason_and_a_letter(be: Cooperative) -> None:
    with tenant_scope(be):
        sheet = put()
        path = path_of(sheet)
    browser = Browser()

    silent = browser.post(f"{path}renvoyer/", {"reason": "  "})
    said = browser.post(f"{path}renvoyer/", {"reason": "Une heure suffisait"})
    while due := relay_once(be):
        for pk, attempt in due:
            deliver(be, pk, attempt)

    assert (silent.status_code, said.status_code) == (422, 302)
    with tenant_scope(be):
        answer = SheetAnswer.objects.get()
        assert (answer.kind, answer.reason) == ("refused", "Une heure suffisait")
        assert "Une heure suffisait" in Notice.objects.get(kind="time_sheet_refused").body
        assert not SheetHours.objects.exists()
        change(TimeEntry.objects.get())
        again = send_again(sheet.activity_id, sheet.client_id)
        assert (sheet.hours, again.hours) == (Decimal("1.5"), Decimal(9))


def test_a_sheet_taken_back_can_no_longer_be_approved(be: Cooperative) -> None:
    with tenant_scope(be):
        sheet = put()
        approval.withdraw_sheet(sheet_id=sheet.pk, at=noon(MONDAY), actor=SYSTEM)
        with pytest.raises(SheetAnswered), transaction.atomic():
            approval.approve_sheet(
                sheet_id=sheet.pk, name="Zoé", email="zoe@theatre.example", consent="Oui", visitor=VISITOR,
                at=noon(MONDAY), actor=CLIENT,
            )  # fmt: skip
        path, answer = path_of(sheet), selectors.answer_to(sheet)
        assert answer is not None and answer.kind == "withdrawn"
    assert "J'approuve" not in Browser().get(path).content.decode()


def test_the_page_speaks_the_language_of_the_client(be: Cooperative) -> None:
    with tenant_scope(be):
        path = path_of(put(language="nl"))

    answer = Browser().get(path)

    assert answer.headers["Content-Language"] == "nl"
    assert "Ik keur deze uren goed" in answer.content.decode()


def test_forged_foreign_and_over_tokens_get_the_same_words(be: Cooperative) -> None:
    with tenant_scope(be):
        sheet = put()
        good = path_of(sheet)
        over = make_token(PURPOSE, sheet.pk, generation=1, last_day=MONDAY - timedelta(days=1))
        other = make_token("quote", sheet.pk, generation=1, last_day=date(2027, 1, 1))
    browser = Browser()

    answers = [
        browser.get(path)
        for path in (f"/be/releve/{over}/", f"/be/releve/{other}/", "/be/releve/rien/", good[:-3] + "A/")
    ]
    posted = browser.post(f"/be/releve/{over}/approuver/", GIVEN)

    assert {answer.status_code for answer in (*answers, posted)} == {404}
    with tenant_scope(be):
        assert not SheetAnswer.objects.exists()


def test_the_member_asks_looks_and_takes_back_and_a_stranger_finds_nothing(be: Cooperative) -> None:
    with tenant_scope(be):
        member, stranger = make_person(user=True), make_person(user=True)
        activity = make_activity(member)
        client = make_client(activity)
        services.write_hours(
            activity_id=activity.pk, client_id=client.pk, person=member, day=MONDAY, hours=Decimal(1),
            rate=Decimal(60), actor=SYSTEM,
        )  # fmt: skip
        assert member.user is not None and stranger.user is not None
    mine, other = Browser(), Browser()
    mine.force_login(member.user)
    other.force_login(stranger.user)

    asked = mine.post(f"/be/heures/approbation/{activity.pk}/{client.pk}/", {"last": "2026-11-02"})
    shut = other.post(f"/be/heures/approbation/{activity.pk}/{client.pk}/", {"last": "2026-11-02"})
    page = mine.get(asked.headers["Location"])

    assert (asked.status_code, page.status_code, shut.status_code) == (302, 200, 404)
    assert "/be/releve/" in page.content.decode()
    assert mine.get("/be/heures/").status_code == 200
    assert other.get(asked.headers["Location"]).status_code == 404
    assert other.post(f"{asked.headers['Location']}reprendre/").status_code == 404
    assert mine.post(f"{asked.headers['Location']}reprendre/").status_code == 302
    with tenant_scope(be):
        assert SheetAnswer.objects.get().kind == "withdrawn"
