"""Whose a purchase is: found by the name of an Activity or of who runs it, among however many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from core.models import Cooperative
from core.search.services import reindex
from core.search.sources import source_of_model
from core.tenancy import tenant_scope
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase
from invoicing.purchases.selectors import SHOWN, activities_for
from invoicing.purchases.services import assign_purchase
from members.enums import Role
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.purchases.papers import DAY, open_activity, paper, receive


@pytest.fixture
def house(cooperative_be: Cooperative) -> Cooperative:
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


def named(name: str, **more: Any) -> Activity:
    """An open Activity under a name, as the search knows it."""
    activity = open_activity(money="0", **more)
    activity.name = name
    activity.save(update_fields=["name"])
    source = source_of_model("activities.activity")
    assert source is not None
    reindex(source, [activity.pk])
    return activity


def test_an_activity_is_found_by_its_name_or_by_who_runs_it(house: Cooperative) -> None:
    with tenant_scope(house):
        theatre = named("Théâtre de la Lune")
        other = named("Reliure")
        purchase = receive(paper())

        assert activities_for(purchase, "theatre") == [theatre]
        person = str(other.holders.get().person).split()[-1]
        assert other in activities_for(purchase, person)
        assert activities_for(purchase, "inconnu") == []
        assert activities_for(purchase) == [], "nobody bought from this supplier before"

        for activity in (other, theatre):
            bought = receive(paper())
            assign_purchase(purchase_id=bought.pk, activity_id=activity.pk, on=DAY, actor=SYSTEM)
        assert activities_for(purchase) == [theatre, other], "the latest that bought there first"


def test_a_page_of_answers_costs_the_same_however_many_there_are(house: Cooperative) -> None:
    with tenant_scope(house):
        purchase = receive(paper())
        named("Graphisme un")
        with CaptureQueriesContext(
            connection,
        ) as one:
            assert len(activities_for(purchase, "graph")) == 1
        for number in range(SHOWN + 3):
            named(f"Graphisme {number}")
        with CaptureQueriesContext(connection) as many:
            assert len(activities_for(purchase, "graph")) == SHOWN + 1
    assert len(many) == len(one)


def test_finance_finds_it_on_the_page_and_presses_its_name(house: Cooperative) -> None:
    with tenant_scope(house):
        finance = make_person(Role.FINANCE, user=True)
        theatre = named("Théâtre de la Lune")
        named("Reliure")
        purchase = receive(paper())
    browser = Browser()
    browser.force_login(finance.user)

    page = browser.get(f"/be/achats/{purchase.pk}/?q=th%C3%A9").content.decode()
    assert f'value="{theatre.pk}"' in page and "Reliure" not in page
    wrong = browser.post(f"/be/achats/{purchase.pk}/attribuer/", {"activity": "x"})
    assert wrong.status_code == 422
    with tenant_scope(house):
        assert Purchase.objects.get(pk=purchase.pk).state == PurchaseState.UNASSIGNED
    browser.post(f"/be/achats/{purchase.pk}/attribuer/", {"activity": str(theatre.pk)})
    with tenant_scope(house):
        found = Purchase.objects.get(pk=purchase.pk)
        assert (found.activity_id, found.state) == (theatre.pk, PurchaseState.ASSIGNED)
