"""Doors of clients, tried by people who are not that client: look-alikes, links of others, from elsewhere."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client, ClientContact, Invoice, IssuedDocument
from invoicing.portal.models import MonthlyGrouping, PortalAccess, StatementOfAccount
from invoicing.portal.services import (
    group_month,
    keep_statement,
    revoke_links,
    send_waiting_links,
    set_grouping,
)
from invoicing.quotes.links import token_of as token_of_quote
from invoicing.quotes.models import QuoteAnswer
from invoicing.quotes.services import revoke_links as revoke_quote_links
from invoicing.services import add_contact, remove_contact
from invoicing.timesheets.links import token_of as token_of_sheet
from invoicing.timesheets.models import SheetAnswer, TimeSheet
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.quotes.builders import offers_of, sent_quote, version_of
from tests.isolation.towns import load_belgian_rules

NOON = datetime(2026, 11, 2, 12, tzinfo=clock.ZONE)
DOOR = "espace-client/connexion/"
ASCII_LOOKALIKES = [
    ("info@firm.example", "\u0131nfo@firm.example"),
    ("info@firm.example", "info@f\u0131rm.example"),
    ("sales@firm.example", "\u017fales@firm.example"),
    ("sales@firms.example", "sales@firm\u017f.example"),
    ("kim@firm.example", "\u212aim@firm.example"),
    ("info@firm.example", "\u0130nfo@firm.example"),
]
"""An address and one that a database may call the same in capitals, though a letter goes elsewhere."""


@pytest.fixture
def houses(cooperative_be: Cooperative) -> tuple[Cooperative, Cooperative]:
    """Two cooperatives of Belgian rules at noon of 2 November 2026, no scope open."""
    other = Cooperative.objects.create(id=2, slug="fr", name="fr", country="BE", languages=["fr"])
    for house in (cooperative_be, other):
        clock.set_clock(house, NOON)
        with tenant_scope(house):
            load_belgian_rules()
    return cooperative_be, other


def client_of(house: Cooperative, email: str, **fields: Any) -> Client:
    """A client with an open invoice."""
    with tenant_scope(house):
        activity = make_activity()
        client = make_client(activity, email=email, **fields)
        make_invoice(activity, client=client, lines=flat("1000.00"))
    return client


def mailed(house: Cooperative) -> list[tuple[str, str]]:
    """To whom letters went and where their links lead."""
    send_waiting_links(house)
    return [
        (letter.to[0], re.findall(r"https?://[^/]+(/\S+)", str(letter.body))[0]) for letter in mail.outbox
    ]


def entered(house: Cooperative, email: str) -> Browser:
    """Somebody inside, by a link."""
    browser, before = Browser(), len(mail.outbox)
    browser.post(f"/{house.slug}/{DOOR}", {"email": email})
    path = mailed(house)[before][1]
    assert browser.post(path).status_code == 302
    return browser


@pytest.mark.parametrize(("known", "asked"), ASCII_LOOKALIKES, ids=ascii)
def test_a_link_goes_to_the_clients_own_address_or_to_nobody(
    houses: tuple[Cooperative, Cooperative], known: str, asked: str
) -> None:
    """Somebody registers a name that looks like the client's when it is written in capitals."""
    be, _ = houses
    client_of(be, known)

    Browser().post(f"/be/{DOOR}", {"email": asked})

    assert {to for to, _ in mailed(be)} <= {known}


def test_a_visitor_opens_nothing_of_another_client(houses: tuple[Cooperative, Cooperative]) -> None:
    """By keys of another client of the house, and of the other house's client with the same address."""
    be, fr = houses
    client_of(be, "compta@theatre.example")
    theirs = client_of(be, "compta@musee.example", name="Musée SC"), be
    abroad = client_of(fr, "compta@theatre.example"), fr
    browser = entered(be, "compta@theatre.example")

    for client, house in (theirs, abroad):
        with tenant_scope(house):
            invoice = Invoice.objects.get(client=client)
            document = IssuedDocument.objects.get(invoice=invoice)
            contact = add_contact(client_id=client.pk, name="Ada", email="ada@musee.example", actor=SYSTEM)
            set_grouping(client_id=client.pk, since=date(2026, 10, 1), on=date(2026, 10, 1), actor=SYSTEM)
            [group] = group_month(client_id=client.pk, on=date(2026, 12, 1), actor=SYSTEM)
            kept = keep_statement(
                client=client, since=date(2026, 1, 1), until=date(2026, 11, 2), on=date(2026, 11, 2),
                actor=SYSTEM,
            )  # fmt: skip
        before = state_of(house)
        area = "/be/espace-client"
        asked = {"client": str(client.pk), "contact": str(contact.pk)}

        answers = [
            browser.get(f"{area}/factures/{invoice.pk}/"),
            browser.post(f"{area}/factures/{invoice.pk}/contester/", {"reason": "Non"}),
            browser.get(f"{area}/documents/{document.pk}/pdf/"),
            browser.get(f"{area}/documents/{document.pk}/ubl/"),
            browser.get(f"{area}/releve/", {"client": str(client.pk)}),
            browser.get(f"{area}/releve/tableau/", {"client": str(client.pk)}),
            browser.post(f"{area}/releve/imprimer/", {"client": str(client.pk)}),
            browser.get(f"{area}/releve/{kept.pk}/"),
            browser.get(f"{area}/par-mois/{group.pk}/"),
            browser.get(f"{area}/par-mois/{group.pk}/pdf/"),
            browser.post(f"{area}/par-mois/changer/", {"client": str(client.pk), "on": "1"}),
            browser.post(f"{area}/coordonnees/langue/", {"client": str(client.pk), "language": "nl"}),
            browser.post(f"{area}/coordonnees/contact/", asked | {"name": "Eve", "email": "eve@x.example"}),
            browser.post(f"{area}/coordonnees/contact/", {"contact": str(contact.pk), "name": "Eve"}),
            browser.post(f"{area}/coordonnees/contact/retirer/", asked),
            browser.post(f"{area}/coordonnees/contact/retirer/", {"contact": str(contact.pk)}),
        ]

        assert [answer.status_code for answer in answers] == [404] * len(answers)
        assert state_of(house) == before


def state_of(house: Cooperative) -> list[str]:
    """Clients, contacts, invoices, groupings and statements as they stand."""
    with tenant_scope(house):
        return [
            str(row)
            for model in (Client, ClientContact, Invoice, MonthlyGrouping, StatementOfAccount)
            for row in model._default_manager.order_by("pk").values()
        ]


def test_a_visit_of_one_house_is_none_in_the_other(houses: tuple[Cooperative, Cooperative]) -> None:
    """The same address is a client of both; a link is of the house that mailed it, and so is the visit."""
    be, fr = houses
    client_of(be, "compta@theatre.example")
    client_of(fr, "compta@theatre.example")
    browser = Browser()
    browser.post(f"/be/{DOOR}", {"email": "compta@theatre.example"})
    [(_, path)] = mailed(be)

    elsewhere = browser.post(path.replace("/be/", "/fr/", 1))
    with tenant_scope(be):
        assert PortalAccess.objects.get().used_at is None
    entered_here = browser.post(path)
    again = Browser().post(path)

    assert elsewhere.status_code in (403, 404, 409, 410, 422)
    assert entered_here.status_code == 302
    assert again.status_code == elsewhere.status_code
    assert browser.get("/be/espace-client/").status_code == 200
    assert browser.get("/fr/espace-client/").headers["Location"].endswith("/fr/espace-client/connexion/")


def test_a_visit_ends_with_the_address(houses: tuple[Cooperative, Cooperative]) -> None:
    """Somebody who left the client's office reads no more of it, in the middle of a visit; nor who was let in
    by a link that staff revoked.
    """
    be, _ = houses
    client = client_of(be, "compta@theatre.example")
    with tenant_scope(be):
        contact = add_contact(client_id=client.pk, name="Ada", email="ada@theatre.example", actor=SYSTEM)
    ada, accountant = entered(be, "ada@theatre.example"), entered(be, "compta@theatre.example")

    with tenant_scope(be):
        remove_contact(client_id=client.pk, contact_id=contact.pk, actor=SYSTEM)
    assert ada.get("/be/espace-client/").status_code == 302
    assert accountant.get("/be/espace-client/").status_code == 200
    with tenant_scope(be):
        revoke_links(client=client, at=NOON, actor=SYSTEM)
    assert accountant.get("/be/espace-client/").status_code == 302


def test_a_token_opens_one_thing_in_one_house(houses: tuple[Cooperative, Cooperative]) -> None:
    """Tokens of quotes and time sheets, carried to each other's doors and elsewhere, old and bent."""
    be, fr = houses
    with tenant_scope(be):
        activity = make_activity()
        made = offers_of(activity, make_client(activity))
        quote = sent_quote(activity)
        offer = token_of_quote(quote, version_of(quote))
        sheet = token_of_sheet(TimeSheet.objects.get(pk=made["time_sheet"]))
        revoked = sent_quote(activity)
        old = token_of_quote(revoked, version_of(revoked))
        revoke_quote_links(quote_id=revoked.pk, actor=SYSTEM)
        answers = QuoteAnswer.objects.count(), SheetAnswer.objects.count()
    said = {"name": "Eve", "email": "eve@x.example", "consent": "on", "reason": "Non"}
    quotes, sheets = "offre", "releve"
    opened = [Browser().get(f"/be/{quotes}/{offer}/"), Browser().get(f"/be/{sheets}/{sheet}/")]

    wrong = [
        (house, place, token)
        for house in ("be", "fr")
        for place, token in ((quotes, offer), (sheets, sheet), (quotes, sheet), (sheets, offer),
                             (quotes, old), (quotes, offer[:-1] + "A"), (sheets, "x" + sheet))
        if (house, place, token) not in {("be", quotes, offer), ("be", sheets, sheet)}
    ]  # fmt: skip
    for number, (house, place, token) in enumerate(wrong):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{number}")
        acts = ("accepter", "refuser") if place == quotes else ("approuver", "renvoyer")
        assert browser.get(f"/{house}/{place}/{token}/").status_code == 404, (house, place)
        for act in acts:
            assert browser.post(f"/{house}/{place}/{token}/{act}/", said).status_code == 404

    assert [answer.status_code for answer in opened] == [200, 200]
    with tenant_scope(be):
        assert (QuoteAnswer.objects.count(), SheetAnswer.objects.count()) == answers
