"""From the simulator to the first declared job: a visitor on a phone becomes a member who works."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from core.identifiers import belgian_iban
from tests.e2e.forms import fields_asked, fill, press, words
from tests.e2e.window import DESKTOP, PHONE, Screen, Window

SCREENS = [pytest.param(screen, id=screen.name) for screen in (PHONE, DESKTOP)]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_visitor_learns_what_stays_of_an_invoice(screen: Screen, open_as: Callable[..., Window]) -> None:
    page = open_as("", screen).open("be/")

    fill(page, amount="1000", expenses="100", days="1", contract_type="employee", family_status="single")

    expect(page.locator("#estimate")).to_contain_text("468,30")
    answer = words(page.locator("#estimate"))
    assert "538,71 €" in answer, "the gross"
    assert "935,00 €" in answer, "the budget, once the cooperative has its 6.5 %"


def test_a_visitor_without_javascript_learns_it_too(open_as: Callable[..., Window]) -> None:
    page = open_as("", PHONE, scripts=False).open("be/simulateur/")

    fill(page, amount="1000", expenses="100", days="1", contract_type="employee", family_status="single")
    press(page, "Calculer")

    assert "468,30 €" in words(page.locator("#estimate"))


def test_a_newcomer_joins_and_does_a_first_job_on_a_phone(open_as: Callable[..., Window]) -> None:
    """Sign up, join, ask for an Activity; the adviser agrees; eleven fields, then four; it is declared."""
    newcomer = open_as("", PHONE)
    page = newcomer.open("be/simulateur/")
    name = f"Contrebasse {uuid4().hex[:6]}"
    _sign_up(page, newcomer)
    _join(page)
    _ask_for_an_activity(page, name)
    assert "Votre demande est chez votre conseiller·e." in words(page)

    adviser = open_as("adviser_lead", DESKTOP).open("be/validation/")
    adviser.get_by_role("link", name=name).first.click()
    press(adviser, "Marquer mon accord")

    page.reload()
    assert name in words(page)
    newcomer.open("be/mission/")
    assert len(fields_asked(page)) <= 12
    fill(
        page,
        client_name="Théâtre des Quatre Vents",
        client_street="Rue du Midi 4",
        client_postal_code="1000",
        client_city="Bruxelles",
        description="Concert",
        hours="7,6",
        amount="1000",
    )
    expect(page.locator("#estimate")).to_contain_text("1 000,00")
    press(page, "Valider : facture et contrat")
    page.wait_for_url("**/mission/*-*/")
    assert "sur votre compte le" in words(page)
    expect(page.locator("#declaration")).to_contain_text("déclaré", timeout=30_000)

    newcomer.open("be/mission/")
    assert len(fields_asked(page)) <= 4


def _sign_up(page: Page, newcomer: Window) -> None:
    newcomer.open("be/rejoindre/")
    password = "vents-et-marees-2026"
    fill(page, email=f"nouvelle.{uuid4().hex[:8]}@demo.example", password1=password, password2=password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/be/rejoindre/")


def _join(page: Page) -> None:
    number = uuid4().int % 1_000_000_000
    fill(
        page,
        first_name="Ondine",
        last_name="Verhaegen",
        national_number=_national_number(number),
        street="Rue des Palais 40",
        postal_code="1030",
        city="Bruxelles",
        iban=belgian_iban(1_000_000_000 + number % 1_000_000_000),
        status="single",
        children="0",
    )
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/bienvenue/")


def _ask_for_an_activity(page: Page, name: str) -> None:
    page.goto(page.url.replace("bienvenue", "activites/nouvelle"))
    fill(page, name=name, function_code="Musi", tool="contract")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/activites/*-*/")


def _national_number(number: int) -> str:
    """A fictional number of somebody born on 17 May 1990."""
    from datetime import date

    from core.identifiers import fictional_national_number

    return fictional_national_number(date(1990, 5, 17), 1 + number % 996)
