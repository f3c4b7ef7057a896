"""Every route with a key × every role × whose the thing is: own, another member's, another cooperative's.

Driven on the played demonstration, each request in a transaction that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from core.models import Cooperative
from core.tenancy import tenant_scope
from members.enums import ADVISERS, Role
from members.models import Person, RoleGrant
from tests.cluster import Cluster, point_django_at
from tests.demo_fixture import DemoDatabase, played
from tests.factories import SYSTEM, actor, make_person
from tests.isolation.objects import HOUSE, OBJECTS, PERSONAL
from tests.isolation.routes import PUBLIC, ROUTES
from tests.isolation.test_routes import INSIDE, Route, asked_roles

KEYED = [
    route
    for route in INSIDE
    if any(type(converter).__name__ == "UUIDConverter" for _, converter in route.converters)
    and ROUTES.get(route.name) != PUBLIC  # clients enter by a link: tests/invoicing/portal
]
SHUT = (401, 403, 404)


@dataclass
class Town:
    """Somebody signed in for each role, and a thing of each kind: the member's own, and another's."""

    by_role: dict[str, Client]
    stranger: Client
    own: dict[str, UUID]
    others: dict[str, UUID]


@pytest.fixture(scope="module")
def town(demo_database: DemoDatabase, cluster: Cluster, django_db_blocker: Any) -> Iterator[Town]:
    before, media = cluster.database, settings.MEDIA_ROOT
    settled = f"{demo_database.name}_town"  # what is settled below stays, so never in the common copy
    with django_db_blocker.unblock():
        cluster.copy(settled, played(cluster)[0])
        point_django_at(cluster, settled)
        settings.MEDIA_ROOT = demo_database.files / "media"
        try:
            yield _settle()
        finally:
            settings.MEDIA_ROOT = media
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(settled)


def _settle() -> Town:
    be, fr = Cooperative.objects.get(slug="be"), Cooperative.objects.get(slug="fr")
    with tenant_scope(be):
        member = Person.objects.get(email="membre@demo.example")
        other = _another(member)
        roles = {str(role): make_person(role, user=True) for role in Role}
        roles["member"], roles["adviser"] = member, member.adviser or pytest.fail("no adviser")
        RoleGrant.objects.exclude(role="adviser").filter(person=roles["adviser"]).delete()
        own, others = _things(member, roles), _things(other, roles)
        by_role = {role: _signed_in(person) for role, person in roles.items()}
    with tenant_scope(fr):
        stranger = _signed_in(make_person(*Role, user=True))
    return Town(by_role, stranger, own, others)


def _another(member: Person) -> Person:
    """A member with another adviser who has things of every kind that people have, and can be paid."""
    from activities.models import ActivityHolder
    from payroll.models import Payslip

    rich = Payslip.objects.values("person")
    candidates = Person.objects.filter(pk__in=rich).exclude(adviser=member.adviser).exclude(pk=member.pk)
    candidates = candidates.exclude(backup_adviser=member.adviser).exclude(iban="")
    holders = ActivityHolder.objects.filter(role="holder").values("person")
    return candidates.filter(pk__in=holders).order_by("pk")[0]


def _signed_in(person: Person) -> Client:
    browser = Client(raise_request_exception=False)
    assert person.user is not None
    browser.force_login(person.user)
    return browser


def _correction(person: Person) -> UUID:
    """One euro less of a month whose pay was computed, not settled yet."""
    from payroll.models import ContractMonth
    from payroll.services import correct_month

    rows = ContractMonth.objects.filter(contract__person=person, settled=True, gross__gt=1, number=0)
    waiting = ContractMonth.objects.filter(contract__person=person, settled=False).values("contract")
    month = rows.exclude(contract__in=waiting).order_by("pk")[0]
    return correct_month(
        contract_month_id=month.pk, hours=Decimal(0), gross=Decimal(-1), reason="essai", actor=SYSTEM
    ).pk


def _things(person: Person, roles: dict[str, Person]) -> dict[str, UUID]:
    """One of each kind; made where the demonstration has none."""
    from activities.models import Activity, Expense
    from activities.services import submit_expense
    from core.files import store_file
    from core.models import DocumentJob
    from core.programs.services import register_client
    from core.tenancy import current_cooperative
    from core.webhooks.services import register_endpoint, send_test
    from governance.services import subscribe_shares
    from invoicing.einvoicing.services import send_document
    from invoicing.models import IssuedDocument
    from invoicing.services import add_contact, attach_file
    from invoicing.vatreturns.models import VatReturn
    from ledger.models import JournalEntry
    from ledger.treasury.models import BankStatement, BankTransaction, Payout, PayoutBatch, WaitingStatement
    from ledger.treasury.services import remember_rule
    from payroll.models import (
        ContractMonth,
        Declaration,
        EmploymentContract,
        PayException,
        PayItem,
        PayrollRun,
        Payslip,
    )
    from payroll.services import BatchPerson, create_contract, keep_template, write_batch
    from tests.activities.builders import make_activity, make_client, make_draft, make_invoice
    from tests.isolation.rooms import things_of_rooms
    from tests.payroll.declaration_matters import matters_of
    from tests.payroll.returns.matters import returns_of

    activity = Activity.objects.filter(holders__person=person, holders__role="holder", state="open").first()
    activity = activity or make_activity(person)
    firm = make_client(activity)
    invoice = make_invoice(activity, firm)
    document = IssuedDocument.objects.get(invoice=invoice)
    sending = send_document(
        document_id=document.pk, on=date(2026, 11, 30), actor=actor(person), channel="paper"
    )
    draft = make_draft(activity, firm)
    expense = submit_expense(
        activity_id=activity.pk, person=person, category="travel", amount_incl_vat=Decimal("2.40"),
        vat_amount=Decimal(0), incurred_on=date(2026, 11, 2), text="Tram", actor=actor(person),
        today=date(2026, 11, 2),
        receipt=store_file(b"%PDF-1.4", name="recu.pdf", content_type="application/pdf"),
    )  # fmt: skip
    contract = EmploymentContract.objects.filter(person=person, activity__holders__person=person).exclude(
        state="draft"
    )
    draft_contract = create_contract(
        activity_id=activity.pk, person_id=person.pk, contract_type="employee", starts_on=date(2027, 1, 4),
        ends_on=date(2027, 1, 4), hours=Decimal("7.6"), gross=Decimal("150.00"), description="Affiche",
        place="Bruxelles", actor=actor(person),
    )  # fmt: skip
    endpoint, _ = register_endpoint(url="https://hook.example/", events=["*"], actor=actor(person))
    assert person.user is not None
    program, _secret = register_client(
        cooperative=current_cooperative(), owner=person.user, name="Caisse", kind="service",
        scopes=["search:read"], redirect_uris=[], actor=actor(person),
    )  # fmt: skip
    statement = BankStatement.objects.all()[0]
    rule = remember_rule(
        iban="BE68539007547034", incoming=False, name="Banque", account="4894", text="Apport",
        actor=actor(person),
    )  # fmt: skip
    early, _ = WaitingStatement.objects.get_or_create(
        account=statement.account, file=statement.file, position=0, date=statement.date, opening=Decimal(1),
        closing=Decimal(2), expected="2026/999",
    )  # fmt: skip
    return {
        "program": program.pk,
        "person": person.pk,
        "activity": activity.pk,
        "expense": Expense.objects.get(pk=expense.pk).pk,
        "client": firm.pk,
        "contact": add_contact(client_id=firm.pk, name="Ada", actor=actor(person)).pk,
        "invoice": invoice.pk,
        "draft": draft.pk,
        "attachment": attach_file(
            invoice_id=draft.pk,
            file=store_file(b"%PDF-1.5", name="plan.pdf", content_type="application/pdf"),
            actor=actor(person),
        ).pk,
        "document": document.pk,
        "sending": sending.pk,
        "contract": contract[0].pk,
        "draft_contract": draft_contract.pk,
        "contract_template": keep_template(
            contract_id=draft_contract.pk, owner=person, name="Affiche", actor=actor(person)
        ).pk,
        "contract_batch": write_batch(
            activity_id=activity.pk,
            key="affiches",
            shared={
                "contract_type": "employee",
                "starts_on": date(2027, 1, 5),
                "ends_on": date(2027, 1, 5),
                "hours": Decimal("7.6"),
                "gross": Decimal("150.00"),
            },
            people=[BatchPerson(person.pk, {})],
            actor=actor(person),
        ).pk,
        "contract_month": ContractMonth.objects.filter(contract__person=person, number=0)[0].pk,
        "month_correction": _correction(person),
        "quick_job": contract[0].pk,
        "declaration": Declaration.objects.filter(contract__person=person)[0].pk,
        **matters_of(Declaration.objects.filter(contract__person=person)[0].pk),
        "pay_item": PayItem.objects.filter(person=person)[0].pk,
        "payslip": Payslip.objects.filter(person=person)[0].pk,
        "subscription": subscribe_shares(
            person=person, shares=1, subscribed_on=date(2026, 11, 30), actor=actor(person)
        ).pk,
        "endpoint": endpoint.pk,
        "delivery": send_test(endpoint_id=endpoint.pk, actor=actor(person)).pk,
        "grant": RoleGrant.objects.filter(person=roles["board"])[0].pk,
        "run": PayrollRun.objects.all()[0].pk,
        "run_exception": PayException.objects.all()[0].pk,
        "entry": JournalEntry.objects.all()[0].pk,
        "statement": statement.pk,
        "line_rule": rule.pk,
        "waiting_statement": early.pk,
        "bank_line": BankTransaction.objects.filter(state="unidentified")[0].pk,
        "batch": PayoutBatch.objects.filter(file__isnull=False)[0].pk,
        "payout": Payout.objects.all()[0].pk,
        "vat_return": VatReturn.objects.filter(file__isnull=False)[0].pk,
        **things_of_rooms(activity, firm),
        **returns_of(person, actor(roles["payroll_admin"]), actor(roles["finance"])),
        "dead_row": DocumentJob.objects.create(kind="invoice_pdf", source_id=firm.pk, state="failed").pk,
    }


def address(route: Route, key: UUID, slug: str, client: UUID | None = None) -> str:
    """Of a thing; `client`: the key of its client, where that stands in the address too."""
    values: dict[str, Any] = {}
    for name, converter in route.converters:
        kind = type(converter).__name__
        known = {"CooperativeConverter": slug, "UUIDConverter": key, "IntConverter": 0}
        values[name] = known.get(kind, "pdf")
    if client is not None and "client" in values:
        values["client"] = client
    return reverse(route.name, kwargs=values)


BODY = {
    "reason": "Ce n'est pas le bon", "purpose": "Contrôle du dossier", "note": "Vu", "act": "pause",
    "last_day": "2026-11-01", "hours": "1.0", "since": "2026-11-01T00:00:00Z", "date": "2026-11-30",
    "iban": "BE68539007547034", "payee_name": "Nora Peeters", "account": "400", "text": "Subside",
}  # fmt: skip
"""What any act could ask for, so that a door is not shut by a form alone."""


def knock(browser: Client, route: Route, url: str, body: dict[str, str] = BODY) -> Any:
    """Open it, by POST where it only takes acts; whatever happens is taken back."""

    def post() -> Any:
        if route.is_rest:
            return browser.post(url, body, content_type="application/json")
        return browser.post(url, body)

    for send in (lambda: browser.get(url), post):
        with transaction.atomic():
            answer = send()
            transaction.set_rollback(True)
        if answer.status_code != 405:
            break
    return answer


def change(browser: Client, method: str, url: str, body: dict[str, str]) -> int:
    """Try to change or remove it; whatever happens is taken back."""
    with transaction.atomic():
        answer = getattr(browser, method)(url, body, content_type="application/json", HTTP_IF_MATCH='"1"')
        transaction.set_rollback(True)
    return int(answer.status_code)


BY_STATE = {
    "treasury:identify",
    "treasury:undo",
    "treasury-api:undo",
    "treasury:mend",
    "treasury-api:mend",
    "vatreturns:grid",
    *("cdi:agree", "cdi:decide", "cdi-api:decide", "deductions:withdraw", "deductions-api:withdraw"),
}
"""Doors to what is not there in every state: a proposal for a line, a payment that came back, a grid; and
those of a side that has said yes, or of somebody else than whose matter it is.
"""


def expected_open(role: str, route: Route, whose: str) -> bool | None:
    """Whether the door opens; None: a matter of the thing's own state."""
    row = ROUTES[route.name]
    kind = OBJECTS[route.name]
    if not isinstance(row, str) and role not in row:
        return False
    if route.name in BY_STATE:
        return None
    if kind in HOUSE or whose == "own":
        return True
    return role not in ("member", "adviser")


def test_every_route_with_a_key_says_what_it_opens() -> None:
    assert {route.name for route in KEYED} == set(OBJECTS)
    assert set(OBJECTS.values()) <= HOUSE | PERSONAL
    assert str(Role.ADVISER) in ADVISERS


@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
def test_doors_open_to_those_whose_things_they_are(town: Town, route: Route) -> None:
    """To those for whom it depends on whose the thing is, and to a role that may and one that may not."""
    _open_to_whom_they_should(town, route, ["member", "adviser", *asked_roles(route)[:2]])


@pytest.mark.soak
@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
def test_doors_open_to_every_role_as_they_should(town: Town, route: Route) -> None:
    _open_to_whom_they_should(town, route, list(town.by_role))


def _open_to_whom_they_should(town: Town, route: Route, roles: list[str]) -> None:
    kind = OBJECTS[route.name]
    wrong = []
    for whose, things in (("own", town.own), ("others", town.others)):
        key = things.get(kind, uuid4())
        for role in dict.fromkeys(roles):
            status = knock(town.by_role[role], route, address(route, key, "be", things["client"])).status_code
            opens = expected_open(role, route, whose)
            amiss = kind in things and opens is not None and (status not in SHUT) != opens
            if status >= 500 or amiss:
                wrong.append(f"{role} at {whose}: {status}, expected {'open' if opens else 'shut'}")
    assert not wrong


@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
def test_things_of_another_cooperative_do_not_exist(town: Town, route: Route) -> None:
    """By the address of their own cooperative and by ours, somebody with every role
    elsewhere finds nothing.
    """
    key, client = town.own.get(OBJECTS[route.name], uuid4()), town.own["client"]

    for body in (BODY, {}):
        ours, theirs = (address(route, key, slug, client) for slug in ("be", "fr"))
        assert knock(town.stranger, route, ours, body).status_code in (302, *SHUT)
        assert knock(town.stranger, route, theirs, body).status_code == 404


@pytest.mark.parametrize("route", [route for route in KEYED if route.is_rest], ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_things_of_others_are_neither_changed_nor_removed(town: Town, route: Route, method: str) -> None:
    """By somebody with every role elsewhere, and by a member whose it is not; whatever they say of it."""
    kind = OBJECTS[route.name]
    whole = address(route, town.own.get(kind, uuid4()), "fr", town.own["client"])
    anothers = address(route, town.others.get(kind, uuid4()), "be", town.others["client"])

    for body in (BODY, {}):
        assert change(town.stranger, method, whole, body) in (404, 405)
        assert change(town.by_role["member"], method, anothers, body) in (403, 404, 405)
