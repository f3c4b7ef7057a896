"""Pages of Activities: the home of a member, the waterfall, expenses, a new Activity; what lists cost."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from core.models import Cooperative
from core.tenancy import tenant_scope
from members.enums import Role
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice
from tests.activities.world import World
from tests.factories import make_adviser, make_person

LISTS = (
    "/be/factures/",
    "/be/clients/",
    "/be/activites/",
    "/be/factures/en-retard/",
    "/be/validation/",
    "/be/portefeuille/",
)


@pytest.mark.parametrize("url", LISTS)
def test_lists_ask_as_often_for_three_rows_as_for_one(be: Cooperative, url: str) -> None:
    counts = []
    for size in (1, 3):
        with tenant_scope(be):
            adviser = make_adviser()
            person = make_person(
                Role.MEMBER, Role.CREDIT_CONTROLLER, Role.ADVISER, user=True, adviser=adviser
            )
            helped = [make_person(adviser=person) for _ in range(size)]
            from activities.services import request_activity
            from tests.factories import SYSTEM

            for other in helped:
                activity = make_activity(person)
                make_invoice(
                    activity, make_client(activity, name=f"Client {other.pk}"), issued_on=date(2026, 9, 1)
                )
                request_activity(
                    person=other,
                    name="Demande",
                    tool="activity",
                    function_code="musique",
                    entity_code="PA",
                    requested_on=NOVEMBER,
                    actor=SYSTEM,
                )
        browser = Browser()
        browser.force_login(person.user)
        browser.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1], counts


def test_the_home_of_a_member_names_money_needs_and_acts(world: World) -> None:
    world.invoice(issued_on=date(2026, 9, 1))
    world.draft()

    page = world.browser(world.member).get("/be/activites/").content.decode()

    assert "935,00" in page
    assert "/be/factures/nouvelle/" in page and "/be/frais/nouveau/" in page
    assert "situation=late" in page and world.client.name in page


def test_the_activity_page_shows_the_waterfall_of_an_invoice_or_an_amount(world: World) -> None:
    world.invoice()
    browser, url = world.browser(world.member), f"/be/activites/{world.activity.pk}/"

    page = browser.get(url).content.decode()
    other = browser.get(f"{url}?amount=100").content.decode()

    assert all(amount in page for amount in ("1\u202f210,00", "935,00"))
    assert all(amount in other for amount in ("121,00", "93,50", "6,50"))


def test_expenses_are_handed_in_and_answered_on_their_pages(world: World) -> None:
    world.invoice()
    member, adviser = world.browser(world.member), world.browser(world.adviser)
    url = f"/be/frais/nouveau/?activity={world.activity.pk}"
    sent = {
        "category": "material",
        "text": "Écran",
        "incurred_on": "2026-11-19",
        "amount": "605,00",
        "vat_amount": "105,00",
    }

    assert member.get(url).status_code == 200
    assert member.post(url, sent | {"amount": ""}).status_code == 422
    saved = member.post(url, sent)
    assert saved.status_code == 302 and member.get(saved["Location"]).status_code == 200
    queue = adviser.get("/be/validation/").content.decode()
    assert "Écran" in queue
    assert world.browser(world.stranger).get(saved["Location"]).status_code == 404
    assert member.post(f"{saved['Location']}accord/").status_code == 403
    assert adviser.post(f"{saved['Location']}refus/", {"reason": ""}).status_code == 422
    assert adviser.post(f"{saved['Location']}accord/").status_code == 302

    assert "435,00" in member.get(f"/be/activites/{world.activity.pk}/").content.decode()


def test_a_member_asks_for_an_activity_and_the_adviser_opens_it(world: World) -> None:
    member, adviser = world.browser(world.member), world.browser(world.adviser)
    sent = {
        "name": "Cours de dessin",
        "function_code": "formation",
        "tool": "activity",
        "description": "Ateliers",
    }

    assert member.get("/be/activites/nouvelle/").status_code == 200
    assert member.post("/be/activites/nouvelle/", sent | {"name": ""}).status_code == 422
    asked = member.post("/be/activites/nouvelle/", sent)
    assert asked.status_code == 302 and member.get(asked["Location"]).status_code == 200
    assert member.post(f"{asked['Location']}accord/").status_code == 403
    assert "Cours de dessin" in adviser.get("/be/validation/").content.decode()
    assert adviser.post(f"{asked['Location']}accord/").status_code == 302

    assert f"{asked['Location']}" in member.get("/be/activites/").content.decode()
