"""Pages of issued invoices and their list, as member, adviser, credit controller and stranger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from core.documents import render_one
from core.tenancy import tenant_scope
from invoicing.models import Client, Invoice, IssuedDocument
from tests.activities.builders import make_draft
from tests.activities.world import World, head, lines, only


def test_credit_from_the_page(world: World) -> None:
    invoice, browser = world.invoice(), world.browser(world.member)
    url = f"/be/factures/{invoice.pk}/credit/"
    assert browser.get(url).status_code == 200

    too_much = {"reason": "Erreur", "how_much": "part", "amount_standard": "1000,01"}
    assert browser.post(url, too_much).status_code == 422
    assert browser.post(url, {"reason": "Erreur", "how_much": "part"}).status_code == 422
    assert browser.post(url, too_much | {"amount_standard": "100,00"}).status_code == 302

    with tenant_scope(world.cooperative):
        assert Invoice.objects.get().credited == Decimal("121.00")
    assert "PA-NC-2026-000001" in browser.get(f"/be/factures/{invoice.pk}/").content.decode()


def test_some_lines_are_credited_from_the_page(world: World) -> None:
    invoice = world.invoice()
    browser = world.browser(world.member)
    url = f"/be/factures/{invoice.pk}/credit/"
    assert "quantity_1" in browser.get(url).content.decode()

    nothing = browser.post(url, {"reason": "Retour", "how_much": "lines"})
    answer = browser.post(url, {"reason": "Retour", "how_much": "lines", "quantity_1": "0,5"})

    assert nothing.status_code == 422 and answer.status_code == 302
    with tenant_scope(world.cooperative):
        assert IssuedDocument.objects.get(kind="credit_note").net == Decimal("250.00")


def test_a_document_that_is_not_made_yet_is_waited_for(world: World) -> None:
    invoice, browser = world.invoice(), world.browser(world.member)
    with tenant_scope(world.cooperative):
        document = IssuedDocument.objects.get(invoice=invoice)
    url = f"/be/documents/{document.pk}.pdf"

    waiting = browser.get(url)
    assert waiting.status_code == 200 and "every 2s" in waiting.content.decode()
    while render_one(world.cooperative):
        pass
    ready = browser.get(f"{url}?wait")
    pdf = browser.get(url)

    assert "every 2s" not in ready.content.decode()
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert pdf["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/be/documents/{document.pk}.xml").content.startswith(b"<?xml")
    assert world.browser(world.stranger).get(url).status_code == 404


PAGES = ("/be/factures/{invoice}/", "/be/clients/{client}/", "/be/activites/{activity}/")


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_what(world: World, page: str) -> None:
    invoice = world.invoice()
    url = page.format(invoice=invoice.pk, client=world.client.pk, activity=world.activity.pk)

    seen = {
        name: world.browser(getattr(world, name)).get(url).status_code
        for name in ("member", "adviser", "controller", "stranger")
    }

    assert seen == {"member": 200, "adviser": 200, "controller": 200, "stranger": 404}
    assert Browser().get(url).status_code == 302


def test_the_adviser_reads_but_does_not_write(world: World) -> None:
    invoice, draft, browser = world.invoice(), world.draft(), world.browser(world.adviser)

    for url in (
        f"/be/factures/{draft.pk}/emettre/",
        f"/be/factures/{invoice.pk}/credit/",
        "/be/factures/nouvelle/",
    ):
        assert browser.post(url).status_code == 403

    with tenant_scope(world.cooperative):
        assert set(Invoice.objects.values_list("state", flat=True)) == {"draft", "issued"}


def test_the_credit_controller_disputes_and_resumes(world: World) -> None:
    invoice, browser = world.invoice(issued_on=date(2026, 9, 1)), world.browser(world.controller)

    page = browser.get("/be/factures/en-retard/").content.decode()
    assert f"/be/recouvrement/{invoice.client_id}/" in page and "1\u202f210,00" in page and ">50</td>" in page
    assert browser.post(f"/be/factures/{invoice.pk}/litige/", {"reason": "Refusé"}).status_code == 302
    with tenant_scope(world.cooperative):
        assert Invoice.objects.get().disputed_on == date(2026, 11, 20)
    assert browser.post(f"/be/factures/{invoice.pk}/reprise/", {"conceded": "no"}).status_code == 302
    assert world.browser(world.member).get("/be/factures/en-retard/").status_code == 403


def test_clients_are_made_with_checked_numbers(world: World) -> None:
    browser = world.browser(world.member)
    sent = {
        "kind": "business",
        "name": "Ars ASBL",
        "vat_number": "BE0403019262",
        "country": "BE",
        "language": "fr",
    }

    refused = browser.post("/be/clients/nouveau/", sent)
    assert refused.status_code == 422 and "BE0403019262" in refused.content.decode()
    made = browser.post("/be/clients/nouveau/", sent | {"vat_number": "be 0403.019.261"})

    assert made.status_code == 302
    with tenant_scope(world.cooperative):
        client = Client.objects.get(name="Ars ASBL")
        assert client.vat_number == "BE0403019261"
    assert (
        browser.post(
            f"/be/clients/{client.pk}/modifier/", sent | {"vat_number": "", "city": "Namur"}
        ).status_code
        == 302
    )
    assert "Ars ASBL" in browser.get("/be/clients/?q=ars").content.decode()
    assert "Ars ASBL" not in world.browser(world.stranger).get("/be/clients/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=PA-2026-0000", 2),
        ("q=pa-2026-000002", 1),
        ("q=théatre", 3),
        ("q=1210", 2),
        ("q=zzz", 0),
        ("situation=late", 1),
        ("situation=draft", 1),
        ("situation=open", 2),
        ("sort=-total_cents", 3),
    ],
)
def test_the_list_finds_what_people_remember(world: World, query: str, found: int) -> None:
    world.invoice(issued_on=date(2026, 9, 1))
    world.invoice()
    with tenant_scope(world.cooperative):
        from tests.activities.builders import flat

        make_draft(world.activity, world.client, flat("10.00"))

    page = world.browser(world.member).get(f"/be/factures/?{query}").content.decode()

    assert page.count('href="/be/factures/0') == found


def test_a_price_of_four_decimals_is_shown_as_agreed(world: World) -> None:
    browser, url = world.browser(world.member), f"/be/factures/nouvelle/?activity={world.activity.pk}"
    words = lines(("Traduction", "1000", "piece", "0,0375", "standard"))
    browser.post(url, head(world) | words)

    page = browser.get(f"/be/factures/{only(world).pk}/").content.decode()

    assert "0,0375\u00a0€" in page
    assert "1\u202f000 pièces" in page
    assert "37,50\u00a0€" in page, "and the line is rounded to the cent"
