"""Who enters days without work, who reads them, on pages and at the REST doors."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def call(world: Any, client: Any, moment: Any) -> Any:
    """Somebody at the keyboard on 3 November 2026: `call(person, "post", "/contracts/…", {...})`."""
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
    """Wednesday 4 to Friday 6 November 2026, 500.00."""
    return world.submit(world.contract())


BODY = {"days": ["2026-11-05"], "reason": "economic", "note": "Tournage annulé"}


def test_payroll_enters_days_by_rest_and_a_repeat_changes_nothing(
    world: Any, contract: Any, call: Any
) -> None:
    path = f"/api/v1/contracts/{contract.pk}/unemployment/"
    made = call(world.clerk, "post", path, BODY, **{"Idempotency-Key": "one"})
    again = call(world.clerk, "post", path, BODY, **{"Idempotency-Key": "one"})

    assert made.status_code == 201, made.json()
    assert again.json() == made.json()
    assert made.json()["dates"] == ["2026-11-05"]
    assert (made.json()["net"], made.json()["hours"], made.json()["work_code"]) == ("7.00", "7.60", 71)
    refused = call(world.clerk, "post", path, BODY)
    assert (refused.status_code, refused.json()["code"]) == (409, "day_already_unemployed")
    assert call(world.clerk, "post", path, BODY | {"reason": "rain"}).status_code == 422


def test_the_list_shows_each_their_own(world: Any, contract: Any, call: Any, lose: Any) -> None:
    from members.enums import Role
    from tests.factories import make_person

    lose(contract, 5)
    stranger, other_adviser = make_person(), make_person(Role.ADVISER)

    def seen(person: Any) -> int:
        answer = call(person, "get", "/api/v1/unemployment/", {"month": "2026-11-01"})
        assert answer.status_code == 200, answer.json()
        return len(answer.json()["results"])

    assert [seen(person) for person in (world.worker, world.adviser, world.clerk)] == [1, 1, 1]
    assert [seen(person) for person in (stranger, other_adviser)] == [0, 0]


def test_an_adviser_enters_days_of_their_portfolio_only(world: Any, contract: Any, call: Any) -> None:
    from members.enums import Role
    from payroll.unemployment.models import UnemploymentSpell
    from tests.factories import make_person

    path = f"/api/v1/contracts/{contract.pk}/unemployment/"
    assert call(make_person(Role.ADVISER), "post", path, BODY).status_code == 404
    assert call(world.worker, "post", path, BODY).status_code == 403
    assert UnemploymentSpell.objects.count() == 0
    assert call(world.adviser, "post", path, BODY).status_code == 201


def test_the_page_offers_the_days_that_are_left(world: Any, contract: Any, call: Any, lose: Any) -> None:
    from payroll.unemployment.models import UnemploymentSpell

    lose(contract, 4)
    page = f"/contrats/{contract.pk}/chomage-temporaire/"
    shown = call(world.clerk, "get", page).content.decode()
    assert 'value="2026-11-05"' in shown
    assert 'value="2026-11-04"' not in shown
    assert "7,00" in shown

    empty = call(world.clerk, "post", page, {"reason": "economic"})
    assert empty.status_code == 422
    done = call(world.clerk, "post", page, {"days": ["2026-11-05"], "reason": "bad_weather"})
    assert done.status_code == 302
    assert UnemploymentSpell.objects.filter(reason="bad_weather").count() == 1
    listed = call(world.clerk, "get", "/chomage-temporaire/").content.decode()
    assert "Nora Peeters" in listed
    assert f"/contrats/{contract.pk}/" in listed


def test_the_contract_s_page_leads_there_for_those_who_may(world: Any, contract: Any, call: Any) -> None:
    page, link = f"/contrats/{contract.pk}/", f"/be/contrats/{contract.pk}/chomage-temporaire/"
    assert link in call(world.adviser, "get", page).content.decode()
    assert link in call(world.clerk, "get", page).content.decode()
    assert link not in call(world.worker, "get", page).content.decode()


def test_the_list_is_empty_at_first(world: Any, call: Any) -> None:
    assert "chomage" in call(world.worker, "get", "/chomage-temporaire/").content.decode()
    assert call(world.worker, "get", "/chomage-temporaire/").status_code == 200


def test_the_worker_finds_the_days_in_a_copy_of_their_data(world: Any, contract: Any, lose: Any) -> None:
    from core.privacy.registry import personal_data

    lose(contract, 5)
    [part] = [part for part in personal_data() if part.key == "unemployment"]
    assert [row["net"] for row in part.rows(world.worker)] == [7]
    assert list(part.rows(world.adviser)) == []
