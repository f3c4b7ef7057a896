"""Models of contracts: a member keeps many, finds one by a word, reads them a page at a time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payroll.models import ContractTemplate
from tests.factories import actor, make_person, make_user

PAGE = "/be/contrats/modeles/"
DOOR = "/be/api/v1/contract-templates/"


@pytest.fixture
def reader(world: Any, client: Any) -> Any:
    """Nora, signed in, who keeps three models of one contract."""
    world.worker.user = make_user("nora@example.org")
    world.worker.save(update_fields=["user"])
    client.force_login(world.worker.user)
    contract = world.contract()
    for name in ("Soir de concert", "Atelier du mercredi", "Répétition"):
        _keep(world, contract, name)
    return client


def _keep(world: Any, contract: Any, name: str) -> None:
    from payroll.services import keep_template

    keep_template(contract_id=contract.pk, owner=world.worker, name=name, actor=actor(world.worker))


def test_models_are_read_by_name_a_page_at_a_time(world: Any, reader: Any) -> None:
    first = reader.get(f"{DOOR}?limit=2").json()
    rest = reader.get(first["next"]).json()

    assert [row["name"] for row in first["results"]] == ["Atelier du mercredi", "Répétition"]
    assert [row["name"] for row in rest["results"]] == ["Soir de concert"]
    assert rest["next"] is None


def test_a_word_or_a_kind_finds_a_model_at_the_door_and_on_the_page(world: Any, reader: Any) -> None:
    ContractTemplate.objects.filter(name="Répétition").update(
        terms={"description": "Montage", "contract_type": "student", "hours": "4.00"}
    )
    for asked, found in (
        ("q=concert", ["Soir de concert"]),
        ("q=montage", ["Répétition"]),
        ("contract_type=student", ["Répétition"]),
        ("q=mercredi&contract_type=student", []),
    ):
        answer = reader.get(f"{DOOR}?{asked}").json()
        page = reader.get(f"{PAGE}?{asked}").content.decode()
        assert [row["name"] for row in answer["results"]] == found, asked
        shown = [n for n in ("Soir de concert", "Atelier du mercredi", "Répétition") if f">{n}</td>" in page]
        assert shown == found, asked
    assert "Aucun modèle ne correspond" in page

    refused = reader.get(f"{DOOR}?contract_type=nothing")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "contract_type"


def test_the_page_holds_25_and_leads_to_the_others(world: Any, reader: Any) -> None:
    contract = world.contract()
    for n in range(25):
        _keep(world, contract, f"Tournée {n:02}")

    first, second = reader.get(PAGE).content.decode(), reader.get(f"{PAGE}?page=2").content.decode()
    assert (first.count('class="lead"'), second.count('class="lead"')) == (25, 3)
    assert "1–25" in first and "page=2" in first


def test_more_models_cost_no_more_readings(world: Any, reader: Any) -> None:
    def readings() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert reader.get(DOOR).status_code == reader.get(PAGE).status_code == 200
        return len(seen)

    readings()
    before = readings()
    _keep(world, world.contract(), "Encore un")
    assert readings() == before


def test_nobody_sees_the_models_of_another_member(world: Any, reader: Any) -> None:
    other = make_person(user=True)
    reader.force_login(other.user)

    assert reader.get(DOOR).json()["results"] == []
    page = reader.get(PAGE).content.decode()
    assert "Répétition" not in page and "Pas encore de modèle" in page


def test_a_new_contract_takes_a_model_by_its_key_and_nothing_by_what_is_no_key(
    world: Any, reader: Any
) -> None:
    model = ContractTemplate.objects.get(name="Répétition")
    written = reader.get(f"/be/contrats/nouveau/?template={model.pk.hex}").context["form"].initial
    assert written["description"] == model.terms["description"]
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        page = reader.get(f"/be/contrats/nouveau/?template={wrong}")
        assert page.status_code == 200 and "description" not in page.context["form"].initial
