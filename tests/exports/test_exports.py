"""Lists as files: what the page shows, harmless in every spreadsheet, for whoever asked, for a week."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client as Browser
from django.utils import timezone
from openpyxl import load_workbook

from core.exports import services
from core.exports.enums import ExportForm
from core.exports.errors import FiltersUnreadable, ListNotFound, TooManyExports
from core.exports.models import ExportPart, ListExport
from core.exports.selectors import content_of
from core.models import AuditEvent, Cooperative
from core.operations.selectors import given_up
from core.operations.services import drop_dead, retry_dead
from core.privacy.services import run_retention
from core.services import create_token
from core.spreadsheets import safe_cell
from core.tenancy import tenant_scope
from members.enums import Role
from members.models import Person, RoleGrant
from tests.activities.builders import make_activity, make_client, make_draft, make_invoice, two_days
from tests.factories import SYSTEM, actor, load_cooperative, make_person

HOSTILE = (
    "=1+1", "+32 2 123", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", " =1+1", "\u200b=1",
    "＝1+1", '=HYPERLINK("http://x","y")', "=1;=2", '"=1', "a;b", 'a"b', "a\nb",
)  # fmt: skip
"""Names that somebody gave a client, hoping that an accountant opens the list."""


@pytest.fixture
def town(cooperative_be: Cooperative) -> dict[str, Any]:
    """Nora with a hostile client and an invoice; Mehdi with his own; staff who read all."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        people: dict[str, Any] = {"cooperative": cooperative_be}
        for name in ("nora", "mehdi"):
            person = make_person(first_name=name.title(), user=True)
            activity = make_activity(person, name=f"Atelier {name.title()}")
            client = make_client(activity, name=f"=Théâtre {name.title()}")
            invoice = make_invoice(activity, client, two_days("617.28"))
            people |= {name: person, f"{name}_activity": activity, f"{name}_invoice": invoice}
        people["finance"] = make_person(Role.FINANCE, user=True)
    return people


def ask(
    town: dict[str, Any], who: str, key: str, form: str, filters: str = "", language: str = "fr"
) -> ListExport:
    """Ask for a list, and have it made."""
    person: Person = town[who]
    assert person.user is not None
    with tenant_scope(town["cooperative"]):
        export = services.ask_export(
            key=key, form=form, filters=QueryDict(filters), user=person.user, language=language,
            at=timezone.now(), actor=actor(person),
        )  # fmt: skip
    while services.make_one(town["cooperative"]):
        pass
    with tenant_scope(town["cooperative"]):
        return ListExport.objects.get(pk=export.pk)


def bytes_of(town: dict[str, Any], export: ListExport) -> bytes:
    with tenant_scope(town["cooperative"]):
        parts = ExportPart.objects.filter(export=export).order_by("number")
        return b"".join(bytes(content) for content in parts.values_list("content", flat=True))


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """What a spreadsheet reads."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_an_invoice_in_a_csv_reads_as_on_the_page(town: dict[str, Any]) -> None:
    export = ask(town, "nora", "invoicing.invoices", "csv")
    (row,) = csv_rows(bytes_of(town, export))

    assert row["Client"] == "'=Théâtre Nora"
    assert row["Émise"] == "2026-11-02"
    assert (row["Net"], row["Total"]) == ("1234,56", "1493,82")
    assert (export.state, export.rows, export.cut, export.error) == ("done", 1, False, "")
    assert export.size == len(bytes_of(town, export))


def test_english_writes_a_point(town: dict[str, Any]) -> None:
    (row,) = csv_rows(bytes_of(town, ask(town, "nora", "invoicing.invoices", "csv", language="en")))

    assert row["Total"] == "1493.82"


def test_amounts_are_numbers_and_days_are_days_in_a_workbook(town: dict[str, Any]) -> None:
    export = ask(town, "nora", "invoicing.invoices", "xlsx")
    sheet = load_workbook(io.BytesIO(bytes_of(town, export))).active
    assert sheet is not None
    head, row = sheet.iter_rows()
    cells = {str(name.value): cell for name, cell in zip(head, row, strict=True)}

    assert (cells["Total"].data_type, cells["Total"].value) == ("n", 1493.82)
    assert cells["Émise"].is_date
    assert cells["Émise"].value.date() == date(2026, 11, 2)
    assert cells["Total"].number_format == "#,##0.00"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_hostile_names_do_nothing(town: dict[str, Any], form: str) -> None:
    """Whatever a client is called, the cell is a text, and no longer begins as a formula begins."""
    with tenant_scope(town["cooperative"]):
        for name in HOSTILE:
            make_client(town["nora_activity"], name=name)
    content = bytes_of(town, ask(town, "nora", "invoicing.clients", form))

    if form == "csv":
        names = [next(iter(row.values())) for row in csv_rows(content)]
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
        names = [str(row[0].value) for row in sheet.iter_rows(min_row=2)]
        assert b"<f>" not in content
    assert len(names) == len(HOSTILE) + 1
    starts = ("=", "+", "-", "@", "\t", "\r", "＝")
    assert not [name for name in names if name.lstrip(" \u200b").startswith(starts)]


@pytest.mark.parametrize("text", ["Théâtre", "100 % coton", "a=b", "3-2", "«-»", "", "Ça", "🦊"])
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_everybody_gets_what_their_page_shows(town: dict[str, Any]) -> None:
    mine = bytes_of(town, ask(town, "nora", "invoicing.clients", "csv")).decode()
    all_of_them = bytes_of(town, ask(town, "finance", "invoicing.clients", "csv")).decode()

    assert "Nora" in mine
    assert "Mehdi" not in mine
    assert "Nora" in all_of_them
    assert "Mehdi" in all_of_them


def test_the_filters_in_force_narrow_the_file(town: dict[str, Any]) -> None:
    with tenant_scope(town["cooperative"]):
        make_draft(town["nora_activity"])

    assert ask(town, "nora", "invoicing.invoices", "csv", "situation=draft").rows == 1
    assert ask(town, "nora", "invoicing.invoices", "csv", "situation=open").rows == 1
    assert ask(town, "nora", "invoicing.invoices", "csv", "page=3&sort=-total_cents").rows == 2


def test_a_filter_that_cannot_be_read_gives_no_file(town: dict[str, Any]) -> None:
    """A page shows what it can; a file must never hold more than was meant."""
    with pytest.raises(FiltersUnreadable):
        ask(town, "nora", "invoicing.invoices", "csv", "situation=nonsense")
    with tenant_scope(town["cooperative"]):
        assert not ListExport.objects.exists()


def test_rights_are_those_of_the_moment_it_is_made(town: dict[str, Any]) -> None:
    """Finance asks, loses the role before the worker comes, and gets nothing."""
    person = town["finance"]
    with tenant_scope(town["cooperative"]):
        export = services.ask_export(
            key="invoicing.clients", form="csv", filters=QueryDict(), user=person.user, language="fr",
            at=timezone.now(), actor=actor(person),
        )  # fmt: skip
        RoleGrant.objects.filter(person=person).delete()
    while services.make_one(town["cooperative"]):
        pass

    with tenant_scope(town["cooperative"]):
        export.refresh_from_db()
        assert (export.state, export.error, export.rows) == ("failed", "list_not_found", None)
        assert not ExportPart.objects.exists()


def test_a_made_file_is_shut_to_who_lost_the_role(town: dict[str, Any]) -> None:
    export = ask(town, "finance", "invoicing.clients", "csv")
    with tenant_scope(town["cooperative"]):
        assert content_of(export, frozenset({"finance"}))
        with pytest.raises(ListNotFound):
            content_of(export, frozenset({"board"}))


def test_who_has_no_such_page_gets_no_such_file(town: dict[str, Any]) -> None:
    with tenant_scope(town["cooperative"]):
        board = make_person(Role.BOARD, user=True)
    with pytest.raises(ListNotFound):
        ask(town | {"board": board}, "board", "invoicing.clients", "csv")
    with pytest.raises(ListNotFound):
        ask(town, "nora", "invoicing.nothing", "csv")


def test_one_person_has_five_files_waiting_at_most(town: dict[str, Any]) -> None:
    person = town["nora"]
    with tenant_scope(town["cooperative"]):
        for _ in range(services.MOST_WAITING):
            services.ask_export(
                key="invoicing.clients", form="csv", filters=QueryDict(), user=person.user, language="fr",
                at=timezone.now(), actor=actor(person),
            )  # fmt: skip
    with pytest.raises(TooManyExports):
        ask(town, "nora", "invoicing.clients", "csv")
    with tenant_scope(town["cooperative"]):
        assert ListExport.objects.count() == services.MOST_WAITING


def test_the_audit_says_who_took_what_and_how_much(town: dict[str, Any]) -> None:
    """Choices and days as they were, what somebody typed as a star: the trail holds no copies."""
    export = ask(town, "nora", "invoicing.invoices", "csv", "q=Peeters&situation=open&issued_from=2026-11-01")

    with tenant_scope(town["cooperative"]):
        asked, made = AuditEvent.objects.filter(subject_id=export.pk).order_by("at")
    told = {"q": "*", "situation": "open", "issued_from": "2026-11-01"}
    assert (asked.action, asked.data["filters"]) == ("exports.asked", told)
    assert (made.action, made.data["filters"], made.data["rows"]) == ("exports.made", told, 0)
    assert made.person_id == town["nora"].pk


def test_a_longer_list_is_cut_and_says_so(town: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_ROWS", 3)
    monkeypatch.setattr(services, "BATCH", 2)
    with tenant_scope(town["cooperative"]):
        for number in range(4):
            make_client(town["nora_activity"], name=f"Client {number}")

    export = ask(town, "nora", "invoicing.clients", "csv")
    assert (export.rows, export.cut) == (3, True)
    monkeypatch.setattr(services, "MOST_ROWS", 5)
    export = ask(town, "nora", "invoicing.clients", "csv")
    assert (export.rows, export.cut) == (5, False)
    assert len(csv_rows(bytes_of(town, export))) == 5


def test_a_dead_workers_file_is_made_once_by_the_next(town: dict[str, Any]) -> None:
    """Its lease runs out, another takes it; three deaths are enough."""
    person = town["nora"]
    cooperative = town["cooperative"]
    with tenant_scope(cooperative):
        export = services.ask_export(
            key="invoicing.clients", form="csv", filters=QueryDict(), user=person.user, language="fr",
            at=timezone.now(), actor=actor(person),
        )  # fmt: skip
        rows = ListExport.objects.filter(pk=export.pk)
        rows.update(state="running", attempt=1, lease_until=timezone.now() + timedelta(minutes=1))
    assert not services.make_one(cooperative)
    with tenant_scope(cooperative):
        rows.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert services.make_one(cooperative)
    with tenant_scope(cooperative):
        export.refresh_from_db()
        assert (export.state, export.attempt) == ("done", 2)
        services._make(export.pk, 1)  # the late holder comes back
        assert ExportPart.objects.count() == 1
        rows.update(state="running", attempt=3, lease_until=timezone.now() - timedelta(seconds=1))
    services.make_one(cooperative)
    with tenant_scope(cooperative):
        export.refresh_from_db()
        assert (export.state, export.error) == ("failed", "worker_lost")


def test_a_file_that_could_not_be_made_is_made_when_an_administrator_says_so(
    town: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its source stumbles three times, with growing pauses; then it is whole again."""
    person, cooperative = town["nora"], town["cooperative"]
    asked = {"key": "invoicing.clients", "form": "csv", "filters": QueryDict(), "user": person.user}
    with tenant_scope(cooperative):
        export = services.ask_export(**asked, language="fr", at=timezone.now(), actor=actor(person))
        other = services.ask_export(**asked, language="fr", at=timezone.now(), actor=actor(person))
        ListExport.objects.filter(pk=other.pk).update(state="done")
    writers = dict(services.WRITERS)
    monkeypatch.setitem(services.WRITERS, ExportForm.CSV, None)
    pauses = []
    for _ in range(services.MOST_ATTEMPTS):
        assert services.make_one(cooperative)
        assert not services.make_one(cooperative)  # it waits
        with tenant_scope(cooperative):
            export.refresh_from_db()
            assert export.lease_until is not None
            pauses.append(round((export.lease_until - timezone.now()).total_seconds()))
            ListExport.objects.filter(pk=export.pk).update(lease_until=timezone.now())
    assert pauses == [30, 60, 0]
    with tenant_scope(cooperative):
        [entry] = given_up(frozenset({"coop_admin"}), "list_export")
        assert (entry.row.id, entry.row.code, entry.row.attempts) == (export.pk, "TypeError", 3)
    monkeypatch.setitem(services.WRITERS, ExportForm.CSV, writers[ExportForm.CSV])
    with tenant_scope(cooperative):
        retry_dead(row_id=export.pk, at=timezone.now(), actor=SYSTEM)
    assert services.make_one(cooperative)
    with tenant_scope(cooperative):
        export.refresh_from_db()
        assert (export.state, export.attempt, export.error) == ("done", 4, "")


def test_a_dropped_file_is_never_made(town: dict[str, Any]) -> None:
    person, cooperative = town["nora"], town["cooperative"]
    with tenant_scope(cooperative):
        export = services.ask_export(
            key="invoicing.clients", form="csv", filters=QueryDict(), user=person.user, language="fr",
            at=timezone.now(), actor=actor(person),
        )  # fmt: skip
        ListExport.objects.filter(pk=export.pk).update(state="failed", attempt=3)
        drop_dead(row_id=export.pk, reason="Asked for twice", actor=SYSTEM)
    assert not services.make_one(cooperative)
    with tenant_scope(cooperative):
        export.refresh_from_db()
        assert export.state == "dropped"


def test_after_a_week_it_is_gone_with_its_pieces(town: dict[str, Any]) -> None:
    cooperative = town["cooperative"]
    old, young = ask(town, "nora", "invoicing.clients", "csv"), ask(town, "nora", "invoicing.clients", "csv")
    with tenant_scope(cooperative):
        ListExport.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=9))
    browser = Browser()
    browser.force_login(town["nora"].user)
    assert browser.get(f"/be/exports-listes/{old.pk}/fichier/").status_code == 404

    run_retention(cooperative, on=timezone.localdate(), actor=SYSTEM, dry=False)

    with tenant_scope(cooperative):
        assert [row.pk for row in ListExport.objects.all()] == [young.pk]
        assert set(ExportPart.objects.values_list("export_id", flat=True)) == {young.pk}


# --- pages and doors -------------------------------------------------------------------------------------


def test_from_the_list_to_the_file(town: dict[str, Any]) -> None:
    """Nora narrows her invoices, asks for a workbook, waits, and fetches it; Mehdi finds nothing there."""
    nora, mehdi = Browser(), Browser()
    nora.force_login(town["nora"].user)
    mehdi.force_login(town["mehdi"].user)
    page = nora.get("/be/factures/?situation=open&page=1").content.decode()
    assert "exports-listes/invoicing.invoices/demander/" in page
    assert 'name="filters" value="situation=open"' in page

    answer = nora.post(
        "/be/exports-listes/invoicing.invoices/demander/", {"form": "xlsx", "filters": "situation=open"}
    )
    assert answer.status_code == 302
    waiting = nora.get(answer["Location"])
    assert "hx-get" in waiting.content.decode()
    fetch = f"{answer['Location']}fichier/"
    assert nora.get(fetch).status_code == 409
    while services.make_one(town["cooperative"]):
        pass
    ready = nora.get(answer["Location"]).content.decode()
    assert fetch in ready
    assert 'hx-trigger="every' not in ready
    file = nora.get(fetch)
    assert file.status_code == 200
    assert file["Content-Disposition"].startswith('attachment; filename="invoicing-invoices-')
    assert file["X-Content-Type-Options"] == "nosniff"
    assert not file.streaming
    assert file.content[:2] == b"PK"
    assert "invoicing.invoices" not in nora.get("/be/exports-listes/").content.decode()
    for address in (answer["Location"], fetch):
        assert mehdi.get(address).status_code == 404


def test_an_adviser_takes_the_portfolio_along_as_narrowed(town: dict[str, Any]) -> None:
    """That list stands in a form of its own: the buttons name the form that asks for the file."""
    with tenant_scope(town["cooperative"]):
        adviser = make_person(Role.ADVISER, user=True)
        for name in ("Zoé", "Yan"):
            make_person(first_name=name, last_name=name, adviser=adviser)
    browser = Browser()
    browser.force_login(adviser.user)  # type: ignore[arg-type]

    page = browser.get("/be/portefeuille/?q=zo&adviser=").content.decode()

    assert '<input type="hidden" name="filters" value="q=zo" form="export-portfolio">' in page
    assert page.count('form="export-portfolio"') == 3
    assert (
        '<form id="export-portfolio" method="post" action="/be/exports-listes/members.portfolio/demander/">'
        in page
    )
    (row,) = csv_rows(
        bytes_of(town, ask(town | {"adviser": adviser}, "adviser", "members.portfolio", "csv", "q=zo"))
    )
    assert row["Prénom"] == "Zoé"


def test_a_list_without_rights_offers_no_file(town: dict[str, Any]) -> None:
    browser = Browser()
    browser.force_login(town["nora"].user)

    assert browser.post("/be/exports-listes/members.people/demander/", {"form": "csv"}).status_code == 404
    assert browser.post("/be/exports-listes/invoicing.clients/demander/", {"form": "exe"}).status_code == 404
    with tenant_scope(town["cooperative"]):
        assert not ListExport.objects.exists()


def test_programs_ask_look_and_fetch(town: dict[str, Any]) -> None:
    person = town["nora"]
    token = create_token(user=person.user, cooperative=town["cooperative"], name="Tableur")
    program = Browser(headers={"authorization": f"Bearer {token}"})
    lists = program.get("/be/api/v1/exports/lists/").json()
    assert {"key": "invoicing.invoices", "name": "Factures"} in lists
    body = {"list": "invoicing.invoices", "form": "csv", "filters": {"situation": "open"}}
    answers = [
        program.post("/be/api/v1/exports/", body, "application/json", headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    key = answers[0].json()["id"]
    assert program.get(f"/be/api/v1/exports/{key}/").json()["state"] == "pending"
    assert program.get(f"/be/api/v1/exports/{key}/file/").status_code == 409
    while services.make_one(town["cooperative"]):
        pass
    told = program.get(f"/be/api/v1/exports/{key}/").json()
    assert (told["state"], told["rows"]) == ("done", 1)
    assert csv_rows(program.get(f"/be/api/v1/exports/{key}/file/").content)
    assert [row["id"] for row in program.get("/be/api/v1/exports/").json()["results"]] == [key]
    wrong = program.post("/be/api/v1/exports/", body | {"filters": {"situation": "x"}}, "application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "filters_unreadable")


def test_a_token_that_may_not_read_a_list_gets_no_file_of_it(town: dict[str, Any]) -> None:
    from core.programs.services import issue_token

    _, text = issue_token(
        user=town["nora"].user, cooperative=town["cooperative"], name="Étroit",
        scopes=["exports:read", "exports:write"], days=1,
    )  # fmt: skip
    program = Browser(headers={"authorization": f"Bearer {text}"})
    body = {"list": "invoicing.invoices", "form": "csv"}

    answer = program.post("/be/api/v1/exports/", body, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    with tenant_scope(town["cooperative"]):
        assert not ListExport.objects.exists()
