"""The books on screen and by REST: finance acts, auditors read, nobody else; no query per row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.models import AuditExport, BooksCheck, JournalEntry, ManualEntry, Period, SealedEntry
from ledger.selectors import account_balance, entity_by_code, fund_balance
from ledger.services import (
    approve_entry,
    ask_export,
    check_now,
    open_budget,
    post_entry,
    propose_entry,
    seal_entries,
)
from ledger.types import Entry, cr, dr
from members.enums import Role
from members.models import Person
from tests.factories import actor, load_cooperative, make_person

NIGHT = Actor.system("test")
FIVE = Decimal("5.00")


@dataclass
class Office:
    """Two people of finance and an auditor, signed in."""

    cooperative: Cooperative
    people: dict[str, Person]
    browsers: dict[str, Client]

    def get(self, who: str, path: str, **data: Any) -> Any:
        return self.browsers[who].get(f"/be/{path}", data)

    def post(self, who: str, path: str, **data: Any) -> Any:
        return self.browsers[who].post(f"/be/{path}", data)

    def rest(self, who: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
        """By token; with a body (or a key) a POST."""
        person = self.people[who]
        token = create_token(user=person.user, cooperative=self.cooperative, name="test")
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        if body is None and not key:
            return Client().get(f"/be/api/v1/{path}", headers=headers)
        return Client().post(f"/be/api/v1/{path}", body or {}, "application/json", headers=headers)


@pytest.fixture
def office(cooperative_be: Cooperative) -> Iterator[Office]:
    people, browsers = {}, {}
    with tenant_scope(cooperative_be):
        load_cooperative()
        for name, role in (
            ("clara", Role.FINANCE), ("tom", Role.FINANCE), ("ada", Role.AUDITOR), ("member", Role.MEMBER),
        ):  # fmt: skip
            people[name] = make_person(role, user=True)
            browsers[name] = Client()
            browsers[name].force_login(people[name].user)
    yield Office(cooperative_be, people, browsers)


def sell(amount: str = "100.00") -> UUID:
    """Income of an Activity with its levy, posted in the open month."""
    entity = entity_by_code("PA")
    budget = open_budget(entity=entity, name="Chorale")
    net = Decimal(amount)
    levy = net * 65 / 1000
    return post_entry(
        Entry(entity.pk, clock.today(), "SAL", "test", uuid4(), "due", "Subside",
              (dr("416", net), cr("740", net, budget=budget.pk),
               dr("6190", levy, budget=budget.pk), cr("748", levy, fund="pot")))
    )  # fmt: skip


def bare(html: Any) -> str:
    """The text of an answer with plain spaces."""
    return html.content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


# --- reading ---------------------------------------------------------------------------------------------


def test_the_trial_balance_with_and_without_internal_accounts(office: Office) -> None:
    with tenant_scope(office.cooperative):
        sell()
    whole = bare(office.get("ada", "livres/", entity="PA"))
    statutory = bare(office.get("ada", "livres/", entity="PA", view="statutory"))

    assert "6190 Prélèvement" in whole and "interne" in whole and "106,50" in whole
    assert "6190 Prélèvement" not in statutory and "100,00" in statutory

    rows = office.rest(
        "ada", f"trial-balance/?entity=PA&since=2026-01-01&until={date.max}&statutory=true"
    ).json()
    assert {row["account"]: row["closing"] for row in rows} == {"416": "100.00", "740": "-100.00"}


def test_an_account_runs_from_opening_to_closing(office: Office) -> None:
    with tenant_scope(office.cooperative):
        for _ in range(60):
            sell()
    first = office.get("ada", "livres/comptes/PA/416/")
    last = office.get("ada", "livres/comptes/PA/416/", page="3")

    assert "6 000,00" in bare(first) and "2 500,00" in bare(first)
    balances = [row.balance for row in last.context["table"].page.object_list]
    assert balances == [Decimal(100) * n for n in range(51, 61)]
    tomorrow = date.max.isoformat()
    later = office.get("ada", "livres/comptes/PA/416/", since=tomorrow)
    assert (later.context["shown"].opening, later.context["shown"].rows) == (Decimal("6000.00"), [])


def test_an_entry_shows_its_lines_seal_and_legal_number(office: Office) -> None:
    with tenant_scope(office.cooperative):
        pk = sell()
    assert "pas encore scellée" in bare(office.get("ada", f"livres/ecritures/{pk}/"))
    with tenant_scope(office.cooperative):
        seal_entries(actor=NIGHT)
        number = str(SealedEntry.objects.get())

    page = bare(office.get("ada", f"livres/ecritures/{pk}/"))
    assert number in page and "Chorale" in page and "pot commun" in page
    assert number in bare(office.get("ada", "livres/journaux/", number="1", sealed="yes"))
    assert number not in bare(office.get("ada", "livres/journaux/", sealed="no"))

    entry = office.rest("ada", f"journal-entries/{pk}/").json()
    assert (entry["number"], entry["seal"]["seal"], len(entry["lines"])) == (number, 1, 4)
    listed = office.rest("ada", "journal-entries/?entity=PA&journal=SAL").json()
    assert [row["id"] for row in listed["results"]] == [str(pk)]
    assert office.rest("ada", "accounts/PA/748/lines/").json()["results"][0]["fund"] == "pot"
    assert office.rest("ada", "seals/").json()["results"][0]["last_number"] == 1


def test_the_pot_is_summed_by_entity(office: Office) -> None:
    with tenant_scope(office.cooperative):
        sell("200.00")
    assert "13,00" in bare(office.get("ada", "livres/fonds/"))
    rows = office.rest("ada", f"funds/?since=2026-01-01&until={date.max}").json()
    assert [(row["fund"], row["closing"]) for row in rows] == [("pot", "13.00")]


@pytest.mark.parametrize("path", ["livres/?since=2026-02-01&until=2026-01-01", "livres/fonds/?since=x"])
def test_days_that_make_no_sense_are_said_so(office: Office, path: str) -> None:
    assert office.get("ada", path).status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "number=1.5", "number=99999999999999999999999", "number=NaN", "since=0001-01-01&until=9999-12-31",
        "since=x", "entity=ZZ", "journal=XXX", "sealed=maybe", "page=zzz", "page=-4", "entity=",
    ],
)  # fmt: skip
def test_odd_questions_get_an_answer(office: Office, query: str) -> None:
    for path in ("livres/journaux/", "livres/comptes/PA/400/", "livres/manuelles/", "livres/controles/"):
        assert office.get("ada", f"{path}?{query}").status_code == 200
    for door in ("journal-entries/", "accounts/PA/400/lines/", "manual-entries/"):
        assert office.rest("ada", f"{door}?{query}").status_code in (200, 404, 422)


def test_what_does_not_exist_is_not_found(office: Office) -> None:
    for path in ("livres/comptes/ZZ/400/", "livres/comptes/PA/999/", "livres/mois/PA/2026/13/"):
        assert office.get("ada", path).status_code == 404
    assert office.rest("ada", "trial-balance/?entity=ZZ&since=2026-01-01&until=2026-12-31").status_code == 404


# --- acts ------------------------------------------------------------------------------------------------

LINES = {
    "line-TOTAL_FORMS": "4",
    "line-INITIAL_FORMS": "0",
    "line-0-account": "6125",
    "line-0-debit": "12,50",
    "line-0-fund": "pot",
    "line-1-account": "580",
    "line-1-credit": "12,50",
}


def head(**changes: str) -> dict[str, str]:
    return {
        "entity": "PA", "date": clock.today().isoformat(), "text": "Frais bancaires", "reason": "Sans relevé",
    } | changes  # fmt: skip


def test_an_entry_is_proposed_line_by_line_and_posted_by_another(office: Office) -> None:
    with tenant_scope(office.cooperative):
        form = head()
    more = office.post("clara", "livres/manuelles/nouvelle/", **form, **LINES, act="add")
    assert more.status_code == 200 and 'name="line-6-account"' in more.content.decode()

    sent = office.post("clara", "livres/manuelles/nouvelle/", **form, **LINES)
    with tenant_scope(office.cooperative):
        manual = ManualEntry.objects.get()
        assert JournalEntry.objects.count() == 0
    assert sent["Location"] == f"/be/livres/manuelles/{manual.pk}/"

    own = office.post("clara", f"livres/manuelles/{manual.pk}/approuver/")
    assert own.status_code == 403
    assert office.post("ada", f"livres/manuelles/{manual.pk}/approuver/").status_code == 403
    with tenant_scope(office.cooperative):
        assert JournalEntry.objects.count() == 0

    assert office.post("tom", f"livres/manuelles/{manual.pk}/approuver/").status_code == 302
    with tenant_scope(office.cooperative):
        entry = JournalEntry.objects.get()
        assert fund_balance("pot") == Decimal("-12.50")
    undo = office.post(
        "clara", f"livres/ecritures/{entry.pk}/extourner/", date=form["date"], reason="En double"
    )
    assert undo.status_code == 302
    with tenant_scope(office.cooperative):
        second = ManualEntry.objects.get(reverses=entry)
    assert office.post("tom", f"livres/manuelles/{second.pk}/approuver/").status_code == 302
    with tenant_scope(office.cooperative):
        assert account_balance("580") == 0
    assert "Extournée" in bare(office.get("ada", f"livres/ecritures/{entry.pk}/"))


@pytest.mark.parametrize(
    "changes",
    [
        {"line-1-credit": "12,49"},
        {"line-0-fund": ""},
        {"line-0-account": ""},
        {"line-0-activity": "Personne"},
        {"line-1-account": "550"},
        {"line-0-credit": "12,50"},
        {"text": ""},
        {"date": "2099-01-01"},
    ],
)
def test_a_wrong_proposal_is_shown_again_with_its_reason(office: Office, changes: dict[str, str]) -> None:
    with tenant_scope(office.cooperative):
        form = head()
    answer = office.post("clara", "livres/manuelles/nouvelle/", **(form | LINES | changes))

    assert answer.status_code == 422
    with tenant_scope(office.cooperative):
        assert not ManualEntry.objects.exists()


def test_refusing_and_withdrawing_on_screen(office: Office) -> None:
    with tenant_scope(office.cooperative):
        form = head()
    for _ in range(2):
        office.post("clara", "livres/manuelles/nouvelle/", **form, **LINES)
    with tenant_scope(office.cooperative):
        first, second = ManualEntry.objects.order_by("pk")
    assert office.post("tom", f"livres/manuelles/{first.pk}/refuser/", reason="").status_code == 422
    assert office.post("tom", f"livres/manuelles/{first.pk}/refuser/", reason="Pas encore").status_code == 302
    assert "Pas encore" in bare(office.get("clara", f"livres/manuelles/{first.pk}/"))
    assert office.post("clara", f"livres/manuelles/{second.pk}/retirer/").status_code == 302
    with tenant_scope(office.cooperative):
        assert {m.state for m in ManualEntry.objects.all()} == {"refused", "withdrawn"}
        assert not JournalEntry.objects.exists()


def test_four_eyes_by_rest_once_per_key(office: Office) -> None:
    with tenant_scope(office.cooperative):
        body = {
            **head(),
            "lines": [
                {"account": "6125", "debit": "12.50", "fund": "pot"},
                {"account": "580", "credit": "12.50"},
            ],
        }
    first = office.rest("clara", "manual-entries/new/", body, key="a")
    again = office.rest("clara", "manual-entries/new/", body, key="a")
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    pk = first.json()["id"]

    own = office.rest("clara", f"manual-entries/{pk}/approve/", key="b")
    assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
    posted = office.rest("tom", f"manual-entries/{pk}/approve/", key="b")
    assert posted.json()["state"] == "posted"
    twice = office.rest("tom", f"manual-entries/{pk}/approve/", key="c")
    assert (twice.status_code, twice.json()["code"]) == (409, "manual_entry_decided")
    wrong = office.rest("clara", "manual-entries/new/", body | {"lines": body["lines"][:1] * 2}, key="d")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unbalanced_entry")
    assert [m["state"] for m in office.rest("ada", "manual-entries/?state=posted").json()["results"]] == [
        "posted"
    ]
    with tenant_scope(office.cooperative):
        assert (ManualEntry.objects.count(), JournalEntry.objects.count()) == (1, 1)


def past_month(office: Office) -> tuple[int, int]:
    """A month that is over, with a sealed entry and a clean check."""
    with tenant_scope(office.cooperative):
        entity = entity_by_code("PA")
        day = date(2026, 1, 15)
        post_entry(
            Entry(entity.pk, day, "VAR", "test", uuid4(), "x", "x", (dr("580", FIVE), cr("499", FIVE)))
        )
        seal_entries(actor=NIGHT)
        check_now(actor=NIGHT)
    return 2026, 1


def test_a_month_is_closed_on_screen(office: Office) -> None:
    year, month = past_month(office)
    path = f"livres/mois/PA/{year}/{month}/"
    assert "à expliquer" in bare(office.get("clara", path))
    assert office.post("clara", path).status_code == 422
    assert office.post("ada", path, suspense="x").status_code == 403
    with tenant_scope(office.cooperative):
        assert not Period.objects.filter(closed_at__isnull=False).exists()

    assert office.post("clara", path, suspense="La banque cherche").status_code == 302
    assert "La banque cherche" in bare(office.get("ada", path))
    assert "clôturé" in bare(office.get("ada", "livres/mois/"))


def test_a_month_is_closed_by_rest(office: Office) -> None:
    year, month = past_month(office)
    body = {"entity": "PA", "year": year, "month": month}
    points = office.rest("ada", f"periods/checklist/?entity=PA&year={year}&month={month}").json()
    assert {p["key"] for p in points if not p["met"]} == {"suspense"}

    refused = office.rest("clara", "periods/close/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "month_not_ready")
    closed = office.rest("clara", "periods/close/", body | {"explanations": {"suspense": "cherché"}})
    assert closed.status_code == 200
    assert office.rest("ada", "periods/").json()["results"][0]["month"] == month


def test_auditors_ask_for_seals_checks_and_files(office: Office) -> None:
    with tenant_scope(office.cooperative):
        sell()
    assert office.post("ada", "livres/controles/sceller/").status_code == 302
    with tenant_scope(office.cooperative):
        assert SealedEntry.objects.count() == 1
        check_now(actor=NIGHT)
    assert "en ordre" in bare(office.get("ada", "livres/controles/"))
    assert office.rest("ada", "books-checks/").json()["results"][0]["ok"] is True

    asked = office.post("ada", "livres/exports/", entity="PA", since="2026-01-01", until="2026-12-31")
    assert asked.status_code == 302
    wrong = office.post("ada", "livres/exports/", entity="PA", since="2026-12-31", until="2026-01-01")
    assert wrong.status_code == 422
    with tenant_scope(office.cooperative):
        export = AuditExport.objects.get()
    assert office.get("ada", f"livres/exports/{export.pk}/fichier/").status_code == 404
    from core.documents import render_one

    assert render_one(office.cooperative)
    answer = office.get("ada", f"livres/exports/{export.pk}/fichier/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert office.rest("ada", f"audit-exports/{export.pk}/file/").content == answer.content


# --- queries do not grow with the rows -------------------------------------------------------------------


def one_more(office: Office) -> None:
    """A row more in each list."""
    clara, tom = actor(office.people["clara"]), actor(office.people["tom"])
    with tenant_scope(office.cooperative):
        sell()
        entity = entity_by_code("PA")
        manual = propose_entry(
            entity=entity, on=clock.today(), text="x", reason="x", today=clock.today(), actor=clara,
            lines=(dr("6125", FIVE, fund="pot"), cr("580", FIVE)),
        )  # fmt: skip
        approve_entry(manual_id=manual.pk, today=clock.today(), actor=tom)
        seal_entries(actor=NIGHT)
        BooksCheck.objects.create(milliseconds=1, entries=1, unsealed=0, ok=True)
        ask_export(entity=entity, since=date(2026, 1, 1), until=date(2026, 12, 31), actor=clara)


PAGES = (
    "livres/", "livres/journaux/", "livres/comptes/PA/580/", "livres/fonds/", "livres/mois/",
    "livres/manuelles/", "livres/controles/", "livres/exports/",
)  # fmt: skip
DOORS = (
    "journal-entries/", "accounts/PA/580/lines/", "manual-entries/", "seals/", "books-checks/",
    "audit-exports/", "periods/", f"trial-balance/?entity=PA&since=2026-01-01&until={date.max}",
)  # fmt: skip


def test_three_rows_cost_the_queries_of_one(office: Office) -> None:
    def counted() -> dict[str, int]:
        counts = {}
        for path in (*PAGES, *(f"api/v1/{door}" for door in DOORS)):
            office.browsers["ada"].get(f"/be/{path}")
            with CaptureQueriesContext(connection) as queries:
                assert office.browsers["ada"].get(f"/be/{path}").status_code == 200, path
            counts[path] = len(queries)
        return counts

    one_more(office)
    one = counted()
    one_more(office)
    one_more(office)

    assert counted() == one
