"""The quick job of a member who knows it: four fields, the way of the money beside, refusals explained."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.forms import fields_asked, fill, press, words
from tests.e2e.window import DESKTOP, PHONE, Screen, Window

NEW_CLIENT = {
    "client_name": "Maison des Jeunes du Canal",
    "client_street": "Quai du Hainaut 29",
    "client_postal_code": "1080",
    "client_city": "Bruxelles",
    "description": "Atelier de percussions",
    "contract_type": "employee",
}


@pytest.mark.parametrize("screen", [pytest.param(one, id=one.name) for one in (PHONE, DESKTOP)])
def test_the_way_of_the_money_follows_what_is_typed(screen: Screen, open_as: Callable[..., Window]) -> None:
    page = open_as("member", screen).open("be/mission/?client=new")

    fill(page, hours="7,6", amount="1000", contract_type="employee")

    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("935,00")
    fill(page, amount="500")
    expect(estimate).to_contain_text("467,50")


def test_a_refusal_says_why_and_what_would_do(open_as: Callable[..., Window]) -> None:
    page = open_as("member", PHONE).open("be/mission/?client=new")
    fill(page, **NEW_CLIENT, hours="7,6", amount="40")

    press(page, "Valider : facture et contrat")

    expect(page.locator(".error-summary")).to_be_visible()
    assert "minimum" in words(page.locator("main"))
    assert page.locator("main [name=description]").input_value() == NEW_CLIENT["description"], (
        "nothing is lost"
    )


def test_nothing_is_asked_that_is_known(open_as: Callable[..., Window]) -> None:
    """The last client, work and contract stand there; days, hours and amount are the four fields."""
    page = open_as("member", PHONE).open("be/mission/")
    if len(fields_asked(page)) > 4:  # nobody did a job in this Activity yet
        _do_a_first_job(page)
        page.goto(page.url.split("/mission/")[0] + "/mission/")

    assert sorted(fields_asked(page)) == ["amount", "ends_on", "hours", "starts_on"]


def test_a_job_is_done_without_javascript(open_as: Callable[..., Window]) -> None:
    page = open_as("member", PHONE, scripts=False).open("be/mission/?client=new")
    fill(page, **NEW_CLIENT, starts_on="2026-12-14", ends_on="2026-12-14", hours="7,6", amount="900")

    press(page, "Calculer")
    assert "841,50 €" in words(page.locator("#estimate")), "the budget: 900.00 less 6.5 %"
    press(page, "Valider : facture et contrat")

    done = words(page.locator("main"))
    assert "Votre salaire est sur votre compte le" in done
    assert "déclar" in done


def _do_a_first_job(page: Page) -> None:
    fill(page, **NEW_CLIENT, hours="7,6", amount="1000")
    press(page, "Valider : facture et contrat")
    page.wait_for_url("**/mission/*-*/")
