"""What no editor sends beside the lines: numbers of lines and versions that are none."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.utils.translation import override

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.errors import StaleInvoice
from invoicing.models import Invoice
from invoicing.quotes.errors import StaleQuote
from invoicing.quotes.models import Quote
from invoicing.recurring.errors import StaleTemplate
from invoicing.recurring.models import RecurringInvoice
from ledger.models import ManualEntry
from members.enums import Role
from tests.activities.world import TWO_DAYS, World, head, on_20_november
from tests.factories import make_person
from tests.invoicing.quotes.builders import make_quote
from tests.invoicing.recurring.test_recurring import make_template

NONSENSE = ("x", "²", "-1", "1.5", "9" * 5000, "x\x00", "\u202e")


@pytest.fixture
def world(cooperative_be: Cooperative) -> World:
    return World(on_20_november(cooperative_be))


def kept(world: World) -> list[Any]:
    with tenant_scope(world.cooperative):
        return [list(model.objects.values()) for model in (Invoice, Quote, RecurringInvoice, ManualEntry)]


@pytest.mark.parametrize("number", NONSENSE)
def test_lines_without_a_number_are_refused_in_words(world: World, number: str) -> None:
    """Added or kept: nobody knows which lines were meant."""
    with tenant_scope(world.cooperative):
        clerk = make_person(Role.FINANCE, user=True)
    places = [
        (world.member, f"/be/factures/nouvelle/?activity={world.activity.pk}"),
        (world.member, f"/be/devis/nouveau/?activity={world.activity.pk}"),
        (world.member, f"/be/factures/recurrentes/nouvelle/?activity={world.activity.pk}"),
        (clerk, "/be/livres/manuelles/nouvelle/"),
    ]
    before = kept(world)
    for person, url in places:
        for act in ("add", "keep", "up:1"):
            sent = head(world, act=act, activity=str(world.activity.pk)) | TWO_DAYS
            answer = world.browser(person).post(url, sent | {"line-TOTAL_FORMS": number})
            assert answer.status_code == 422, (url, act)
            assert b"<main" in answer.content
    assert kept(world) == before


@pytest.mark.parametrize("number", NONSENSE)
def test_a_version_that_is_none_is_an_old_one(world: World, number: str) -> None:
    draft = world.draft()
    with tenant_scope(world.cooperative):
        quote = make_quote(world.activity, world.client)
        template = make_template(world.activity, client=world.client)
    more = {"title": "x", "valid_until": "2026-12-18", "rhythm": "month", "every": "1", "version": number}
    more |= {"first_on": "2026-12-01"}
    before = kept(world)
    for url, stale in (
        (f"/be/factures/{draft.pk}/modifier/", StaleInvoice),
        (f"/be/devis/{quote.pk}/modifier/", StaleQuote),
        (f"/be/factures/recurrentes/{template.pk}/modifier/", StaleTemplate),
    ):
        answer = world.browser(world.member).post(url, head(world, **more) | TWO_DAYS)
        assert answer.status_code == 422, url
        with override("fr"):
            assert str(stale.message) in unescape(answer.content.decode()), url
    assert kept(world) == before
