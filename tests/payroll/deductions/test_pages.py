"""The pages and doors of deductions, as people use them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

D = Decimal


@pytest.fixture
def call(world: Any, client: Any, moment: Any) -> Any:
    """Somebody at the keyboard on Friday 6 November 2026: `call(person, "post", "/avances/…", {...})`."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 6))

    def send(person: Any, method: str, path: str, body: Any = None) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        kind = {"content_type": "application/json"} if path.startswith("/api/") and method == "post" else {}
        return getattr(client, method)(f"/be{path}", body or {}, **kind)

    return send


NOTIFICATION = {
    "kind": "seizure",
    "creditor_name": "Étude Janssens",
    "creditor_iban": "BE71 0961 2345 6769",
    "reference": "Dossier 12",
    "total": "1 000,00",
    "notified_on": "2026-11-02",
    "rank": "1",
    "children": "0",
}


def test_one_enters_a_seizure_another_agrees_the_worker_sees_it(world: Any, call: Any) -> None:
    from payroll.deductions.models import Seizure

    made = call(world.clerk, "post", f"/travailleurs/{world.worker.pk}/saisie/", NOTIFICATION)
    assert made.status_code == 302, made.content.decode()
    row = Seizure.objects.get()
    page = f"/saisies/{row.pk}/"
    assert (row.state, row.total, row.creditor_iban) == ("entered", D("1000.00"), "BE71096123456769")
    assert "agree" not in call(world.clerk, "get", page).content.decode()
    assert call(world.clerk, "post", f"{page}accord/").status_code == 403
    assert f"{page}accord/" in call(world.chief, "get", page).content.decode()
    assert call(world.chief, "post", f"{page}accord/").status_code == 302
    row.refresh_from_db()
    assert row.state == "active"

    mine = call(world.worker, "get", page).content.decode()
    assert "Dossier 12" in mine
    assert "mainlevee" not in mine
    assert call(world.adviser, "get", page).status_code in (403, 404)
    listed = call(world.clerk, "get", "/saisies/").content.decode()
    assert "Étude Janssens" in listed
    assert "seizure.work" in listed  # no table is loaded: the page says which
    assert call(world.chief, "post", f"{page}suspension/", {"answer": "Barème"}).status_code == 302
    assert call(world.chief, "post", f"{page}reprise/").status_code == 302
    assert (
        call(world.chief, "post", f"{page}compte/", {"creditor_name": "x", "creditor_iban": "?"}).status_code
        == 422
    )
    assert call(world.chief, "post", f"{page}mainlevee/", {"answer": ""}).status_code == 422
    assert call(world.chief, "post", f"{page}mainlevee/", {"answer": "Mainlevée"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.ended_on) == ("lifted", date(2026, 11, 6))


def test_a_wrong_notification_is_explained_on_the_form(world: Any, call: Any) -> None:
    from payroll.deductions.models import Seizure

    answer = call(
        world.clerk, "post", f"/travailleurs/{world.worker.pk}/saisie/", NOTIFICATION | {"total": ""}
    )
    assert answer.status_code == 422
    assert not Seizure.objects.exists()


def test_a_member_asks_payroll_pays_finance_gives_up(world: Any, call: Any) -> None:
    from ledger.treasury.services import create_batch, release_batch
    from members.enums import Role
    from payroll.deductions.models import Advance
    from tests.factories import make_person

    assert call(world.worker, "get", "/avances/nouvelle/").status_code == 200  # nothing to advance yet
    world.submit(world.contract())
    asking = call(world.worker, "get", "/avances/nouvelle/").content.decode()
    assert "217,33" in asking or "217.33" in asking
    assert call(world.worker, "post", "/avances/nouvelle/", {"amount": "500,00"}).status_code == 422
    assert not Advance.objects.exists()
    assert call(world.worker, "post", "/avances/nouvelle/", {"amount": "200,00"}).status_code == 302
    row = Advance.objects.get()
    page = f"/avances/{row.pk}/"
    assert call(world.worker, "post", f"{page}accord/").status_code == 403
    assert call(world.chief, "get", page).status_code == 200
    assert call(world.chief, "post", f"{page}accord/").status_code == 302
    today = date(2026, 11, 6)
    batch = create_batch(
        entity_id=row.entity_id, kind="wage", due_until=today, on=today, actor=world.actor(world.clerk)
    )
    release_batch(batch_id=batch.pk, on=today, actor=world.actor(world.chief))
    finance = make_person(Role.FINANCE)
    assert call(world.chief, "post", f"{page}abandon/", {"answer": "x"}).status_code == 403
    assert call(finance, "post", f"{page}abandon/", {"answer": ""}).status_code == 422
    assert call(finance, "post", f"{page}abandon/", {"answer": "Parti·e"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.written_off) == ("written_off", D("200.00"))
    stranger = make_person()
    assert call(stranger, "get", page).status_code == 404
    assert call(stranger, "get", "/avances/").status_code == 200


def test_the_doors_say_the_same(world: Any, call: Any) -> None:
    """By REST: asked for a worker, agreed by another, withdrawn, a seizure entered and agreed."""
    world.submit(world.contract())
    body = {"amount": "50.00", "person": str(world.worker.pk)}
    assert call(world.worker, "post", "/api/v1/advances/new/", {"amount": "9999.00"}).json()["code"] == (
        "advance_too_high"
    )
    made = call(world.clerk, "post", "/api/v1/advances/new/", body)
    assert made.status_code == 201, made.json()
    assert (made.json()["open"], made.json()["state"]) == ("50.00", "asked")
    key = made.json()["id"]
    assert call(world.worker, "get", "/api/v1/advances/").json()["results"][0]["id"] == key
    assert (
        call(world.clerk, "post", f"/api/v1/advances/{key}/agree/").json()["code"] == "second_person_needed"
    )
    assert call(world.chief, "post", f"/api/v1/advances/{key}/agree/").json()["state"] == "agreed"
    mine = call(world.worker, "post", "/api/v1/advances/new/", {"amount": "1.00"}).json()["id"]
    assert call(world.worker, "post", f"/api/v1/advances/{mine}/withdraw/").json()["state"] == "withdrawn"

    order = NOTIFICATION | {"total": "1000.00", "rank": 1, "children": 0, "person": str(world.worker.pk)}
    seizure = call(world.clerk, "post", "/api/v1/seizures/new/", order).json()["id"]
    path = f"/api/v1/seizures/{seizure}/"
    assert call(world.chief, "post", f"{path}agree/").json()["state"] == "active"
    assert call(world.chief, "post", f"{path}suspend/", {"answer": "x"}).json()["state"] == "suspended"
    assert call(world.chief, "post", f"{path}resume/").json()["state"] == "active"
    creditor = {"creditor_name": "Étude", "creditor_iban": "BE68539007547034"}
    assert call(world.chief, "post", f"{path}creditor/", creditor).json()["creditor_name"] == "Étude"
    assert call(world.chief, "post", f"{path}lift/", {"answer": "x"}).json()["state"] == "lifted"
    assert call(world.worker, "get", path).json()["taken"] == "0.00"
    assert [row["id"] for row in call(world.worker, "get", "/api/v1/seizures/").json()["results"]] == [
        seizure
    ]


def test_what_other_suites_try_all_doors_with_exists(world: Any) -> None:
    """A seizure that waits, with its paper, and an advance that was asked for."""
    from payroll.deductions.models import Advance, Seizure
    from tests.payroll.deductions.matters import deductions_of

    found = deductions_of(world.activity)
    assert Seizure.objects.get(pk=found["seizure"]).file is not None
    assert Advance.objects.get(pk=found["advance"]).state == "asked"


def test_the_list_of_seizures_says_in_words_which_table_is_missing(world: Any, call: Any) -> None:
    page = call(world.clerk, "get", "/saisies/").content.decode()
    assert "celui des revenus du travail (seizure.work)" in page


def test_payroll_enters_an_advance_in_its_own_words(world: Any, call: Any) -> None:
    world.submit(world.contract())
    theirs = call(world.clerk, "get", f"/travailleurs/{world.worker.pk}/avance/").content.decode()
    mine = call(world.worker, "get", "/avances/nouvelle/").content.decode()

    assert "Encoder une avance" in theirs and "Vous n’êtes pas obligé" not in theirs
    assert "Demander une avance" in mine and "Vous n’êtes pas obligé" in mine


def test_a_list_is_narrowed_by_the_name_of_its_worker(world: Any, call: Any, clerks: Any) -> None:
    row = clerks.seizure()
    assert f"/be/saisies/{row.pk}/" in call(world.chief, "get", "/saisies/?worker=nora").content.decode()
    assert f"/be/saisies/{row.pk}/" not in call(world.chief, "get", "/saisies/?worker=zoe").content.decode()
    found = call(world.chief, "get", "/api/v1/seizures/?worker=peeters").json()["results"]
    assert [one["id"] for one in found] == [str(row.pk)]


def test_members_look_for_no_worker_among_their_own_advances(world: Any, call: Any) -> None:
    theirs, mine = call(world.clerk, "get", "/avances/"), call(world.worker, "get", "/avances/?worker=zzz")
    assert "worker" in theirs.context["filters"].fields
    assert "worker" not in mine.context["filters"].fields and mine.status_code == 200
