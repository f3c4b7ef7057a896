"""The pages of returns as payroll, the auditor and a worker meet them, and the same by REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from core.clock import ZONE
from tests.payroll.returns.test_life import approved, paid
from tests.payroll.returns.test_quarterly import declaration

__all__ = ["paid"]


@pytest.fixture
def browse(paid: Any, client: Any) -> Any:
    """A browser of one of the people, on 11 January 2027."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(paid.cooperative, datetime(2027, 1, 11, 9, tzinfo=ZONE))

    def as_person(person: Any) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        return client

    return as_person


def test_the_administrator_makes_what_is_due_and_looks_at_it(paid: Any, browse: Any) -> None:
    from payroll.returns.models import PublicReturn
    from payroll.returns.services import finish_building
    from payroll.returns.services.building import build_slice

    page = browse(paid.clerk).get("/be/declarations-publiques/")
    assert page.status_code == 200
    assert "2026-4" in page.content.decode()

    made = browse(paid.clerk).post(
        "/be/declarations-publiques/faire/", {"kind": "dmfa", "entity": "PA", "period": "2026-4"}
    )
    row = PublicReturn.objects.get()
    assert made["Location"].endswith(f"/declarations-publiques/{row.pk}/")
    assert browse(paid.clerk).get(made["Location"]).status_code == 200
    build_slice(return_id=row.pk)
    finish_building(return_id=row.pk)

    shown = browse(paid.clerk).get(made["Location"]).content.decode()
    assert "200,35" in shown
    assert "Nora Peeters" in shown
    assert browse(paid.clerk).get(f"{made['Location']}avancement/").status_code == 200
    worker = browse(paid.clerk).get(f"/be/declarations-publiques/personnes/{row.rows.get().pk}/")
    assert "495" in worker.content.decode()
    assert "Cotisations ordinaires, personnelles et patronales" in worker.content.decode()


def test_check_approve_and_send_are_three_acts_of_two_people(paid: Any, browse: Any) -> None:
    row = declaration(paid)
    here = f"/be/declarations-publiques/{row.pk}/"

    browse(paid.clerk).post(f"{here}verifier/")
    browse(paid.clerk).post(f"{here}approuver/")
    row.refresh_from_db()
    assert row.state == "checked"

    browse(paid.chief).post(f"{here}approuver/")
    browse(paid.clerk).post(f"{here}envoyer/")
    row.refresh_from_db()
    assert row.state == "sent"
    assert browse(paid.clerk).get(f"{here}fichier/")["Content-Type"] == "application/xml"


def test_the_worker_asks_for_the_end_of_a_contract_and_reads_it(paid: Any, browse: Any) -> None:
    from payroll.models import EmploymentContract
    from payroll.returns.models import WorkerPaper

    contract = EmploymentContract.objects.get()
    assert "Graphisme" in browse(paid.worker).get("/be/mes-documents/").content.decode()

    browse(paid.worker).post(f"/be/mes-documents/fin-de-contrat/{contract.pk}/")

    paper = WorkerPaper.objects.get()
    page = browse(paid.worker).get(f"/be/mes-documents/{paper.pk}/")
    assert page.status_code == 200
    assert "Graphisme" in page.content.decode()
    assert browse(paid.worker).get(f"/be/mes-documents/{paper.pk}/pdf/").status_code == 202
    assert browse(paid.adviser).get(f"/be/mes-documents/{paper.pk}/").status_code in (403, 404)


def test_a_worker_reads_nobody_elses_paper(paid: Any, browse: Any) -> None:
    from members.enums import Role
    from payroll.models import EmploymentContract
    from payroll.returns.models import WorkerPaper
    from payroll.returns.services import end_contract
    from tests.factories import make_person

    contract = EmploymentContract.objects.get()
    end_contract(contract_id=contract.pk, on=date(2027, 1, 11), actor=paid.member)
    paper = WorkerPaper.objects.get()
    other = make_person(Role.MEMBER, first_name="Idris")

    assert browse(other).get(f"/be/mes-documents/{paper.pk}/").status_code == 404
    answer = browse(other).post(f"/be/mes-documents/fin-de-contrat/{contract.pk}/")
    assert answer.status_code == 404


def test_the_doors_of_returns_speak_by_rest(paid: Any, browse: Any) -> None:
    row = declaration(paid)
    doors = "/be/api/v1/public-returns/"

    clerk = browse(paid.clerk)
    assert clerk.get(doors).json()["results"][0]["totals"]["declared"] == "200.35"
    assert clerk.get(f"{doors}{row.pk}/workers/").json()["results"][0]["declared"] == "200.35"
    stands = clerk.post(
        f"{doors}build/",
        {"kind": "dmfa", "entity": "PA", "period": "2026-Q9"},
        content_type="application/json",
    )
    assert (stands.status_code, stands.json()["code"]) == (422, "unknown_return_period")
    approved(paid, row)
    again = clerk.post(
        f"{doors}build/",
        {"kind": "dmfa", "entity": "PA", "period": "2026-4"},
        content_type="application/json",
    )
    assert (again.status_code, again.json()["code"]) == (409, "return_stands")
    sent = clerk.post(f"{doors}{row.pk}/send/")
    assert (sent.status_code, sent.json()["state"]) == (200, "sent")


def test_periods_are_said_in_words_and_chosen_from_a_list(paid: Any, browse: Any) -> None:
    page = browse(paid.clerk).get("/be/declarations-publiques/")
    offered = {
        label: [code for code, _words in rows]
        for label, rows in page.context["form"].fields["period"].widget.choices
    }

    assert [len(codes) for codes in offered.values()] == [9, 15, 4]
    assert "4e trimestre 2026" in page.content.decode()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-01", "2026-11-30", "novembre 2026"),
        ("2026-10-01", "2026-12-31", "4e trimestre 2026"),
        ("2026-01-01", "2026-12-31", "2026"),
        ("2026-11-30", "2026-12-02", "30 nov. – 2 déc. 2026"),
        ("2026-12-02", "2026-12-02", "2 déc. 2026"),
    ],
)
def test_a_period_in_words(first: str, last: str, words: str) -> None:
    from django.utils import translation

    from payroll.returns.periods import ReturnPeriod
    from payroll.returns.words import period_words

    with translation.override("fr"):
        said = period_words(ReturnPeriod(date.fromisoformat(first), date.fromisoformat(last)))
    assert " ".join(said.split()) == words


KINDS = (
    ("withholding_tax", "2026-12", ("Précompte professionnel", "€")),
    ("tax_slips", "2026", ("Rémunérations, imposable", "€")),
    ("individual_account", "2026", ("novembre 2026", "Brut")),
)


@pytest.mark.parametrize(("kind", "period", "words"), KINDS)
def test_what_a_return_says_of_a_worker_is_said_in_words(
    paid: Any, browse: Any, kind: str, period: str, words: tuple[str, ...]
) -> None:
    row = declaration(paid, quarter=period, kind=kind)
    one = row.rows.get()
    page = browse(paid.clerk).get(f"/be/declarations-publiques/personnes/{one.pk}/").content.decode()

    assert [text for text in words if text not in page] == []
    raw = {name for part in one.data.values() if isinstance(part, dict) for name in part} | set(one.data)
    assert [name for name in raw if f"<dt>{name}" in page or f"· {name}" in page] == []


def test_the_end_of_a_contract_names_its_worker_and_that_it_was_made_by_itself(
    paid: Any, browse: Any
) -> None:
    from core.types import Actor
    from payroll.models import EmploymentContract
    from payroll.returns.services import end_contract

    contract = EmploymentContract.objects.get()
    row = end_contract(contract_id=contract.pk, on=date(2027, 1, 11), actor=Actor.system("ends of contracts"))

    ends = browse(paid.clerk).get("/be/declarations-publiques/?fins").content.decode()
    assert "Nora Peeters" in ends
    one = browse(paid.clerk).get(f"/be/declarations-publiques/{row.pk}/").content.decode()
    assert "automatiquement, à la fin du contrat" in one and "ends of contracts" not in one
    assert "Dans les comptes" not in one, "nothing of it is held against the books"
    person = browse(paid.clerk).get(f"/be/declarations-publiques/personnes/{row.rows.get().pk}/")
    assert "Rémunération brute" in person.content.decode() or "Salaire brut" in person.content.decode()
    assert "worker_code" not in person.content.decode()
    assert "Informatique" in person.content.decode(), "the occupation as the list names it"
