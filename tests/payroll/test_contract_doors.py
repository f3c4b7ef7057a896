"""REST doors of contracts: amended, signed, copied, corrected, written together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

D = Decimal
API = "/be/api/v1"


@pytest.fixture
def call(world: Any, client: Any, moment: Any) -> Any:
    """A signed-in caller, on 2 November 2026: `call(person, "post", "contracts/", {...})`."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 2))

    def send(person: Any, method: str, path: str, body: Any = None) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        if method == "get":
            return client.get(f"{API}/{path}")
        return getattr(client, method)(f"{API}/{path}", data=body or {}, content_type="application/json")

    return send


def test_read_sign_amend_sign_again(world: Any, call: Any) -> None:
    contract = world.submit(world.contract())
    here = f"contracts/{contract.pk}/"
    paper = call(world.worker, "get", f"{here}paper/").json()
    assert ["Salaire brut", "500,00 EUR"] in paper["rows"]
    assert call(world.worker, "post", f"{here}sign/", {"agreed": False}).json()["code"] == "consent_missing"
    assert call(world.worker, "post", f"{here}sign/", {"agreed": True, "shown": "x"}).status_code == 409
    signed = call(world.worker, "post", f"{here}sign/", {"agreed": True, "shown": paper["digest"]})
    assert signed.status_code == 200 and signed.json()["signed_at"]
    refused = call(world.worker, "post", f"{here}amend/", {"reason": "Tarif", "gross": "10.00"})
    assert (refused.status_code, refused.json()["code"]) == (422, "below_minimum_wage")
    done = call(world.worker, "post", f"{here}amend/", {"reason": "Tarif", "gross": "600.00"}).json()
    assert (done["employment_budget"], done["version"], done["signed_at"]) == ("930.00", 1, None)
    assert done["amendments"][0]["after"] == {"gross": "600.00"}
    assert call(world.worker, "get", f"{here}paper/").json()["changes"] == [
        ["Salaire brut", "500,00 EUR", "600,00 EUR"]
    ]


def test_the_warnings_of_the_law_have_words_and_a_source(world: Any, call: Any) -> None:
    days = {"starts_on": date(2026, 11, 10), "ends_on": date(2026, 11, 12)}
    contract = world.submit(world.contract(**days))
    (row,) = call(world.worker, "get", f"contracts/{contract.pk}/").json()["warned"]
    assert row["code"] == "public_holiday" and "1974" in row["source"]


def test_copied_and_kept_as_a_model(world: Any, call: Any) -> None:
    contract = world.contract()
    copy = call(world.worker, "post", f"contracts/{contract.pk}/copy/", {"starts_on": "2026-11-16"}).json()
    assert (copy["state"], copy["starts_on"], copy["ends_on"]) == ("draft", "2026-11-16", "2026-11-18")
    asked = {"contract": str(contract.pk), "name": "Concert"}
    kept = call(world.worker, "post", "contract-templates/", asked)
    assert kept.status_code == 201
    assert call(world.worker, "post", "contract-templates/", asked).status_code == 409
    assert [row["name"] for row in call(world.worker, "get", "contract-templates/").json()["results"]] == [
        "Concert"
    ]
    assert call(world.worker, "delete", f"contract-templates/{kept.json()['id']}/").status_code == 204


def test_only_payroll_corrects_and_not_its_own(world: Any, call: Any) -> None:
    from payroll.services import settle_due

    contract = world.submit(world.contract())
    settle_due(on=date(2026, 11, 10), actor=world.member)
    door = f"contract-months/{contract.months.get().pk}/correct/"
    asked = {"hours": "7.60", "gross": "150.00", "reason": "Heures oubliées"}
    assert call(world.worker, "post", door, asked).status_code == 403
    assert contract.months.count() == 1
    months = call(world.clerk, "post", door, asked).json()["months"]
    assert [(row["number"], row["budget"], row["settled"]) for row in months] == [
        (0, "775.00", True),
        (1, "232.50", False),
    ]


def test_several_people_by_one_request(world: Any, call: Any) -> None:
    from tests.factories import make_person

    other = make_person(first_name="Lou")
    asked = {
        "activity": str(world.activity.pk),
        "key": "show",
        "shared": {
            "contract_type": "employee",
            "starts_on": "2026-11-06",
            "ends_on": "2026-11-06",
            "hours": "7.60",
            "gross": "180.00",
        },
        "rows": [{"person": str(world.worker.pk)}, {"person": str(other.pk), "gross": "10.00"}],
    }
    seen = call(world.worker, "post", "contract-batches/preview/", asked).json()
    assert [(row["cost"], row["code"]) for row in seen] == [("279.00", ""), ("0.00", "below_minimum_wage")]
    done = call(world.worker, "post", "contract-batches/", asked)
    assert done.status_code == 201
    again = call(world.worker, "post", "contract-batches/", asked)
    assert again.json()["id"] == done.json()["id"]
    assert [row["state"] for row in again.json()["rows"]] == ["submitted", "refused"]
    assert world.budget()[1] == D("279.00")
    unknown = asked | {"key": "other", "rows": [{"person": str(world.activity.pk)}]}
    assert call(world.worker, "post", "contract-batches/", unknown).status_code == 404


def test_a_stranger_finds_nothing(world: Any, call: Any) -> None:
    from members.enums import Role
    from tests.factories import make_person

    contract = world.submit(world.contract())
    stranger = make_person(Role.MEMBER)
    for door in ("amend/", "copy/", "no-show/", "split/"):
        assert call(stranger, "post", f"contracts/{contract.pk}/{door}", {"reason": "x"}).status_code == 404
    assert call(stranger, "get", f"contracts/{contract.pk}/paper/").status_code == 404
    assert contract.amendments.count() == 0
