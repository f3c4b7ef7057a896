"""From a visitor to a member, through the doors that a browser uses."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import Cooperative, User
from core.tenancy import tenant_scope
from members.models import Person
from tests.factories import PASSWORD, load_cooperative, make_adviser

pytestmark = pytest.mark.django_db


def test_a_visitor_signs_up_joins_and_is_led_to_the_first_activity(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        make_adviser(first_name="Anna", last_name="Willems")
    browser = Client()
    door = browser.get("/be/rejoindre/", follow=True)
    assert door.request["PATH_INFO"] == "/accounts/signup/"
    account = {
        "email": "lou@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "next": "/be/rejoindre/",
    }
    form = browser.post("/accounts/signup/", account, follow=True)
    assert form.request["PATH_INFO"] == "/be/rejoindre/"
    joined = browser.post(
        "/be/rejoindre/",
        {
            "first_name": "Lou",
            "last_name": "Maes",
            "national_number": "",
            "street": "Rue Haute 1",
            "postal_code": "1000",
            "city": "Bruxelles",
            "iban": "",
            "phone": "",
            "status": "single",
            "children": "0",
            "language": "fr",
        },
        follow=True,
    )
    page = joined.content.decode()
    assert joined.request["PATH_INFO"] == "/be/bienvenue/"
    assert "Anna Willems" in page
    assert joined.context["new_activity_url"] == "/be/activites/nouvelle/"
    assert joined.context["new_activity_url"] in page
    with tenant_scope(cooperative_be):
        assert Person.objects.get(user=User.objects.get(email="lou@example.org")).email == "lou@example.org"
