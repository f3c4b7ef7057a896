"""Whoever edits says which version: nobody's work is overwritten unseen. Every door that edits is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from activities.models import Activity
from core.files import store_file
from core.locks import row_version
from core.models import Cooperative, TenantModel, User
from core.tenancy import tenant_scope
from core.webhooks import services as webhooks
from invoicing.quotes.services import attach_file as add_to_quote
from invoicing.recurring.services import create_template
from invoicing.recurring.services.templates import Rule
from invoicing.services import add_contact
from invoicing.services.attachments import attach_file
from invoicing.timesheets.services import write_hours
from members.enums import Role
from members.models import Person
from members.services import grant_role, update_person
from tests.activities.builders import PDF, make_activity, make_client, make_draft, two_days
from tests.cluster import FreshDatabase
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.quotes.builders import make_order, make_quote
from tests.isolation.test_routes import INSIDE

METHODS = ("put", "patch", "delete")
UNCONDITIONAL = {
    ("programs-api:token", "delete"): "access is ended at once, whatever became of the token",
    ("programs-api:consent", "delete"): "access is ended at once, whatever became of the consent",
    ("programs-api:client", "delete"): "access is ended at once, whatever became of the program",
    ("payroll-api:contract_template", "delete"): "a model is kept and forgotten, never changed in between",
}
"""Edits that need no version, and why."""


@dataclass(frozen=True)
class Edited:
    """Something to edit: where it is read and edited, by which account, with what, and the row behind it."""

    path: str
    who: User
    body: dict[str, Any] | None
    row: TenantModel
    whole: Edited | None = None
    """What it is a part of, by which it changes; none: it is edited itself."""

    def as_it_stands(self) -> dict[str, Any]:
        """Every column, or nothing once it is gone."""
        columns: Any = type(self.row)._default_manager.filter(pk=self.row.pk).values().first()
        return columns or {}


def _account(person: Person) -> User:
    assert person.user is not None
    return person.user


def _me() -> Edited:
    me = make_person(user=True)
    return Edited("me/", _account(me), {"city": "Namur"}, me)


def _draft() -> Edited:
    me = make_person(user=True)
    draft = make_draft(make_activity(me))
    lines = [{"description": "Dessin", "quantity": "2", "unit": "day", "unit_price": "400.00"}]
    body = {"client": str(draft.client_id), "delivery_date": "2026-11-18", "lines": lines}
    return Edited(f"invoices/{draft.pk}/", _account(me), body, draft)


def _client() -> Edited:
    me = make_person(user=True)
    client = make_client(make_activity(me))
    body = {"kind": "business", "name": "Théâtre", "city": "Namur", "vat_number": client.vat_number}
    return Edited(f"clients/{client.pk}/", _account(me), body, client)


def _contact() -> Edited:
    me = make_person(user=True)
    client = make_client(make_activity(me))
    contact = add_contact(client_id=client.pk, name="Ada", actor=SYSTEM)
    return Edited(f"contacts/{contact.pk}/", _account(me), {"name": "Ada Maes"}, contact)


def _endpoint() -> Edited:
    me = make_person(Role.COOP_ADMIN, user=True)
    made, _secret = webhooks.register_endpoint(url="http://127.0.0.1:9/", events=["*"], actor=SYSTEM)
    return Edited(f"webhooks/{made.pk}/", _account(me), {"description": "caisse"}, made)


def _mine() -> tuple[Person, Activity]:
    me = make_person(user=True)
    return me, make_activity(me)


def _hours() -> Edited:
    me, activity = _mine()
    entry = write_hours(
        activity_id=activity.pk, client_id=make_client(activity).pk, person=me, day=date(2026, 11, 2),
        hours=Decimal("1.50"), rate=Decimal(60), actor=SYSTEM,
    )  # fmt: skip
    return Edited(
        f"hours/{entry.pk}/", _account(me), {"day": "2026-11-02", "hours": "2.00", "rate": "60.00"}, entry
    )


def _quote() -> Edited:
    me, activity = _mine()
    quote = make_quote(activity)
    lines = [{"description": "Dessin", "quantity": "2", "unit": "day", "unit_price": "400.00"}]
    body = {"client": str(quote.client_id), "title": "Affiche", "lines": lines, "valid_until": "2027-01-31"}
    return Edited(f"quotes/{quote.pk}/", _account(me), body, quote)


def _recurring() -> Edited:
    me, activity = _mine()
    client = make_client(activity)
    template = create_template(
        activity_id=activity.pk, client_id=client.pk, title="Hébergement", lines=two_days(),
        rule=Rule("month", date(2027, 1, 31)), actor=SYSTEM,
    )  # fmt: skip
    lines = [{"description": "Site", "quantity": "1", "unit": "flat", "unit_price": "40.00"}]
    body = {"client": str(client.pk), "title": "Site", "rhythm": "month", "first_on": "2027-01-31"}
    return Edited(f"recurring/{template.pk}/", _account(me), body | {"lines": lines}, template)


def _attachment() -> Edited:
    draft = _draft()
    file = store_file(PDF, name="plan.pdf", content_type="application/pdf")
    row = attach_file(invoice_id=draft.row.pk, file=file, actor=SYSTEM)
    return Edited(f"attachments/{row.pk}/", draft.who, None, row, whole=draft)


def _quote_file() -> Edited:
    quote = _quote()
    file = store_file(PDF, name="plan.pdf", content_type="application/pdf")
    row = add_to_quote(quote_id=quote.row.pk, file=file, name="plan.pdf", actor=SYSTEM)
    return Edited(f"quote-files/{row.pk}/", quote.who, None, row, whole=quote)


def _order() -> Edited:
    me, activity = _mine()
    order = make_order(activity)
    return Edited(f"orders/{order.pk}/", _account(me), {"client_reference": "BC-7"}, order)


EDITS: dict[tuple[str, str], Callable[[], Edited]] = {
    ("members-api:me", "patch"): _me,
    ("invoicing-api:invoice", "put"): _draft,
    ("invoicing-api:invoice", "delete"): _draft,
    ("invoicing-api:client", "put"): _client,
    ("invoicing-api:contact", "put"): _contact,
    ("invoicing-api:contact", "delete"): _contact,
    ("invoicing-api:attachment", "delete"): _attachment,
    ("quotes-api:file", "delete"): _quote_file,
    ("quotes-api:order", "put"): _order,
    ("quotes-api:quote", "put"): _quote,
    ("quotes-api:quote", "delete"): _quote,
    ("recurring-api:template", "put"): _recurring,
    ("timesheets-api:entry", "put"): _hours,
    ("timesheets-api:entry", "delete"): _hours,
    ("webhooks-api:endpoint", "patch"): _endpoint,
    ("webhooks-api:endpoint", "delete"): _endpoint,
}
pytestmark = pytest.mark.usefixtures("webhooks_may_stay_here")
every_edit = pytest.mark.parametrize("door", EDITS, ids=" ".join)


@pytest.fixture
def webhooks_may_stay_here(settings: Any) -> None:
    settings.WEBHOOKS_MAY_STAY_HERE = True


def test_every_door_that_edits_is_here() -> None:
    found = {
        (route.name, method)
        for route in INSIDE
        for method in METHODS
        if route.is_rest and hasattr(getattr(route.callback, "cls", None), method)
    }

    assert found - set(UNCONDITIONAL) == set(EDITS)


def send(client: Client, method: str, thing: Edited, **headers: str) -> Any:
    return getattr(client, method)(
        f"/be/api/v1/{thing.path}",
        **({"data": thing.body} if method != "delete" else {}),
        content_type="application/json",
        headers=headers,
    )


@every_edit
def test_an_edit_says_which_version_it_changes(
    door: tuple[str, str], client: Client, cooperative_be: Cooperative
) -> None:
    method = door[1]
    with tenant_scope(cooperative_be):
        load_cooperative()
        thing = EDITS[door]()
        before = thing.as_it_stands()
    client.force_login(thing.who)
    read = client.get(f"/be/api/v1/{thing.path}").headers["ETag"]

    for tag in ("", "*"):
        missing = send(client, method, thing, **({"If-Match": tag} if tag else {}))
        assert (missing.status_code, missing.json()["code"]) == (428, "version_missing")
    for tag in ('"999999999"', '"999999999.abc"', "1", 'W/"1"', '"x"', '"1", "2"', '"-1"', "\u00b2"):
        stale = send(client, method, thing, **{"If-Match": tag})
        assert stale.status_code == 412, tag
        assert stale.headers["Content-Type"] == "application/problem+json"
    with tenant_scope(cooperative_be):
        assert thing.as_it_stands() == before

    done = send(client, method, thing, **{"If-Match": read})
    assert done.status_code in (200, 204), done.content
    with tenant_scope(cooperative_be):
        assert thing.as_it_stands() != before


@every_edit
def test_of_two_who_read_the_same_the_second_is_refused(
    door: tuple[str, str], client: Client, cooperative_be: Cooperative
) -> None:
    method = door[1]
    with tenant_scope(cooperative_be):
        load_cooperative()
        thing = EDITS[door]()
    client.force_login(thing.who)
    read = client.get(f"/be/api/v1/{thing.path}").headers["ETag"]
    change = "patch" if _takes(door, "patch") else "put"
    first = send(client, change, thing.whole or thing, **{"If-Match": read})
    with tenant_scope(cooperative_be):
        after = thing.as_it_stands()
    second = send(client, method, thing, **{"If-Match": read})

    assert (first.status_code, second.status_code) == (200, 412)
    with tenant_scope(cooperative_be):
        assert thing.as_it_stands() == after
    assert first.headers["ETag"].split(".")[0].strip('"') != read.split(".")[0].strip('"')
    assert send(client, method, thing, **{"If-Match": first.headers["ETag"]}).status_code in (200, 204)


def _takes(door: tuple[str, str], method: str) -> bool:
    """Whether the door takes the method as well."""
    return (door[0], method) in EDITS


def test_a_reading_that_says_something_else_has_another_etag(
    client: Client, cooperative_be: Cooperative
) -> None:
    """What is shown may change while what can be edited does not: a role of today, a payment."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        thing = _me()
    client.force_login(thing.who)
    first = client.get("/be/api/v1/me/")
    with tenant_scope(cooperative_be):
        grant_role(
            person=Person.objects.get(user=thing.who),
            role=Role.FINANCE,
            valid_from=date(2020, 1, 1),
            actor=SYSTEM,
        )
    again = client.get("/be/api/v1/me/", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert again.json()["roles"] != first.json()["roles"]
    assert send(client, "patch", thing, **{"If-Match": first.headers["ETag"]}).status_code == 200


def test_of_two_who_write_at_once_one_is_refused(fresh_database: FreshDatabase) -> None:
    """A row without a version of its own: what wrote it last is compared under the lock."""
    be = Cooperative.objects.create(id=1, slug="be", name="Belgique", country="BE", languages=["fr"])
    with tenant_scope(be):
        load_cooperative()
        me = make_person(user=True)
    with tenant_scope(be):
        version = row_version(me)

    def write(city: str) -> None:
        with tenant_scope(be):
            update_person(person_id=me.pk, version=version, actor=SYSTEM, city=city)

    outcomes = fresh_database.in_threads(write, ["Namur"], ["Gent"], ["Liège"])

    assert sorted(outcome.code for outcome in outcomes) == ["", "edit_conflict", "edit_conflict"]
    won = next(city for city, outcome in zip(("Namur", "Gent", "Liège"), outcomes, strict=True) if outcome.ok)
    with tenant_scope(be):
        assert Person.objects.get(pk=me.pk).city == won
