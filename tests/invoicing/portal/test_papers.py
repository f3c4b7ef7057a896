"""Inside the client area: what is to pay, each paper, the account to the cent, nothing of anybody else."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from core import clock
from core.documents import render_one
from core.models import AuditEvent, Cooperative, DocumentJob
from core.money import ZERO
from core.tenancy import tenant_scope
from invoicing.collection.models import Dispute
from invoicing.collection.services import claim_charges
from invoicing.models import Client, ClientContact, Invoice, IssuedDocument
from invoicing.portal import services
from invoicing.portal.account import accounts_of
from invoicing.portal.links import token_of
from invoicing.portal.models import StatementOfAccount
from invoicing.portal.rendering import pay_code, statement_pdf
from invoicing.services import credit_invoice
from ledger.selectors import party_balance
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.quotes.builders import sent_quote
from tests.invoicing.test_receipts import Bank, transfer

ISSUED, PAID = date(2026, 9, 1), date(2026, 10, 12)


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 2 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


def inside(be: Cooperative, client: Client) -> Browser:
    """A browser in which the client's own address entered."""
    browser = Browser()
    with tenant_scope(be):
        access = services.send_link(client=client, email="", at=clock.now(), actor=SYSTEM)
        path = f"/be/espace-client/entrer/{token_of(access)}/"
    assert browser.post(path).status_code == 302
    return browser


def page(browser: Browser, path: str) -> str:
    answer = browser.get(f"/be/espace-client/{path}")
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def theatre(**fields: Any) -> Client:
    return make_client(**{"email": "compta@theatre.example", "language": "fr"} | fields)


@pytest.fixture
def played(be: Cooperative) -> tuple[Client, list[Invoice]]:
    """Three invoices of 1 September: one partly paid, one credited by half, one late with charges."""
    with tenant_scope(be):
        activity = make_activity(name="Affiches")
        client = theatre()
        rows = [
            make_invoice(activity, client=client, lines=flat(amount), issued_on=ISSUED)
            for amount in ("1000.00", "200.00", "500.00")
        ]
        Bank(rows[0].entity.iban).book(transfer("1000.00", reference=rows[0].communication), day=PAID)
        credit_invoice(
            invoice_id=rows[1].pk, amounts=Decimal("100.00"), reason="Moins de pages", on=PAID, actor=SYSTEM
        )
        claim_charges(invoice_id=rows[2].pk, on=date(2026, 10, 31), actor=SYSTEM)
    return client, rows


def test_home_says_what_is_to_pay_late_first_with_the_charges_and_the_quotes(
    be: Cooperative, played: tuple[Client, list[Invoice]]
) -> None:
    client, rows = played
    with tenant_scope(be):
        sent_quote(rows[0].activity, client=client, on=clock.today())
        owed = party_balance("400", client.party_id)

    home = page(inside(be, client), "")

    assert f"{owed:,.2f}".replace(",", " ").replace(".", ",") in home
    assert all(row.number in home for row in rows)
    assert (
        "En retard de" in home and "Affiche de saison" in home and "d'intérêts" in home.replace("&#x27;", "'")
    )


def test_an_invoice_is_shown_as_issued_with_a_code_that_pays_what_is_left(
    be: Cooperative, played: tuple[Client, list[Invoice]]
) -> None:
    client, rows = played
    browser = inside(be, client)

    text = page(browser, f"factures/{rows[0].pk}/")

    assert "<svg" in text and "210,00 €" in text
    assert "Paiement" in text and "1.000,00 €" in text or "1 000,00 €" in text
    with tenant_scope(be):
        content = IssuedDocument.objects.get(invoice=rows[0], kind="invoice").content
    assert pay_code(content, Decimal("210.00")) in text
    assert pay_code(content, Decimal("1210.00")) not in text


def test_documents_are_made_on_demand_and_downloaded(
    be: Cooperative, played: tuple[Client, list[Invoice]]
) -> None:
    client, rows = played
    browser = inside(be, client)
    with tenant_scope(be):
        document = IssuedDocument.objects.get(invoice=rows[0], kind="invoice").pk
    path = f"documents/{document}/xml/"

    assert "préparation" in page(browser, path)
    while render_one(be):
        pass

    answer = browser.get(f"/be/espace-client/{path}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert rows[0].number.encode() in answer.content


def test_contesting_stops_reminders_and_says_who_it_was(
    be: Cooperative, played: tuple[Client, list[Invoice]]
) -> None:
    client, rows = played
    browser = inside(be, client)
    path = f"/be/espace-client/factures/{rows[2].pk}/contester/"

    assert browser.post(path, {"reason": "  "}).status_code == 422
    with tenant_scope(be):
        assert not Dispute.objects.exists()
    assert browser.post(path, {"reason": "Jamais commandé"}).status_code == 302

    with tenant_scope(be):
        dispute = Dispute.objects.get()
        assert (dispute.invoice_id, dispute.text) == (rows[2].pk, "Jamais commandé")
        event = AuditEvent.objects.get(action="invoice.disputed")
        assert (event.actor_kind, event.actor_label) == ("client", "compta@theatre.example")
    assert "Vous contestez cette facture" in page(browser, f"factures/{rows[2].pk}/")


def test_the_account_is_the_books_to_the_cent(be: Cooperative, played: tuple[Client, list[Invoice]]) -> None:
    client, _rows = played
    with tenant_scope(be):
        [whole] = accounts_of(client, date(2026, 1, 1), date(2026, 11, 2))
        [later] = accounts_of(client, date(2026, 10, 1), date(2026, 11, 2))
        balance = party_balance("400", client.party_id)

    assert whole.opening == ZERO
    assert later.opening == Decimal("2057.00")  # 1 210 + 242 + 605
    for account in (whole, later):
        moved = sum((row.debit - row.credit for row in account.movements), ZERO)
        assert account.opening + moved == account.closing == balance
        assert sum((item.open_amount for item in account.items), ZERO) == balance
    assert {row.kind for row in whole.movements} == {"m_invoice", "m_payment", "m_credit", "m_charge"}
    assert [row.text for row in whole.movements if row.kind == "m_invoice"] == [r.number for r in _rows]


def test_the_statement_is_printed_once_for_the_same_figures_and_read_as_a_table(
    be: Cooperative, played: tuple[Client, list[Invoice]]
) -> None:
    client, rows = played
    browser = inside(be, client)
    asked = {"client": client.pk, "since": "2026-10-01", "until": "2026-11-02"}

    first = browser.post("/be/espace-client/releve/imprimer/", asked)
    again = browser.post("/be/espace-client/releve/imprimer/", asked)
    table = browser.get("/be/espace-client/releve/tableau/", asked)

    assert first["Location"] == again["Location"]
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    with tenant_scope(be):
        statement = StatementOfAccount.objects.get()
        assert lines[-1][-1] == str(party_balance("400", client.party_id))
        assert DocumentJob.objects.filter(kind="statement_pdf").count() == 0
        made = statement_pdf(statement.pk)
    assert made.content.startswith(b"%PDF") and made.name.startswith("Relevé-de-compte")
    assert "2.057,00 €" in page(browser, "releve/?since=2026-10-01") or "2 057,00" in page(
        browser, "releve/?since=2026-10-01"
    )
    assert browser.get("/be/espace-client/releve/?since=2027-01-01").status_code == 422


def test_nothing_of_another_client_is_there(be: Cooperative, played: tuple[Client, list[Invoice]]) -> None:
    client, rows = played
    with tenant_scope(be):
        stranger = make_client(email="autre@club.example", name="Le Club SRL")
        document = IssuedDocument.objects.filter(invoice=rows[0])[0].pk
        kept = services.keep_statement(client=client, since=ISSUED, until=PAID, on=PAID, actor=SYSTEM).pk
        before = AuditEvent.objects.count()
    browser = inside(be, stranger)

    for path in (
        f"factures/{rows[0].pk}/", f"documents/{document}/pdf/", f"documents/{document}/xml/",
        f"releve/{kept}/", f"releve/?client={client.pk}", f"releve/tableau/?client={client.pk}",
    ):  # fmt: skip
        assert browser.get(f"/be/espace-client/{path}").status_code == 404, path
    for path, fields in (
        (f"factures/{rows[0].pk}/contester/", {"reason": "non"}),
        ("coordonnees/langue/", {"client": client.pk, "language": "nl"}),
        ("coordonnees/contact/", {"client": client.pk, "name": "Eve", "email": "eve@evil.example"}),
        ("par-mois/changer/", {"client": client.pk, "on": "1"}),
    ):
        assert browser.post(f"/be/espace-client/{path}", fields).status_code == 404, path

    assert rows[0].number not in page(browser, "") + page(browser, "factures/")
    with tenant_scope(be):
        assert Client.objects.get(pk=client.pk).language == "fr"
        assert not ClientContact.objects.exists() and not Dispute.objects.exists()
        assert AuditEvent.objects.exclude(action__startswith="portal.").count() == before - 1


def test_a_client_keeps_its_contacts_and_language(be: Cooperative) -> None:
    with tenant_scope(be):
        client = theatre()
    browser = inside(be, client)

    browser.post("/be/espace-client/coordonnees/langue/", {"language": "de"})
    wrong = browser.post("/be/espace-client/coordonnees/contact/", {"name": "", "email": "x@y.example"})
    browser.post(
        "/be/espace-client/coordonnees/contact/",
        {"name": "Ada", "email": "ada@theatre.example", "for_invoices": "1"},
    )

    assert wrong.status_code == 422
    with tenant_scope(be):
        assert Client.objects.get(pk=client.pk).language == "de"
        contact = ClientContact.objects.get()
        assert (contact.name, contact.for_invoices, contact.for_quotes) == ("Ada", True, False)
    assert "Ihre Kontaktdaten" in page(browser, "coordonnees/") and "0208:" in page(browser, "coordonnees/")


@pytest.mark.parametrize("path", ["", "factures/", "releve/", "par-mois/", "coordonnees/"])
@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_every_page_opens_in_every_language_for_a_client_of_whom_nothing_is_known(
    be: Cooperative, path: str, language: str
) -> None:
    with tenant_scope(be):
        client = theatre(language=language)

    assert f'<html lang="{language}"' in page(inside(be, client), path)


def test_one_address_of_two_clients_sees_both_and_each_apart(be: Cooperative) -> None:
    with tenant_scope(be):
        activity = make_activity()
        clients = [theatre(name=name) for name in ("Alpha SC", "Beta SC")]
        numbers = [make_invoice(activity, client=one, lines=flat("100.00")).number for one in clients]
    browser = inside(be, clients[0])

    assert all(number in page(browser, "") for number in numbers)
    account = page(browser, f"releve/?client={clients[1].pk}&until=2026-12-31")
    assert numbers[1] in account and numbers[0] not in account
