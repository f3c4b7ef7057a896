"""The door of the client area: a link by e-mail, used once, by whoever still is somebody at a client."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from core import clock
from core.mailing import FAILED
from core.models import Cooperative
from core.signed_links import make_token
from core.tenancy import tenant_scope
from invoicing import services as invoicing_services
from invoicing.models import Client
from invoicing.portal import services
from invoicing.portal.models import PortalAccess
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative

DOOR = "/be/espace-client/connexion/"


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 2 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def theatre(be: Cooperative) -> Client:
    """A client with one open invoice of 1 210 €."""
    with tenant_scope(be):
        activity = make_activity()
        client = make_client(activity, email="compta@theatre.example")
        make_invoice(activity, client=client, lines=flat("1000.00"))
    return client


def ask(email: str, browser: Browser | None = None) -> Any:
    return (browser or Browser()).post(DOOR, {"email": email})


def links(be: Cooperative) -> list[str]:
    """Paths of the links that were mailed."""
    services.send_waiting_links(be)
    return [re.findall(r"https?://[^/]+(/be/\S+)", str(letter.body))[0] for letter in mail.outbox]


def rows(be: Cooperative) -> int:
    with tenant_scope(be):
        return PortalAccess.objects.count()


def move_clock(be: Cooperative, by: timedelta) -> None:
    clock.set_clock(be, clock.now(be) + by)


def test_a_client_enters_by_a_link_and_sees_what_is_to_pay(be: Cooperative, theatre: Client) -> None:
    browser = Browser()

    asked = ask("Compta@Theatre.example", browser)
    [path] = links(be)
    for _time in range(3):  # mail programs open links by themselves
        assert browser.get(path).status_code == 200
    entered = browser.post(path)
    home = browser.get("/be/espace-client/")

    assert asked.status_code == 200
    assert entered.status_code == 302
    assert "1.210,00 €" in home.content.decode() or "1 210,00 €" in home.content.decode()
    assert home["Cache-Control"] == "no-store"
    assert path.split("/")[-2] not in mail.outbox[0].subject
    with tenant_scope(be):
        kept = PortalAccess.objects.get()
        assert path.split("/")[-2] not in kept.body  # the link stands nowhere but in the letter
        assert mail.outbox[0].to == ["compta@theatre.example"]


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(be: Cooperative, theatre: Client) -> None:
    known, unknown = ask("compta@theatre.example"), ask("nobody@elsewhere.example")

    def plain(answer: Any) -> str:
        return re.sub(r'value="[^"]+"', "", answer.content.decode())

    assert (known.status_code, plain(known)) == (unknown.status_code, plain(unknown))
    assert rows(be) == 1


def test_a_contact_enters_too_and_one_who_left_does_not_stay(be: Cooperative, theatre: Client) -> None:
    with tenant_scope(be):
        contact = invoicing_services.add_contact(
            client_id=theatre.pk, actor=SYSTEM, name="Zoé", email="zoe@theatre.example", language="nl"
        )
    browser = Browser()
    ask("zoe@theatre.example")
    [path] = links(be)
    browser.post(path)
    inside = browser.get("/be/espace-client/")
    assert inside.status_code == 200
    assert inside["Content-Language"] == "nl"

    with tenant_scope(be):
        invoicing_services.remove_contact(client_id=theatre.pk, contact_id=contact.pk, actor=SYSTEM)

    assert browser.get("/be/espace-client/").status_code == 302


def test_a_link_opens_once(be: Cooperative, theatre: Client) -> None:
    ask("compta@theatre.example")
    [path] = links(be)
    Browser().post(path)

    thief = Browser()
    again = thief.post(path)

    assert again.status_code == 409
    assert thief.get("/be/espace-client/").status_code == 302


def test_a_link_is_too_old_after_half_an_hour_and_a_visit_after_twelve(
    be: Cooperative, theatre: Client
) -> None:
    ask("compta@theatre.example")
    [path] = links(be)
    move_clock(be, timedelta(minutes=31))
    assert Browser().post(path).status_code == 409
    with tenant_scope(be):
        assert PortalAccess.objects.get().used_at is None

    ask("compta@theatre.example")
    browser = Browser()
    browser.post(links(be)[-1])
    assert browser.get("/be/espace-client/").status_code == 200
    move_clock(be, timedelta(hours=12, minutes=1))
    assert browser.get("/be/espace-client/").status_code == 302


def test_forged_links_and_links_of_elsewhere_open_nothing(
    be: Cooperative, cooperative_fr: Cooperative, theatre: Client
) -> None:
    ask("compta@theatre.example")
    [path] = links(be)
    token = path.split("/")[-2]
    day = clock.today(be) + timedelta(days=1)
    with tenant_scope(be):
        access = PortalAccess.objects.get()
        of_a_quote = make_token("quote", access.pk, generation=0, last_day=day)
    with tenant_scope(cooperative_fr):
        of_france = make_token("portal", access.pk, generation=0, last_day=day)

    for forged in (token[:-2] + "xx", "x" + token, of_a_quote, of_france, "nothing"):
        assert Browser().post(f"/be/espace-client/entrer/{forged}/").status_code == 409
    assert Browser().post(f"/fr/espace-client/entrer/{token}/").status_code == 409

    with tenant_scope(be):
        assert PortalAccess.objects.get().used_at is None


def test_signing_out_ends_the_visit_everywhere(be: Cooperative, theatre: Client) -> None:
    ask("compta@theatre.example")
    browser = Browser()
    browser.post(links(be)[0])
    stolen = Browser()
    stolen.cookies = browser.cookies.copy()

    assert browser.post("/be/espace-client/quitter/").status_code == 302

    assert stolen.get("/be/espace-client/").status_code == 302


def test_who_asks_again_at_once_gets_no_second_letter_and_who_asks_too_often_waits(
    be: Cooperative, theatre: Client
) -> None:
    answers = [ask("compta@theatre.example").status_code for _ in range(7)]

    assert rows(be) == 1
    assert answers[-1] == 429


def test_staff_send_a_link_and_revoke_it(be: Cooperative, theatre: Client) -> None:
    with tenant_scope(be):
        services.send_link(client=theatre, email="", at=clock.now(), actor=SYSTEM)
    [path] = links(be)
    with tenant_scope(be):
        assert services.revoke_links(client=theatre, at=clock.now(), actor=SYSTEM) == 1

    assert Browser().post(path).status_code == 409


def test_a_letter_that_would_come_too_late_does_not_leave(be: Cooperative, theatre: Client) -> None:
    ask("compta@theatre.example")
    move_clock(be, timedelta(hours=1))

    assert services.send_waiting_links(be) == 0

    assert mail.outbox == []
    with tenant_scope(be):
        assert PortalAccess.objects.get().state == FAILED
