"""Who fills forms in, works the queue and reads certificates, on pages and at the REST doors."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def call(world: Any, client: Any, moment: Any) -> Any:
    """Somebody at the keyboard on 2 November 2026: `call(person, "post", "/contrats/…", {...})`."""
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


@pytest.fixture
def contract(world: Any) -> Any:
    """Wednesday 4 to Friday 6 November 2026."""
    return world.submit(world.contract())


FORM = {
    "country": "FR", "first_1": "2026-11-04", "last_1": "2026-11-05", "place": "Le Grand Sud, Lille",
    "receiver_name": "Ville de Lille", "activity_kind": "performance", "stated": "on",
}  # fmt: skip
BODY = {
    "country": "DE", "parts": [{"first_day": "2026-11-06", "last_day": "2026-11-06"}],
    "place": "Kulturhaus, Berlin", "receiver_name": "Kulturhaus", "activity_kind": "performance",
    "stated": True,
}  # fmt: skip


def test_from_the_contract_to_the_certificate(world: Any, contract: Any, call: Any, bring: Any) -> None:
    """The member fills the form in, payroll sends the request, the member downloads the certificate."""
    from payroll.abroad.models import AbroadMission

    form = f"/contrats/{contract.pk}/etranger/"
    assert f"/be{form}" in call(world.worker, "get", f"/contrats/{contract.pk}/").content.decode()
    assert call(world.worker, "post", form, FORM | {"country": "BE"}).status_code == 422
    assert AbroadMission.objects.count() == 0
    made = call(world.worker, "post", form, FORM)
    mission = AbroadMission.objects.get()
    assert (made.status_code, mission.state) == (302, "declared")

    queue = call(world.clerk, "get", "/travail-etranger/").content.decode()
    assert "Nora Peeters" in queue
    assert "SIPSI" in queue
    step = mission.steps.get(kind="a1")
    assert call(world.worker, "post", f"/travail-etranger/etapes/{step.pk}/envoyer/").status_code == 403
    assert call(world.clerk, "post", f"/travail-etranger/etapes/{step.pk}/envoyer/").status_code == 302
    paper = f"/travail-etranger/{mission.pk}/attestation/"
    assert call(world.worker, "get", paper).status_code == 404
    bring()

    home = call(world.worker, "get", "/activites/").content.decode()
    assert f"/be/travail-etranger/{mission.pk}/" in home
    got = call(world.worker, "get", paper)
    assert got["Content-Type"] == "application/pdf"
    assert got.content.startswith(b"%PDF")
    home = call(world.worker, "get", "/activites/").content.decode()
    assert f"/be/travail-etranger/{mission.pk}/" not in home
    assert call(world.adviser, "get", paper).status_code == 403
    page = call(world.worker, "get", f"/contrats/{contract.pk}/").content.decode()
    assert mission.requests.get().certificate_number in page


def test_payroll_works_the_queue(world: Any, contract: Any, declare: Any, call: Any) -> None:
    mission = declare(contract)
    notice, insurance = mission.steps.get(kind="notice"), mission.steps.get(kind="insurance")
    done = f"/travail-etranger/etapes/{notice.pk}/faite/"
    assert call(world.clerk, "post", done, {"note": "Vu"}).status_code == 422
    notice.refresh_from_db()
    assert notice.state == "todo"
    assert call(world.clerk, "post", done, {"number": "SIPSI-2026-1"}).status_code == 302
    skip = f"/travail-etranger/etapes/{insurance.pk}/inutile/"
    assert call(world.clerk, "post", skip, {"reason": ""}).status_code == 422
    assert call(world.clerk, "post", skip, {"reason": "La compagnie assure"}).status_code == 302
    page = call(world.clerk, "get", f"/travail-etranger/{mission.pk}/").content.decode()
    assert "SIPSI-2026-1" in page
    assert "La compagnie assure" in page
    assert call(world.clerk, "post", f"/travail-etranger/etapes/{notice.pk}/rouvrir/").status_code == 302
    notice.refresh_from_db()
    assert (notice.state, notice.number, notice.done_on) == ("todo", "", None)


def test_a_passed_deadline_is_counted_and_found(
    world: Any, contract: Any, declare: Any, call: Any, moment: Any
) -> None:
    from core.clock import set_clock
    from core.registry import Reason
    from payroll.abroad.panels import adviser_reasons

    declare(contract)
    set_clock(world.cooperative, moment(2026, 11, 5))
    late = call(world.clerk, "get", "/travail-etranger/?stands=late").content.decode()
    assert "Nora Peeters" in late
    reasons: list[Reason] = list(adviser_reasons([world.worker.pk], moment(2026, 11, 5).date()))
    assert {(one.person_id, one.weight) for one in reasons} == {(world.worker.pk, 72)}
    assert list(adviser_reasons([world.clerk.pk], moment(2026, 11, 5).date())) == []


def test_the_queue_shows_advisers_their_portfolio(world: Any, contract: Any, declare: Any, call: Any) -> None:
    from members.enums import Role
    from tests.factories import make_person

    declare(contract)
    path = "/api/v1/abroad/steps/"
    legal, other = make_person(Role.LEGAL), make_person(Role.ADVISER)
    seen = [len(call(who, "get", path).json()["results"]) for who in (world.clerk, legal, world.adviser)]
    assert seen == [3, 3, 3]
    assert call(other, "get", path).json()["results"] == []
    assert call(world.worker, "get", path).status_code == 403
    assert call(make_person(), "get", "/api/v1/abroad/missions/").json()["results"] == []


def test_a_form_by_rest_and_a_repeat_changes_nothing(world: Any, contract: Any, call: Any) -> None:
    path = f"/api/v1/contracts/{contract.pk}/abroad/"
    made = call(world.worker, "post", path, BODY, **{"Idempotency-Key": "one"})
    again = call(world.worker, "post", path, BODY, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.json()
    assert again.json() == made.json()
    assert (made.json()["article"], made.json()["state"]) == (12, "declared")
    assert {row["kind"] for row in made.json()["steps"]} == {"a1", "notice", "insurance"}
    refused = call(world.worker, "post", path, BODY)
    assert (refused.status_code, refused.json()["code"]) == (409, "mission_exists")

    one = f"/api/v1/abroad/missions/{made.json()['id']}/"
    changed = {key: value for key, value in BODY.items() if key != "country"}
    changed |= {"version": 0, "multi_state": True, "other_states": "DE, NL"}
    assert call(world.worker, "post", f"{one}change/", changed).json()["article"] == 13
    assert call(world.worker, "post", f"{one}cancel/").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("place", "warns"),
    [("Lille, France", True), ("Berlin (DE)", True), ("Rue de Luxembourg 1, Bruxelles", False)],
)
def test_a_contract_abroad_without_a_form_warns(world: Any, call: Any, place: str, warns: bool) -> None:
    made = world.submit(world.contract(place=place))
    warned = call(world.worker, "get", f"/api/v1/contracts/{made.pk}/").json()["warned"]
    assert ("abroad_without_a1" in {row["code"] for row in warned}) is warns


def test_the_warning_stays_until_the_certificate_is_there(
    world: Any, contract: Any, declare: Any, ask: Any, bring: Any
) -> None:
    from datetime import date

    from payroll.abroad.selectors import contract_warnings

    mission = declare(contract)
    assert list(contract_warnings(contract, date(2026, 11, 3))) == []
    assert list(contract_warnings(contract, date(2026, 11, 4))) == ["abroad_without_a1"]
    ask(mission)
    bring()
    assert list(contract_warnings(contract, date(2026, 11, 4))) == []


def test_the_worker_finds_their_work_abroad_in_a_copy_of_their_data(
    world: Any, contract: Any, declare: Any
) -> None:
    from core.privacy.registry import personal_data

    declare(contract)
    [part] = [part for part in personal_data() if part.key == "abroad"]
    assert [row["country"] for row in part.rows(world.worker)] == ["FR"]
    assert list(part.rows(world.adviser)) == []


def test_the_form_proposes_the_country_that_the_place_of_work_names(
    world: Any, call: Any, declare: Any
) -> None:
    there = world.submit(world.contract(place="Berlin, Allemagne"))
    page = call(world.worker, "get", f"/contrats/{there.pk}/etranger/")
    assert page.context["form"]["country"].value() == "DE"

    declare(there, country="DE")
    again = call(world.worker, "get", f"/contrats/{there.pk}/etranger/")
    assert again.context["form"]["country"].value() == "", "Germany has its form already"
    without = call(world.worker, "post", f"/contrats/{there.pk}/etranger/", FORM | {"country": ""})
    assert without.status_code == 422 and "country" in without.context["form"].errors


def test_a_member_reads_who_does_what_and_payroll_what_to_do(
    world: Any, contract: Any, declare: Any, call: Any
) -> None:
    mission = declare(contract)
    theirs = call(world.clerk, "get", f"/travail-etranger/{mission.pk}/").content.decode()
    mine = call(world.worker, "get", f"/travail-etranger/{mission.pk}/").content.decode()

    assert "Envoyer la demande" in theirs and "sipsi.travail.gouv.fr" in theirs
    assert "e service de la paie s’en charge" in mine
    assert "notez le numéro" not in mine and "sipsi" not in mine


def test_the_queue_is_narrowed_by_the_name_of_a_worker_and_a_country_in_words(
    world: Any, contract: Any, declare: Any, call: Any
) -> None:
    door = f"/be/travail-etranger/{declare(contract).pk}/"
    found = call(world.clerk, "get", "/travail-etranger/?stands=open&worker=peet&country=FR")
    assert door in found.content.decode()
    assert ("FR", "France") in found.context["filters"]["country"].field.widget.choices
    none = call(world.clerk, "get", "/travail-etranger/?stands=open&worker=dubois")
    assert door not in none.content.decode()


def test_the_office_is_named_and_not_its_code(
    world: Any, contract: Any, declare: Any, call: Any, ask: Any, bring: Any
) -> None:
    mission = declare(contract)
    ask(mission)
    bring()
    page = call(world.worker, "get", f"/travail-etranger/{mission.pk}/")
    assert "l’office" in page.content.decode()
    assert "A1" not in [event["actor"] for event in page.context["events"]]
