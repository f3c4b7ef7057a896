"""Pages of invoicing and Activities as member, adviser, credit controller and stranger."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from core import clock
from core.documents import render_one
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.einvoicing.models import Delivery
from invoicing.models import Client, Invoice, InvoiceAttachment, IssuedDocument
from members.enums import Role
from members.models import Person
from tests.activities.builders import NOVEMBER, PDF, make_activity, make_client, make_draft, make_invoice
from tests.factories import load_cooperative, make_adviser, make_person


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 20 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 20, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


class World:
    """A member with an Activity, their adviser, a credit controller and a stranger."""

    def __init__(self, cooperative: Cooperative) -> None:
        self.cooperative = cooperative
        with tenant_scope(cooperative):
            self.adviser = make_adviser()
            self.member = make_person(user=True, adviser=self.adviser)
            self.stranger = make_person(user=True)
            self.controller = make_person(Role.CREDIT_CONTROLLER, user=True)
            self.activity = make_activity(self.member)
            self.client = make_client(self.activity)

    def browser(self, person: Person) -> Browser:
        browser = Browser()
        browser.force_login(person.user)
        return browser

    def invoice(self, **fields: Any) -> Invoice:
        with tenant_scope(self.cooperative):
            return make_invoice(self.activity, self.client, **fields)

    def draft(self) -> Invoice:
        with tenant_scope(self.cooperative):
            return make_draft(self.activity, self.client)


@pytest.fixture
def world(be: Cooperative) -> World:
    return World(be)


def lines(*rows: tuple[str, str, str, str, str]) -> dict[str, str]:
    sent = {"line-TOTAL_FORMS": str(len(rows)), "line-INITIAL_FORMS": "0"}
    for n, row in enumerate(rows):
        for name, value in zip(
            ("description", "quantity", "unit", "unit_price", "vat_code"), row, strict=True
        ):
            sent[f"line-{n}-{name}"] = value
    return sent


TWO_DAYS = lines(("Graphisme", "2", "day", "500,00", "standard"), ("", "", "day", "", ""))


def test_from_the_editor_to_the_issued_invoice(world: World) -> None:
    browser = world.browser(world.member)
    assert browser.get(f"/be/factures/nouvelle/?activity={world.activity.pk}").status_code == 200

    head = {
        "client": str(world.client.pk),
        "delivery_date": "2026-11-18",
        "buyer_reference": "",
        "note": "",
        "act": "issue",
    }
    saved = browser.post(f"/be/factures/nouvelle/?activity={world.activity.pk}", head | TWO_DAYS)
    with tenant_scope(world.cooperative):
        draft = Invoice.objects.get()
    assert saved.status_code == 302 and saved["Location"] == f"/be/factures/{draft.pk}/emettre/"
    assert draft.total == Decimal("1210.00")

    confirm = browser.get(saved["Location"]).content.decode()
    assert "935,00" in confirm and "65,00" in confirm
    assert browser.get(f"/be/factures/{draft.pk}/apercu/").status_code == 200
    issued = browser.post(saved["Location"], {"send": "1"})

    assert issued.status_code == 302
    with tenant_scope(world.cooperative):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.issued_on, invoice.sent_on) == (
            "PA-2026-000001",
            date(2026, 11, 20),
            date(2026, 11, 20),
        )
        assert Delivery.objects.get().channel == "peppol"
    page = browser.get(issued["Location"]).content.decode()
    assert "PA-2026-000001" in page and "+++26" in page


def test_the_editor_works_without_javascript_and_says_what_is_wrong(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/nouvelle/?activity={world.activity.pk}"

    more = browser.post(url, {"client": "", "act": "add"} | TWO_DAYS)
    assert (
        more.status_code == 200
        and 'value="3"' in more.content.decode()
        and "Graphisme" in more.content.decode()
    )
    wrong = browser.post(url, {"client": "", "delivery_date": "", "act": "keep"} | TWO_DAYS)
    empty = browser.post(
        url,
        {"client": str(world.client.pk), "delivery_date": "2026-11-18", "act": "keep"}
        | lines(("", "", "day", "", "")),
    )

    assert (wrong.status_code, empty.status_code) == (422, 422)
    with tenant_scope(world.cooperative):
        assert not Invoice.objects.exists()


def test_the_live_total_names_vat_levy_and_budget(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/total/{world.activity.pk}/"

    total = browser.post(url, {"client": str(world.client.pk)} | TWO_DAYS).content.decode()

    assert all(amount in total for amount in ("210,00", "65,00", "935,00"))
    assert world.browser(world.stranger).post(url, TWO_DAYS).status_code == 404


def test_a_draft_is_changed_by_its_people_until_somebody_else_was_faster(world: World) -> None:
    draft, browser = world.draft(), world.browser(world.member)
    url = f"/be/factures/{draft.pk}/modifier/"
    assert browser.get(url).status_code == 200
    head = {"client": str(world.client.pk), "delivery_date": "2026-11-18", "act": "keep", "version": "1"}

    assert browser.post(url, head | lines(("Graphisme", "1", "day", "400", "standard"))).status_code == 302
    assert browser.post(url, head | lines(("Graphisme", "1", "day", "1", "standard"))).status_code == 422

    with tenant_scope(world.cooperative):
        assert Invoice.objects.get().total == Decimal("484.00")
    assert world.browser(world.stranger).get(url).status_code == 404
    assert world.browser(world.adviser).get(url).status_code == 403
    assert browser.post(f"/be/factures/{draft.pk}/supprimer/").status_code == 302


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


# --- discounts, advances, lines that move ----------------------------------------------------------------


def head(world: World, **more: Any) -> dict[str, Any]:
    return {"client": str(world.client.pk), "delivery_date": "2026-11-18", "act": "keep"} | more


def only(world: World, **filters: Any) -> Invoice:
    with tenant_scope(world.cooperative):
        return Invoice.objects.get(**filters)


def test_lines_are_added_moved_copied_and_taken_away_before_anything_is_kept(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/nouvelle/?activity={world.activity.pk}"
    three = lines(*((name, "1", "day", "10,5", "") for name in ("Un", "Deux", "Trois")))

    def order(act: str) -> list[str]:
        page = browser.post(url, head(world, act=act, note="Merci") | three)
        text = page.content.decode()
        assert page.status_code == 200 and 'value="Merci"' in text
        return re.findall(r'name="line-\d-description" value="([^"]*)"', text)

    assert order("up:2") == ["Un", "Trois", "Deux"]
    assert order("down:0") == ["Deux", "Un", "Trois"]
    assert order("copy:1") == ["Un", "Deux", "Deux", "Trois"]
    assert order("drop:0") == ["Deux", "Trois"]
    assert order("up:0") == order("down:9") == order("drop:x") == ["Un", "Deux", "Trois"]
    with tenant_scope(world.cooperative):
        assert not Invoice.objects.exists()


def test_discounts_and_early_payment_are_kept_and_shown_again(world: World) -> None:
    browser = world.browser(world.member)
    sent = lines(("Graphisme", "7,125", "hour", "33,3333", ""))
    sent |= {"line-0-discount_percent": "12,5", "line-0-starts_on": "2026-11-16"}
    terms = {"discount_amount": "7,81", "early_percent": "2", "early_days": "8", "show_employment": "on"}

    answer = browser.post(f"/be/factures/nouvelle/?activity={world.activity.pk}", head(world, **terms) | sent)

    draft = only(world)
    assert answer.status_code == 302
    assert (draft.net, draft.vat, draft.early_days) == (Decimal("200.00"), Decimal("41.16"), 8)
    again = browser.get(f"/be/factures/{draft.pk}/modifier/").content.decode()
    for shown in ("7,125", "33,3333", "12,5", "7,81", "2026-11-16"):
        assert f'value="{shown}"' in again
    preview = browser.get(f"/be/factures/{draft.pk}/apercu/").content.decode()
    assert "Remise 12,5 %" in preview and "Escompte de 2 %" in preview and "Rémunération brute" in preview


def test_the_total_says_the_reason_of_the_vat_and_what_is_wrong(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/total/{world.activity.pk}/"
    line = lines(("Graphisme", "1", "flat", "100", "reverse_charge"))

    said = browser.post(url, head(world) | line).content.decode()
    wrong = browser.post(url, head(world, discount_amount="100,01") | line).content.decode()

    assert "Autoliquidation" in said and "100,00" in said
    assert "field-error" in wrong and "100.00 €" in wrong


def test_an_advance_is_asked_and_deducted_by_ticking_it(world: World) -> None:
    browser = world.browser(world.member)
    url = f"/be/factures/nouvelle/?activity={world.activity.pk}"
    browser.post(url, head(world, kind="advance") | lines(("Acompte", "1", "flat", "300", "")))
    advance = only(world)
    browser.post(f"/be/factures/{advance.pk}/emettre/")
    assert f'value="{advance.pk}"' in browser.get(url).content.decode()

    work = lines(("Spectacle", "1", "flat", "1000", ""))
    answer = browser.post(url, head(world, advances=[str(advance.pk)]) | work)

    final = only(world, kind="final")
    assert answer.status_code == 302 and final.net == Decimal("700.00")
    again = browser.get(f"/be/factures/{final.pk}/modifier/").content.decode()
    assert 'value="Spectacle"' in again and "Acompte déjà facturé" not in again
    browser.post(f"/be/factures/{final.pk}/modifier/", head(world, advances=[str(advance.pk)]) | work)
    assert only(world, kind="final").net == Decimal("700.00")


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


def test_a_copy_of_an_invoice_opens_in_the_editor(world: World) -> None:
    invoice = world.invoice()

    answer = world.browser(world.member).post(f"/be/factures/{invoice.pk}/copier/")

    draft = only(world, state="draft")
    assert answer["Location"] == f"/be/factures/{draft.pk}/modifier/" and draft.net == invoice.net
    refused = world.browser(world.adviser).post(f"/be/factures/{invoice.pk}/copier/")
    assert refused.status_code in (403, 404)
    only(world, state="draft")


def test_a_file_is_added_downloaded_and_taken_off_a_draft(world: World) -> None:
    draft = world.draft()
    browser = world.browser(world.member)
    url = f"/be/factures/{draft.pk}/joindre/"

    refused = browser.post(url, {"file": SimpleUploadedFile("x.pdf", b"<script>")})
    kept = browser.post(url, {"file": SimpleUploadedFile("plan.pdf", PDF)})

    assert (refused.status_code, kept.status_code) == (422, 302)
    with tenant_scope(world.cooperative):
        row = InvoiceAttachment.objects.get()
    assert "plan.pdf" in browser.get(f"/be/factures/{draft.pk}/").content.decode()
    file = browser.get(f"/be/pieces-jointes/{row.pk}/")
    assert file.content == PDF and file["Content-Disposition"].startswith("attachment")
    assert world.browser(world.adviser).get(f"/be/pieces-jointes/{row.pk}/").status_code == 200
    assert world.browser(world.stranger).get(f"/be/pieces-jointes/{row.pk}/").status_code == 404
    assert world.browser(world.adviser).post(f"/be/pieces-jointes/{row.pk}/retirer/").status_code in (
        403,
        404,
    )
    browser.post(f"/be/pieces-jointes/{row.pk}/retirer/")
    with tenant_scope(world.cooperative):
        assert not InvoiceAttachment.objects.exists()
