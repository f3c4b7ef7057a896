"""The queue of declarations as payroll meets it: why, until when, what to do; differences; files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

D = Decimal
AGAIN = "Déclarer à nouveau"


@pytest.fixture
def clerk(world: Any, client: Any, moment: Any) -> Any:
    """The browser of a payroll administrator on 2 November 2026."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 2))
    world.clerk.user = make_user(world.clerk.email)
    world.clerk.save(update_fields=["user"])
    client.force_login(world.clerk.user)
    return client


@pytest.fixture
def number(world: Any) -> str:
    from members.services import reveal_national_number
    from payroll.services.reconciliation import SYSTEM

    return reveal_national_number(person=world.worker, actor=SYSTEM, purpose="test")


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def carry(world: Any, office: Any) -> None:
    from payroll.services.declarations import carry_due

    for _ in range(4):
        carry_due(world.cooperative, gateway=office)


def test_a_refused_declaration_says_why_until_when_and_what_to_do(
    world: Any, clerk: Any, office: Any, number: str
) -> None:
    office.note_person(number, unknown=True)
    contract = world.submit(world.contract())
    carry(world, office)
    page = text_of(clerk.get("/be/declarations/"))
    assert "La personne ne peut pas être identifiée." in page and "90017-151" in page
    assert "Vérifiez le numéro national" in page and "trop tard" not in page
    assert f"/be/contrats/{contract.pk}/" in page and number not in page

    office.note_person(number)
    row = contract.declarations.get()
    assert clerk.post(f"/be/declarations/{row.pk}/reprendre/").status_code == 302
    carry(world, office)
    contract.refresh_from_db()
    assert contract.state == "declared"


def test_what_is_past_its_deadline_is_marked(
    world: Any, clerk: Any, office: Any, number: str, moment: Any
) -> None:
    from core.clock import set_clock

    office.note_person(number, unknown=True)
    world.submit(world.contract())
    carry(world, office)
    set_clock(world.cooperative, moment(2026, 11, 4))
    assert "trop tard" in text_of(clerk.get("/be/declarations/"))


def test_dealt_with_elsewhere_needs_a_word(world: Any, clerk: Any, office: Any, number: str) -> None:
    office.note_person(number, unknown=True)
    row = world.submit(world.contract()).declarations.get()
    carry(world, office)
    assert clerk.post(f"/be/declarations/{row.pk}/reglee/", {"note": " "}).status_code == 422
    row.refresh_from_db()
    assert not row.handled

    assert clerk.post(f"/be/declarations/{row.pk}/reglee/", {"note": "Par téléphone"}).status_code == 302
    row.refresh_from_db()
    assert (row.handled, row.note, row.handled_by) == (True, "Par téléphone", str(world.clerk))
    assert "Par téléphone" in text_of(clerk.get("/be/declarations/"))


def test_without_a_mandate_one_banner_says_it(world: Any, clerk: Any, office: Any) -> None:
    from payroll.models import DeclarationStop

    contract = world.submit(world.contract())
    office.register(contract.entity.nsso_number, mandate=False)
    carry(world, office)
    page = text_of(clerk.get("/be/declarations/"))
    assert "Plus rien n’est déclaré pour" in page and "1 déclaration attend" in page
    stop = DeclarationStop.objects.get()
    assert clerk.post(f"/be/declarations/arrets/{stop.pk}/lever/").status_code == 302
    assert "Plus rien n’est déclaré" not in text_of(clerk.get("/be/declarations/"))


def test_files_are_made_downloaded_and_answered(world: Any, clerk: Any, office: Any) -> None:
    from members.models import AccessLog
    from payroll.dimona.simulator.files import hand_in
    from payroll.models import DeclarationBatch

    contract = world.submit(world.contract())
    assert "1 déclaration attend" in text_of(clerk.get("/be/declarations/fichiers/"))
    assert clerk.post("/be/declarations/fichiers/faire/").status_code == 302
    batch = DeclarationBatch.objects.get()
    file = clerk.get(f"/be/declarations/fichiers/{batch.pk}/")
    assert file["Content-Disposition"].startswith("attachment")
    assert AccessLog.objects.filter(purpose="DIMONA", person=world.worker, source_id=batch.pk).exists()

    _receipt, answers = hand_in(office, batch.name, b"".join(file) if file.streaming else file.content)
    upload = SimpleUploadedFile("noti.xml", answers or b"", content_type="application/xml")
    assert clerk.post("/be/declarations/reponses/", {"file": upload}).status_code == 302
    contract.refresh_from_db()
    assert contract.state == "declared"
    hostile = SimpleUploadedFile("x.xml", b"<html>", content_type="application/xml")
    answer = clerk.post("/be/declarations/reponses/", {"file": hostile})
    assert answer.status_code == 422 and "accusé de réception (ACRF)" in text_of(answer)


# --- differences ---


def compared(world: Any, office: Any, moment: Any) -> Any:
    from payroll.services.declaration_drift import compare

    return compare(world.cooperative, at=moment(2026, 11, 3), gateway=office)


def test_what_agrees_makes_no_row(world: Any, office: Any, moment: Any) -> None:
    world.submit(world.contract())
    carry(world, office)
    found = compared(world, office, moment)
    assert (found.contracts, found.declared, found.open) == (1, 0, 0)


def test_a_period_changed_at_the_office_is_found_shown_and_mended(
    world: Any, clerk: Any, office: Any, moment: Any
) -> None:
    from payroll.models import DeclarationDifference

    contract = world.submit(world.contract())
    carry(world, office)
    period = contract.declarations.get().period_id
    office.change(period, ends_on="2026-11-05")
    for _ in range(2):
        assert compared(world, office, moment).open == 1
    row = DeclarationDifference.objects.get()
    assert (row.kind, row.held_until, row.expected_until) == (
        "different", date(2026, 11, 5), date(2026, 11, 6),
    )  # fmt: skip
    assert "L’office connaît d’autres dates" in text_of(clerk.get("/be/declarations/"))

    assert clerk.post(f"/be/declarations/ecarts/{row.pk}/declarer/").status_code == 302
    carry(world, office)
    assert office.period(period).ends_on == date(2026, 11, 6)
    assert compared(world, office, moment).open == 0


def test_a_period_that_vanished_is_declared_again(world: Any, clerk: Any, office: Any, moment: Any) -> None:
    from payroll.models import DeclarationDifference

    contract = world.submit(world.contract())
    carry(world, office)
    office.change(contract.declarations.get().period_id, cancelled=1)
    assert compared(world, office, moment).open == 1
    row = DeclarationDifference.objects.get()
    assert row.kind == "missing"
    clerk.post(f"/be/declarations/ecarts/{row.pk}/declarer/")
    carry(world, office)
    assert compared(world, office, moment).open == 0
    assert [r.state for r in contract.declarations.all()] == ["cancelled", "accepted"]


def test_work_that_the_office_alone_knows_is_named_and_a_note_stands(
    world: Any, clerk: Any, office: Any, moment: Any, number: str
) -> None:
    from django.utils import timezone

    from payroll.dimona.types import DimonaIn, Employer
    from payroll.models import DeclarationDifference

    entity = world.contract().entity
    employer = Employer(entity.nsso_number, entity.enterprise_number)
    office.submit(DimonaIn("HAND", timezone.now(), employer, number, date(2026, 11, 9), date(2026, 11, 9)))
    assert compared(world, office, moment).open == 1
    row = DeclarationDifference.objects.get()
    assert (row.kind, row.person, row.contract) == ("unexpected", world.worker, None)
    assert number not in str(list(DeclarationDifference.objects.values()))
    assert clerk.post(f"/be/declarations/ecarts/{row.pk}/declarer/").status_code == 409

    clerk.post(f"/be/declarations/ecarts/{row.pk}/regle/", {"note": "Annulé sur le site"})
    assert compared(world, office, moment).open == 0


def test_a_difference_closes_by_itself_once_both_agree(world: Any, office: Any, moment: Any) -> None:
    from payroll.models import DeclarationDifference

    contract = world.submit(world.contract())
    carry(world, office)
    period = contract.declarations.get().period_id
    office.change(period, ends_on="2026-11-05")
    compared(world, office, moment)
    office.change(period, ends_on="2026-11-06")
    assert compared(world, office, moment).open == 0
    assert DeclarationDifference.objects.get().closed_by == ""


def test_many_contracts_are_reconciled_in_a_constant_number_of_queries(
    world: Any, office: Any, moment: Any, django_assert_max_num_queries: Any
) -> None:
    from payroll.models import Declaration, EmploymentContract
    from payroll.services.reconciliation import reconcile_contracts
    from tests.factories import make_person

    def several(count: int) -> list[Any]:
        rows = []
        for _ in range(count):
            rows.append(world.submit(world.contract("200.00", person_id=make_person().pk, hours=D("8"))).pk)
        Declaration.objects.filter(contract__in=rows).delete()
        EmploymentContract.objects.filter(pk__in=rows).update(state="submitted")
        return rows

    for count in (1, 4):
        keys = several(count)
        with django_assert_max_num_queries(12):
            assert len(reconcile_contracts(keys, at=moment(2026, 11, 3))) == count
        assert reconcile_contracts(keys, at=moment(2026, 11, 3)) == []


def test_declarations_are_found_by_worker_and_day(world: Any, clerk: Any) -> None:
    """By words of the name, and by a day of the period; one day is written once."""
    day = date(2026, 11, 10)
    world.submit(world.contract())
    world.submit(world.contract("200.00", starts_on=day, ends_on=day, hours=D("7.6")))

    def shown(query: str) -> int:
        content = clerk.get(f"/be/declarations/?{query}").content.decode()
        return content.split('id="declarations"')[1].count('<td class="lead"')

    assert shown("") == shown("worker=peet+nora") == 2
    assert (shown("worker=nobody"), shown("day=2026-11-10"), shown("day=2026-11-09")) == (0, 1, 0)
    alone = text_of(clerk.get("/be/declarations/?day=2026-11-10"))
    assert "10 nov. 2026 –" not in alone.replace("\u00a0", " ")
