"""Pages and doors of balances that stay, as payroll, finance and a worker use them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.payroll.balances.test_balances import House
from tests.payroll.balances.test_balances import house as house

D = Decimal


@pytest.fixture
def call(house: House, client: Any, moment: Any) -> Any:
    """Somebody at the keyboard on 10 December 2026: `call(person, "post", "/soldes-de-paie/…", {...})`."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(house.world.cooperative, moment(2026, 12, 10))

    def send(person: Any, method: str, path: str, body: Any = None) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        kind = {"content_type": "application/json"} if path.startswith("/api/") and method == "post" else {}
        return getattr(client, method)(f"/be{path}", body or {}, **kind)

    return send


def test_payroll_finds_asks_and_proposes_finance_decides(house: House, call: Any) -> None:
    from payroll.balances.models import Balance

    empty = call(house.world.clerk, "get", "/soldes-de-paie/").content.decode()
    assert "Personne ne doit rien" in empty
    row = house.owes()
    clerk, page = house.world.clerk, f"/soldes-de-paie/{row.pk}/"
    Balance.objects.filter(pk=row.pk).delete()
    assert call(clerk, "post", "/soldes-de-paie/chercher/").status_code == 302
    row = Balance.objects.get()
    page = f"/soldes-de-paie/{row.pk}/"
    assert page in call(clerk, "get", "/soldes-de-paie/").content.decode()
    assert call(house.world.worker, "get", page).status_code == 403

    assert f"{page}reclamer/" in call(clerk, "get", page).content.decode()
    assert call(clerk, "post", f"{page}reclamer/").status_code == 302
    home = call(house.world.worker, "get", "/activites/").content.decode()
    assert "On vous a demandé de rembourser" in home

    assert call(clerk, "post", f"{page}attendre/", {"until": "2026-12-10"}).status_code == 422
    assert call(clerk, "post", f"{page}attendre/", {"until": "2027-01-15", "note": "x"}).status_code == 302
    assert call(clerk, "post", f"{page}proposer/", {"answer": ""}).status_code == 422
    assert call(clerk, "post", f"{page}proposer/", {"answer": "Parti"}).status_code == 302
    assert call(clerk, "post", f"{page}abandonner/").status_code == 403
    seen = call(house.finance, "get", page).content.decode()
    assert f"{page}abandonner/" in seen and "Parti" in seen
    assert call(house.finance, "post", f"{page}garder/", {"answer": "Non"}).status_code == 302
    assert call(clerk, "post", f"{page}proposer/", {"answer": "Parti"}).status_code == 302
    assert call(house.finance, "post", f"{page}abandonner/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.amount) == ("over", D("0.00"))


def test_by_rest(house: House, call: Any) -> None:
    row = house.owes()
    clerk, door = house.world.clerk, f"/api/v1/pay-balances/{row.pk}/"
    (listed,) = call(clerk, "get", "/api/v1/pay-balances/?state=open&works=False").json()["results"]
    assert (listed["amount"], listed["last_end"], listed["works"]) == ("434.65", "2026-11-06", False)
    assert call(house.world.worker, "get", door).status_code == 403
    asked = call(clerk, "post", f"{door}ask/").json()
    assert (asked["state"], asked["asked"], asked["acts"][0]["kind"]) == ("asked", "434.65", "asked")
    assert call(clerk, "post", f"{door}wait/", {"until": "2026-12-01"}).json()["code"] == "balance_wait_until"
    assert call(clerk, "post", f"{door}wait/", {"until": "2027-01-15"}).json()["state"] == "waiting"
    assert call(clerk, "post", f"{door}propose/", {}).status_code == 422
    assert call(clerk, "post", f"{door}propose/", {"because": "Parti"}).json()["state"] == "proposed"
    assert call(clerk, "post", f"{door}write-off/").status_code == 403
    assert call(house.finance, "post", f"{door}refuse/", {"because": "Non"}).json()["state"] == "open"
    assert call(clerk, "post", f"{door}propose/", {"because": "Parti"}).json()["state"] == "proposed"
    done = call(house.finance, "post", f"{door}write-off/").json()
    assert (done["state"], done["amount"]) == ("over", "0.00")
    assert call(house.finance, "post", f"{door}write-off/").json()["code"] == "balance_over"
