"""VAT returns on screen, by REST and on the command line: finance acts, auditors read, nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import DomainError, UnknownCooperative
from core.models import Cooperative
from core.outbox import drain
from core.services import create_token
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from invoicing.registers.models import RegisterAnswer
from invoicing.vatreturns import services
from invoicing.vatreturns.checks import returns_equal_books
from invoicing.vatreturns.intervat.port import Answer, IntervatUnavailable
from invoicing.vatreturns.models import VatReturn
from invoicing.vatreturns.selectors import papers_to_file
from ledger.models import LegalEntity
from ledger.services import post_entry
from ledger.treasury.models import Payout
from ledger.types import Entry, cr, dr
from members.enums import Role
from members.models import Person
from tests.activities.builders import NOVEMBER, flat, make_activity, make_client, make_invoice
from tests.factories import make_person
from tests.invoicing.vatreturns.builders import by_quarter

PAPER = "vat/PA/2026-Q4/return/"


@dataclass
class Office:
    """Two people of finance, an auditor and a member, signed in, in January 2027."""

    cooperative: Cooperative
    people: dict[str, Person]
    browsers: dict[str, Client]

    def get(self, who: str, path: str) -> Any:
        return self.browsers[who].get(f"/be/{path}")

    def post(self, who: str, path: str, **data: Any) -> Any:
        return self.browsers[who].post(f"/be/{path}", data)

    def rest(self, who: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """By token; with a body a POST."""
        token = create_token(user=self.people[who].user, cooperative=self.cooperative, name="test")
        headers = {"Authorization": f"Bearer {token}"}
        if body is None:
            return Client().get(f"/be/api/v1/{path}", headers=headers)
        return Client().post(f"/be/api/v1/{path}", body, "application/json", headers=headers)

    def row(self) -> VatReturn:
        with tenant_scope(self.cooperative):
            return VatReturn.objects.select_related("entity").get()

    def act(self, who: str, name: str, **data: Any) -> Any:
        return self.post(who, f"vat/{self.row().pk}/{name}/", **data)


@pytest.fixture
def office(cooperative_be: Cooperative) -> Iterator[Office]:
    clock.set_clock(cooperative_be, datetime(2027, 1, 11, 9, tzinfo=clock.ZONE))
    people, browsers = {}, {}
    with tenant_scope(cooperative_be):
        by_quarter()
        make_invoice(make_activity(), issued_on=NOVEMBER)
        for name, role in (
            ("clara", Role.FINANCE), ("tom", Role.FINANCE), ("ada", Role.AUDITOR), ("member", Role.MEMBER),
        ):  # fmt: skip
            people[name] = make_person(role, user=True)
            browsers[name] = Client()
            browsers[name].force_login(people[name].user)
    yield Office(cooperative_be, people, browsers)


def bare(html: Any) -> str:
    """The text of an answer with plain spaces."""
    return html.content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def test_a_quarter_on_screen_from_the_list_to_the_payment(office: Office) -> None:
    assert f'href="/be/{PAPER}"' in bare(office.get("clara", "vat/"))
    assert office.post("clara", PAPER).status_code == 302
    page = bare(office.get("clara", PAPER))
    assert "1 000,00 €" in page and "210,00 €" in page
    assert "Vous avez préparé ceci" in page
    assert "/approve/" not in page
    assert "/approve/" in bare(office.get("tom", PAPER))

    for who, name in (("tom", "approve"), ("tom", "submit")):
        assert office.act(who, name).status_code == 302
    services.carry_due(office.cooperative)

    row = office.row()
    assert (row.state, row.reference[:4]) == ("accepted", "SIM-")
    file = office.get("ada", f"vat/{row.pk}/file/")
    assert b'<ns2:Amount GridNumber="71">210.00</ns2:Amount>' in file.content
    with tenant_scope(office.cooperative):
        assert Payout.objects.get().amount == Decimal("210.00")
        assert list(returns_equal_books()) == []
        assert row.pk not in {item.row and item.row.pk for item in papers_to_file(clock.today())}


def test_each_grid_opens_its_documents(office: Office) -> None:
    office.post("clara", PAPER)
    row = office.row()

    page = bare(office.get("ada", f"vat/{row.pk}/grid/03/"))

    assert "PA-2026-000001" in page and "1 000,00 €" in page
    with tenant_scope(office.cooperative):
        assert f"{Invoice.objects.get().pk}/" in page
    assert office.get("ada", f"vat/{row.pk}/grid/99/").status_code == 404


def test_a_grid_asks_no_query_per_document(office: Office) -> None:
    counts = []
    for more in (1, 3):
        with tenant_scope(office.cooperative):
            activity = make_activity()
            for _ in range(more):
                make_invoice(activity, lines=flat("10.00"), issued_on=NOVEMBER)
        office.post("clara", PAPER)
        row = office.row()
        with CaptureQueriesContext(connection) as queries:
            office.get("ada", f"vat/{row.pk}/grid/03/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_difference_is_shown_with_its_entries_and_may_be_explained(office: Office) -> None:
    with tenant_scope(office.cooperative):
        entity = LegalEntity.objects.get(code="PA")
        post_entry(
            Entry(entity.pk, NOVEMBER, "VAR", "test.unknown", uuid4(), "x", "Reprise inconnue",
                  (dr("580", Decimal("7.00")), cr("451", Decimal("7.00"))))
        )  # fmt: skip

    refused = office.post("clara", PAPER)

    assert refused.status_code == 422
    assert "Reprise inconnue" in bare(refused)
    with tenant_scope(office.cooperative):
        assert not VatReturn.objects.exists()
    assert office.post("clara", PAPER, explanation="Reprise").status_code == 302
    assert "Reprise" in bare(office.get("ada", PAPER))


def test_what_came_after_the_figures_is_seen_on_the_page(office: Office) -> None:
    office.post("clara", PAPER)
    assert "Les comptes ont changé" not in bare(office.get("tom", PAPER))
    with tenant_scope(office.cooperative):
        make_invoice(make_activity(), issued_on=NOVEMBER)

    assert "Les comptes ont changé" in bare(office.get("tom", PAPER))
    office.act("tom", "approve")
    assert office.row().state == "prepared"


def test_where_a_person_carries_the_file_they_note_the_answer(office: Office, settings: Any) -> None:
    settings.INTERVAT_GATEWAY = "by_hand"
    office.post("clara", PAPER)
    office.act("tom", "approve")
    office.act("tom", "submit", ask_refund="on")
    assert services.carry_due(office.cooperative) == 0
    assert "/answer/" in bare(office.get("clara", PAPER))

    office.act("clara", "answer", outcome="refused")
    assert office.row().state == "submitted"
    office.act("clara", "answer", outcome="refused", reason="Mandat absent")
    assert office.row().state == "refused"
    assert "Mandat absent" in bare(office.get("ada", PAPER))
    office.act("clara", "reopen")
    assert office.row().state == "prepared"


def test_a_desk_that_is_shut_is_asked_again_and_a_late_carrier_changes_nothing(office: Office) -> None:
    class Shut:
        def submit(self, reference: str, content: bytes) -> Answer:
            raise IntervatUnavailable

    class Broken:
        def submit(self, reference: str, content: bytes) -> Answer:
            raise ValueError("words that may be personal")

    office.post("clara", PAPER)
    office.act("tom", "approve")
    office.act("tom", "submit")
    pk = office.row().pk
    services.carry(office.cooperative, pk, through=Shut())
    assert (office.row().state, office.row().attempt) == ("submitted", 1)
    services.carry(office.cooperative, pk)  # the lease of the first still runs
    assert (office.row().state, office.row().attempt) == ("submitted", 1)
    with tenant_scope(office.cooperative):
        VatReturn.objects.update(lease_until=None)
    services.carry(office.cooperative, pk, through=Broken())
    assert (office.row().state, office.row().answer) == ("refused", "not sent: ValueError")


def test_the_payment_on_the_statement_ends_the_return(office: Office) -> None:
    office.post("clara", PAPER)
    office.act("tom", "approve")
    office.act("tom", "submit")
    services.carry_due(office.cooperative)
    with tenant_scope(office.cooperative):
        from core.outbox import publish

        payout = Payout.objects.get()
        news = {"source_type": payout.source_type, "source_id": str(payout.source_id), "on": "2027-01-22"}
        publish("payout.paid", payout, **news)
    drain(office.cooperative)

    assert (office.row().state, str(office.row().paid_on)) == ("paid", "2027-01-22")


def test_auditors_read_and_members_do_not(office: Office) -> None:
    office.post("clara", PAPER)

    assert office.get("ada", PAPER).status_code == 200
    assert office.post("ada", PAPER).status_code == 403
    assert office.act("ada", "approve").status_code == 403
    assert office.get("member", "vat/").status_code == 403
    assert office.row().state == "prepared"


@pytest.mark.parametrize(
    "path", ["vat/XX/2026-Q4/return/", "vat/PA/2026-99/return/", "vat/PA/2026-Q4/other/"]
)
def test_what_is_no_paper_is_not_found(office: Office, path: str) -> None:
    assert office.get("clara", path).status_code == 404


def test_a_number_that_the_register_does_not_know_is_told_before_the_listing_is_sent(office: Office) -> None:
    french = {"vat_number": "FR40303265045", "enterprise_number": "", "country": "FR"}
    listing = "vat/PA/2026-Q4/intra/"
    with tenant_scope(office.cooperative):
        activity = make_activity()
        client = make_client(activity, name="Société Fantôme", **french)
        make_invoice(activity, client, flat("80.00", "reverse_charge"), issued_on=NOVEMBER)
    office.post("clara", PAPER)
    office.post("clara", listing)
    assert "ne connaît pas" not in bare(office.get("ada", listing))

    with tenant_scope(office.cooperative):
        RegisterAnswer.objects.create(
            register="vies", number=french["vat_number"], on=NOVEMBER, outcome="invalid", source="simulator"
        )

    page = bare(office.get("ada", listing))
    assert "ne connaît pas" in page
    assert page.count("Société Fantôme") == 2


def test_the_exempt_entity_is_told_so(office: Office) -> None:
    page = bare(office.get("clara", "vat/FA/2026-Q4/return/"))
    assert "Exemptée de TVA" in page
    assert office.post("clara", "vat/FA/2026-Q4/return/").status_code == 422
    assert "Formateurs Associés" in bare(office.get("clara", "vat/"))


def test_programs_do_the_same(office: Office) -> None:
    asked = {"entity": "PA", "paper": "return", "period": "2026-Q4"}
    assert office.rest("ada", "vat-returns/prepare/", asked).status_code == 403
    made = office.rest("clara", "vat-returns/prepare/", asked)
    assert made.status_code == 201
    shown = made.json()
    assert shown["grids"] == {"03": "1000.00", "54": "210.00", "71": "210.00"}
    assert shown["accounts"]["451"] == {"declared": "210.00", "booked": "210.00"}
    own = office.rest("clara", f"vat-returns/{shown['id']}/approve/", {})
    assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
    figures = office.rest("ada", f"vat-returns/{shown['id']}/grids/03/").json()["results"]
    assert [(row["text"], row["amount"]) for row in figures] == [("PA-2026-000001", "1000.00")]
    assert office.rest("tom", f"vat-returns/{shown['id']}/approve/", {}).json()["state"] == "approved"
    assert office.rest("tom", f"vat-returns/{shown['id']}/submit/", {}).json()["state"] == "submitted"
    answer = {"accepted": True, "reference": "X-1"}
    assert office.rest("tom", f"vat-returns/{shown['id']}/answer/", answer).json()["state"] == "accepted"
    assert b"VATConsignment" in office.rest("ada", f"vat-returns/{shown['id']}/file/").content
    assert office.rest("ada", f"vat-returns/{shown['id']}/clients/").json()["results"] == []
    assert len(office.rest("ada", "vat-returns/").json()["results"]) == 1
    assert office.rest("ada", f"vat-returns/{uuid4()}/").status_code == 404


def test_the_command_prints_the_grids_and_freezes_nothing(office: Office) -> None:
    out = StringIO()
    call_command("vat_return", cooperative="be", entity="PA", period="2026-11", as_json=True, stdout=out)

    answer = json.loads(out.getvalue())
    assert answer["grids"] == {"03": "1000.00", "54": "210.00", "71": "210.00"}
    assert (answer["difference"], answer["due_on"], answer["without_grid"]) == ("0.00", "2026-12-21", [])
    with tenant_scope(office.cooperative):
        assert not VatReturn.objects.exists()
    for wrong in ({"cooperative": "zz"}, {"entity": "FA"}, {"period": "soon"}):
        with pytest.raises((DomainError, UnknownCooperative)):
            call_command(
                "vat_return", **{"cooperative": "be", "entity": "PA", "period": "2026-11"} | wrong, stdout=out
            )
