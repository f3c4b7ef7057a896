"""Every list that can be had as a file: each has its row here and gives nobody more than its page."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.exports import services
from core.exports.errors import FiltersUnreadable, ListNotFound
from core.exports.models import ListExport
from core.exports.selectors import content_of
from core.exports.sources import list_sources
from core.tables import Column
from core.tenancy import tenant_scope
from invoicing.timesheets.services import write_hours
from members.enums import Role
from members.selectors import identity_of_user
from tests.factories import SYSTEM, actor, make_person
from tests.isolation.routes import ROUTES
from tests.isolation.test_attack_search import _line
from tests.isolation.towns import Town

LISTS = {
    "cdi.contracts": ("cdi:contracts", True),
    "governance.register": ("governance:register", False),
    "invoicing.clients": ("invoicing:clients", True),
    "invoicing.credits": ("invoicing:credits", True),
    "invoicing.hours": ("timesheets:hours", True),
    "invoicing.invoices": ("invoicing:invoices", True),
    "invoicing.late": ("collection:late", True),
    "invoicing.limits": ("guarantee:exposure", True),
    "invoicing.orders": ("quotes:orders", True),
    "invoicing.quotes": ("quotes:quotes", True),
    "invoicing.vat_clients": ("vatreturns:paper", False),
    "invoicing.vat_figures": ("vatreturns:grid", True),
    "invoicing.vat_returns": ("vatreturns:returns", True),
    "ledger.entries": ("ledger:journal", True),
    "members.audit": ("members:audit", True),
    "members.people": ("members:people", True),
    "members.portfolio": ("members:portfolio", False),
    "payroll.abroad": ("abroad:queue", True),
    "payroll.accidents": ("workers:accidents", True),
    "payroll.advances": ("deductions:advances", True),
    "payroll.attestations": ("workers:attestations", True),
    "payroll.balances": ("balances:balances", True),
    "payroll.contracts": ("payroll:contracts", True),
    "payroll.declarations": ("payroll:declarations", True),
    "payroll.insurance_covers": ("workers:covers", True),
    "payroll.my_payslips": ("payroll:my_pay", False),
    "payroll.payslips": ("payroll:payslips", False),
    "payroll.seizures": ("deductions:seizures", True),
    "purchases.purchases": ("purchases:purchases", True),
    "treasury.batches": ("treasury:batches", False),
    "treasury.dues": ("dues:dues", True),
    "treasury.lines": ("treasury:statements", True),
    "treasury.queue": ("treasury:queue", True),
    "treasury.statements": ("treasury:statements", True),
    "treasury.transfers": ("dues:entities", True),
}
"""Every list: its page, and whether the small cooperative of these tests has rows in it."""

every_list = pytest.mark.parametrize("key", LISTS)


@pytest.fixture(scope="module")
def lined(both: tuple[Town, Town]) -> tuple[Town, Town]:
    """Belgium and France, alike, each with a line on its bank account."""
    for town, name in zip(both, ("Vanbelgenland", "Defrance"), strict=True):
        with tenant_scope(town.cooperative):
            _line(name)
    return both


@pytest.fixture
def towns(lined: tuple[Town, Town], db: None) -> tuple[Town, Town]:
    """Both; what a test does in them is taken back."""
    be, fr = deepcopy(lined)
    return be, fr


def made(town: Town, who: str, key: str, filters: str = "", form: str = "xlsx") -> tuple[ListExport, str]:
    """The file of somebody, and every text and number in it."""
    person = town.people[who]
    assert person.user is not None
    with tenant_scope(town.cooperative):
        asked = services.ask_export(
            key=key, form=form, filters=QueryDict(filters), user=person.user, language="fr",
            at=timezone.now(), actor=actor(person),
        )  # fmt: skip
    while services.make_one(town.cooperative):
        pass
    with tenant_scope(town.cooperative):
        export = ListExport.objects.get(pk=asked.pk)
        identity = identity_of_user(person.user, export.asked_at.date())
        content = content_of(export, identity.roles) if export.state == "done" else b""
    if form == "csv" or not content:
        return export, content.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return export, "\n".join(";".join(str(cell.value) for cell in row) for row in sheet.iter_rows())


def test_every_list_has_its_row() -> None:
    assert {source.key for source in list_sources()} == set(LISTS)


def test_the_roles_of_a_list_are_those_of_its_page() -> None:
    for source in list_sources():
        assert source.roles == ROUTES[LISTS[source.key][0]], source.key


@every_list
def test_a_file_holds_the_rows_of_its_own_cooperative(towns: tuple[Town, Town], key: str) -> None:
    be, fr = towns
    export, text = made(be, "staff", key)

    assert (export.state, export.error) == ("done", "")
    assert bool(export.rows) is LISTS[key][1]
    assert "Defrance" not in text
    assert not any(str(thing) in text for thing in fr.things.values())
    lines = text.splitlines()
    assert len(lines) == (export.rows or 0) + 1
    assert all(label.strip() for label in lines[0].split(";"))


@every_list
def test_the_page_offers_the_file(towns: tuple[Town, Town], key: str) -> None:
    be, _ = towns
    page, rows = LISTS[key]
    if not rows or key == "invoicing.vat_figures":  # whose page is of one entity, month and grid
        return
    browser = Browser()
    browser.force_login(be.people["staff"].user)  # type: ignore[arg-type]
    html = browser.get(reverse(page, kwargs={"cooperative": "be"})).content.decode()

    assert f"/be/exports-listes/{key}/demander/" in html


def test_the_exposure_offers_the_limits(towns: tuple[Town, Town]) -> None:
    browser = Browser()
    browser.force_login(towns[0].people["staff"].user)  # type: ignore[arg-type]
    html = browser.get(reverse("guarantee:exposure", kwargs={"cooperative": "be"})).content.decode()

    assert "/be/exports-listes/invoicing.limits/demander/" in html


def test_hours_as_a_file_are_narrowed_as_on_the_page(towns: tuple[Town, Town]) -> None:
    be, _ = towns

    def found(filters: str = "") -> int:
        return made(be, "staff", "invoicing.hours", filters)[0].rows or 0

    before, later = found(), found("since=2026-11-03")
    with tenant_scope(be.cooperative):
        for day in (date(2026, 11, 2), date(2026, 11, 3)):
            write_hours(
                activity_id=be.things["activity"], client_id=be.things["client"], person=be.people["member"],
                day=day, hours=Decimal(1), rate=Decimal(60), actor=SYSTEM,
            )  # fmt: skip

    assert found() == before + 2
    assert found("since=2026-11-03") == later + 1
    with pytest.raises(FiltersUnreadable):
        made(be, "staff", "invoicing.hours", "since=yesterday")


@every_list
def test_who_may_not_see_the_page_gets_no_file(towns: tuple[Town, Town], key: str) -> None:
    be, _ = towns
    source = next(source for source in list_sources() if source.key == key)
    for role in Role:
        with tenant_scope(be.cooperative):
            be.people["one"] = make_person(role, user=True)
        if role in source.roles:
            assert made(be, "one", key)[0].state == "done", role
        else:
            with pytest.raises(ListNotFound):
                made(be, "one", key)


@pytest.mark.parametrize(
    "key", ["invoicing.clients", "invoicing.invoices", "payroll.contracts", "members.portfolio"]
)
def test_another_member_gets_nothing_of_the_first(towns: tuple[Town, Town], key: str) -> None:
    be, _ = towns
    with tenant_scope(be.cooperative):
        be.people["stranger"] = make_person(Role.ADVISER, Role.MEMBER, user=True)

    export, text = made(be, "stranger", key)

    assert export.rows == 0
    assert "Vanbelgenland" not in text


@every_list
def test_the_number_of_queries_does_not_grow_with_the_rows(
    towns: tuple[Town, Town], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch asks the same, however many rows are in it."""
    be, _ = towns
    source = next(source for source in list_sources() if source.key == key)
    with tenant_scope(be.cooperative):
        identity = identity_of_user(be.people["staff"].user, be.people["staff"].joined_on)
        rows = source.rows(identity.person, identity.roles, QueryDict()).order_by("pk")
        for most in (1, 3):
            batch = list(rows[:most])
            with CaptureQueriesContext(connection) as asked:
                if source.dress is not None and batch:
                    source.dress(batch)
                _cells(source.columns(), batch)
            assert len(asked) <= (1 if source.dress else 0), [query["sql"] for query in asked]


def _cells(columns: Any, rows: list[Any]) -> list[Any]:
    from core.exports.writing import cells_of

    assert all(isinstance(column, Column) for column in columns)
    return list(cells_of(columns, rows))
