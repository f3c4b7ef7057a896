"""Pages and REST doors of quotes and orders, as member, adviser, controller and stranger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import Cooperative
from core.outbox import deliver, relay_once
from core.services import create_token
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from invoicing.quotes.models import Order, Quote
from members.notices.models import Notice
from tests.activities.world import World as Seller
from tests.factories import load_cooperative
from tests.invoicing.quotes.builders import accept, make_order, make_quote, sent_quote


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 2 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


class World(Seller):
    """The people in front of the pages, and what they write in quotes."""

    def form(self, **fields: Any) -> dict[str, Any]:
        return {
            "activity": str(self.activity.pk), "client": str(self.client.pk), "title": "Affiche",
            "valid_until": "2026-12-02", "remind": "on", "terms": "Deux corrections.",
            "line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-0-description": "Graphisme",
            "line-0-quantity": "2", "line-0-unit": "day", "line-0-unit_price": "500,00",
        } | fields  # fmt: skip

    def quote(self, **fields: Any) -> Quote:
        with tenant_scope(self.cooperative):
            return sent_quote(self.activity, client=self.client, **fields)

    def count(self, model: Any) -> int:
        with tenant_scope(self.cooperative):
            return int(model.objects.count())


@pytest.fixture
def world(be: Cooperative) -> World:
    return World(be)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_quote_is_written_looked_at_and_sent(world: World) -> None:
    browser = world.browser(world.member)

    looked = browser.post("/be/devis/nouveau/", world.form(act="send"), follow=True)
    assert "1 210,00" in text(looked).replace("\u202f", " ").replace("\xa0", " ")
    sent = browser.post(looked.redirect_chain[-1][0], follow=True)

    assert "PA-DV-2026-000001" in text(sent)
    assert "/be/offre/" in text(sent)


def test_a_line_is_added_without_losing_what_was_written(world: World) -> None:
    answer = world.browser(world.member).post("/be/devis/nouveau/", world.form(act="add"))

    assert answer.status_code == 200
    assert 'value="Graphisme"' in text(answer)
    assert 'name="line-1-description"' in text(answer)
    assert world.count(Quote) == 0


def test_an_order_is_made_and_invoiced_in_parts(world: World) -> None:
    quote = world.quote()
    with tenant_scope(world.cooperative):
        accept(quote)
    browser = world.browser(world.member)

    made = browser.post(f"/be/devis/{quote.pk}/commander/", {"client_reference": "BC 9"}, follow=True)
    page = made.redirect_chain[-1][0]
    draft = browser.post(
        f"{page}facturer/", {"kind": "share", "percent": "40", "delivery_date": "2026-11-02"}, follow=True
    )
    too_much = browser.post(
        f"{page}facturer/", {"kind": "share", "percent": "70", "delivery_date": "2026-11-02"}
    )

    assert "BC 9" in text(made)
    assert draft.status_code == 200
    assert too_much.status_code == 422
    with tenant_scope(world.cooperative):
        assert Order.objects.get().invoiced == 400
        assert Invoice.objects.get().buyer_reference == "BC 9"


def test_every_page_opens_for_its_readers_and_for_nobody_else(world: World) -> None:
    with tenant_scope(world.cooperative):
        order = make_order(world.activity, client=world.client)
    quote = world.quote()
    pages = ["devis/", f"devis/{quote.pk}/", "commandes/", f"commandes/{order.pk}/"]

    for person in (world.member, world.adviser, world.controller):
        for page in pages:
            assert world.browser(person).get(f"/be/{page}").status_code == 200, (person, page)
    for page in (pages[1], pages[3]):
        assert world.browser(world.stranger).get(f"/be/{page}").status_code == 404
    for act in ("retirer/", "renvoyer/", "nouvelle-version/", "liens/"):
        assert world.browser(world.stranger).post(f"/be/{pages[1]}{act}").status_code == 404
    with tenant_scope(world.cooperative):
        quote.refresh_from_db()
        assert quote.state == "sent"


def test_lists_ask_as_many_questions_for_three_rows_as_for_one(world: World) -> None:
    browser = world.browser(world.member)
    counts = []
    for more in (1, 2):
        with tenant_scope(world.cooperative):
            for _ in range(more):
                make_order(world.activity, client=world.client)
        asked = []
        for page in ("devis/", "commandes/"):
            browser.get(f"/be/{page}")
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(f"/be/{page}").status_code == 200
            asked.append(len(queries))
        counts.append(asked)

    assert counts[0] == counts[1]


def test_the_activity_shows_what_may_still_come_in(world: World) -> None:
    world.quote()

    page = text(world.browser(world.member).get(f"/be/activites/{world.activity.pk}/"))

    assert 'id="quotes"' in page
    assert "Affiche de saison" in page


def test_the_holder_is_told_by_mail_that_the_client_accepted(world: World) -> None:
    quote = world.quote()
    with tenant_scope(world.cooperative):
        accept(quote)
    while due := relay_once(world.cooperative):
        for pk, attempt in due:
            deliver(world.cooperative, pk, attempt)

    with tenant_scope(world.cooperative):
        letter = Notice.objects.filter(kind="quote_accepted").order_by("recipient")[0]
        assert letter.person == world.member
        assert "PA-DV-2026-000001" in letter.subject
        assert "Zoé Maes" in letter.body


def test_the_whole_way_by_rest(world: World) -> None:
    with tenant_scope(world.cooperative):
        assert world.member.user is not None
        token = create_token(user=world.member.user, cooperative=world.cooperative, name="caisse")
    program = Browser(headers={"authorization": f"Bearer {token}"})

    def post(path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return program.post(f"/be/api/v1/{path}", body or {}, "application/json", headers=headers)

    line = {"description": "Graphisme", "quantity": "2", "unit": "day", "unit_price": "500.00"}
    body = {
        "activity": str(world.activity.pk), "client": str(world.client.pk), "title": "Affiche",
        "lines": [line],
    }  # fmt: skip
    made = post("quotes/", body, key="one")
    again = post("quotes/", body, key="one")
    pk = made.json()["id"]
    sent = post(f"quotes/{pk}/send/", key="two")
    twice = post(f"quotes/{pk}/send/")
    noted = post(f"quotes/{pk}/answer/", {"accepted": True, "name": "Zoé", "how": "par téléphone"})
    ordered = post(f"quotes/{pk}/order/", {"client_reference": "BC 9"})
    order = ordered.json()["id"]
    part = post(f"orders/{order}/invoice/", {"kind": "share", "percent": "40", "delivery_date": "2026-11-02"})
    beyond = post(
        f"orders/{order}/invoice/", {"kind": "share", "percent": "70", "delivery_date": "2026-11-02"}
    )

    assert (made.status_code, again.json()["id"], world.count(Quote)) == (201, pk, 1)
    assert made.json()["valid_until"] == "2026-12-02"
    assert sent.json()["versions"][0]["number"] == "PA-DV-2026-000001"
    assert (twice.status_code, twice.json()["code"]) == (409, "quote_not_draft")
    assert noted.json()["answers"][0]["door"] == "member"
    assert (ordered.status_code, part.status_code, part.json()["net"]) == (201, 201, "400.00")
    assert (beyond.status_code, beyond.json()["code"]) == (409, "order_exceeded")
    left = program.get(f"/be/api/v1/orders/{order}/").json()
    assert (left["left"], left["invoiced"], len(left["parts"])) == ("600.00", "400.00", 1)


def test_an_edit_by_rest_says_which_version_it_changes(world: World) -> None:
    with tenant_scope(world.cooperative):
        quote = make_quote(world.activity, world.client)
    browser = world.browser(world.member)
    url = f"/be/api/v1/quotes/{quote.pk}/"

    assert browser.delete(url).status_code == 428
    assert browser.delete(url, headers={"If-Match": '"9"'}).status_code == 412
    assert world.count(Quote) == 1
    assert browser.delete(url, headers={"If-Match": browser.get(url)["ETag"]}).status_code == 204
    assert world.count(Quote) == 0
