"""Payslips of many workers at once, each month's once; a year to keep; who reads what leaves a trace."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("settlement")


@pytest.fixture
def run(world: Any, moment: Any) -> Any:
    """A run of November that is being closed."""
    from payroll.models import PayrollRun

    return PayrollRun.objects.create(
        month=date(2026, 11, 1), state="closing", on=date(2026, 12, 2), started_by_label="Test",
        started_at=moment(2026, 12, 2),
    )  # fmt: skip


@pytest.fixture
def settled(world: Any) -> Callable[[int], list[Any]]:
    """So many workers of the Activity who worked two days each, the second one as an artist."""
    from payroll.services import settle_due
    from tests.factories import make_person

    def make(count: int) -> list[Any]:
        people = [world.worker, *(make_person() for _ in range(count - 1))]
        for person in people:
            for day, kind in ((4, "employee"), (5, "artistic")):
                world.submit(
                    world.contract(
                        "210.00", person_id=person.pk, contract_type=kind, hours=D("7.6"),
                        starts_on=date(2026, 11, day), ends_on=date(2026, 11, day),
                    )
                )  # fmt: skip
        settle_due(on=date(2026, 12, 1), actor=SYSTEM)
        return people

    return make


def issue(world: Any, run: Any, people: list[Any]) -> list[Any]:
    from payroll.services.payslips import issue_payslips

    pairs = [(person.pk, world.activity.entity_id) for person in people]
    return issue_payslips(run=run, pairs=pairs, on=date(2026, 12, 3))


def test_many_at_once_are_what_one_by_one_are(world: Any, run: Any, settled: Any) -> None:
    """The same contents and numbers in the order asked; only what was issued before counts differs."""
    from django.db import transaction

    from core.models import DocumentJob
    from payroll.models import Payslip, PayslipPart

    people = settled(3)
    with transaction.atomic():
        singly = [slip.content for person in people for slip in issue(world, run, [person])]
        transaction.set_rollback(True)

    together = issue(world, run, people)

    assert [slip.content for slip in together] == singly
    assert [slip.number for slip in together] == [f"FP-PA-2026-{n:06}" for n in (1, 2, 3)]
    assert [slip.person_id for slip in together] == [person.pk for person in people]
    assert PayslipPart.objects.count() == 6
    assert DocumentJob.objects.filter(kind="payslip").count() == Payslip.objects.count() == 3


def test_a_month_has_one_payslip_however_often_it_is_asked_for(world: Any, run: Any, settled: Any) -> None:
    people = settled(2)
    first = issue(world, run, people[:1])
    again = issue(world, run, [people[1], people[0], people[1]])

    assert [slip.number for slip in again] == ["FP-PA-2026-000002", first[0].number]
    assert [slip.pk for slip in issue(world, run, people)] == [first[0].pk, again[0].pk]


def test_nobody_without_pay_gets_one_and_no_number_is_lost(world: Any, run: Any, settled: Any) -> None:
    from ledger.models import NumberSeries
    from tests.factories import make_person

    settled(1)
    assert issue(world, run, [make_person()]) == []
    assert not NumberSeries.objects.filter(journal="PSL").exists()


def test_as_many_statements_for_three_as_for_one(world: Any, run: Any, settled: Any) -> None:
    people = settled(4)
    with CaptureQueriesContext(
        connection,
    ) as one:
        issue(world, run, people[:1])
    with CaptureQueriesContext(connection) as three:
        issue(world, run, people[1:])
    assert len(three) == len(one) <= 24, "\n".join(row["sql"][:90] for row in three)


def test_the_year_is_the_sum_of_its_payslips(world: Any, run: Any, settled: Any, moment: Any) -> None:
    from payroll.models import PayrollRun
    from payroll.services import settle_due

    people = settled(1)
    [november] = issue(world, run, people)
    world.submit(
        world.contract(starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 4)), on=moment(2026, 11, 30)
    )
    settle_due(on=date(2026, 12, 8), actor=SYSTEM)
    later = PayrollRun.objects.create(
        month=date(2026, 12, 1), state="closing", on=date(2027, 1, 4), started_by_label="Test",
        started_at=moment(2027, 1, 4),
    )  # fmt: skip
    [december] = issue(world, later, people)

    assert november.content["year"] == november.content["totals"]
    for name, amount in december.content["year"].items():
        assert D(amount) == D(november.content["totals"][name]) + D(december.content["totals"][name]), name


def test_a_year_is_downloaded_as_one_file_of_ones_own(
    world: Any, run: Any, settled: Any, moment: Any, client: Any
) -> None:
    """A PDF per payslip and an index; another worker's are not among them."""
    from core.clock import set_clock
    from core.exports.models import ListExport
    from core.exports.selectors import content_of
    from core.exports.services import make_one
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 12, 4))
    nora, other = settled(2)
    slips = issue(world, run, [nora, other])
    nora.user = make_user(nora.email)
    nora.save(update_fields=["user"])
    client.force_login(nora.user)

    page = client.get("/be/paie/")
    assert "2026" in page.content.decode() and slips[0].entity.name in page.content.decode()
    asked = client.post(
        "/be/exports-listes/payroll.my_payslips/demander/", {"form": "zip", "filters": "year=2026"}
    )
    assert asked.status_code == 302
    assert make_one(world.cooperative)

    export = ListExport.objects.get()
    assert (export.state, export.rows) == ("done", 1), export.error
    with zipfile.ZipFile(io.BytesIO(content_of(export, frozenset({"member"})))) as bundle:
        assert bundle.namelist() == [f"{slips[0].number}-20261203.pdf", "index.csv"]
        assert bundle.read(bundle.namelist()[0]).startswith(b"%PDF")
        index = list(csv.reader(io.StringIO(bundle.read("index.csv").decode("utf-8-sig")), delimiter=";"))
    assert len(index) == 2 and slips[0].number in index[1]
    empty = client.post(
        "/be/exports-listes/payroll.my_payslips/demander/", {"form": "zip", "filters": "year=20x6"}
    )
    assert empty.status_code == 422 and ListExport.objects.count() == 1


def test_a_list_without_documents_is_no_zip(world: Any, moment: Any, client: Any) -> None:
    from core.exports.models import ListExport
    from tests.factories import make_user

    world.worker.user = make_user(world.worker.email)
    world.worker.save(update_fields=["user"])
    client.force_login(world.worker.user)
    answer = client.post("/be/exports-listes/payroll.contracts/demander/", {"form": "zip", "filters": ""})
    assert answer.status_code == 404 and not ListExport.objects.exists()


def test_staff_reads_leave_a_trace_and_own_reads_none(
    world: Any, run: Any, settled: Any, client: Any
) -> None:
    from members.models import AccessLog
    from tests.factories import make_user

    [slip] = issue(world, run, settled(1))
    for person, reads in ((world.worker, 0), (world.clerk, 1), (world.adviser, 1)):
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        page = client.get(f"/be/paie/fiches/{slip.pk}/?lang=de")
        assert page.status_code == (403 if person == world.adviser else 200)
        assert AccessLog.objects.filter(source_id=slip.pk).count() == reads
        if page.status_code == 200:
            assert "Persönlicher Sozialbeitrag" in page.content.decode()


def test_the_command_writes_the_archived_file(world: Any, run: Any, settled: Any, tmp_path: Any) -> None:
    import json

    from django.core.management import call_command

    from members.models import AccessLog
    from payroll.errors import PayNotFound

    [slip] = issue(world, run, settled(1))
    out = io.StringIO()
    call_command("export_payslip", slip.number, "--out", str(tmp_path), "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (tmp_path / f"{slip.number}-20261203.pdf").stat().st_size == answer["bytes"]
    assert AccessLog.objects.get(source_id=slip.pk).reader_label == "export_payslip"
    with pytest.raises(PayNotFound):
        call_command("export_payslip", "FP-PA-2026-999999", "--out", str(tmp_path))


def test_the_console_sees_how_far_the_documents_are(world: Any, run: Any, settled: Any) -> None:
    from core.documents import render_one
    from payroll.payslip_selectors import documents_made

    issue(world, run, settled(2))
    assert documents_made(run.month).waiting == 2
    assert render_one(world.cooperative)
    state = documents_made(run.month)
    assert (state.total, state.done, state.waiting, state.failed) == (2, 1, 1, 0)


def test_what_others_keep_stands_on_the_payslip(world: Any, run: Any, settled: Any) -> None:
    """A seizure of 50.00 on each pay: earned is what it was, transferred is less, and the paper says why."""
    from core.uuid7 import uuid7
    from payroll.documents import paper_context
    from payroll.payable import Deduction, Payee, Taking, register_deduction, unregister_deduction
    from payroll.payslip_view import payslip_page

    class Seizure:
        def asked(self, payables: Any) -> Taking:
            payee = Payee(world.adviser.party_id, "Huissier", "BE68539007547034", "Dossier 7")
            return Taking(
                [Deduction(p.id, "seizure", "Saisie 7", D("50.00"), "test.seizure", uuid7(), payee=payee)
                 for p in payables]
            )  # fmt: skip

        def taken(self, deductions: Any) -> None:
            pass

    register_deduction("test", Seizure(), rank=1)
    try:
        people = settled(1)
    finally:
        unregister_deduction("test")
    [slip] = issue(world, run, people)

    totals = {name: D(amount) for name, amount in slip.content["totals"].items()}
    assert totals["kept_for_others"] == D("100.00")
    assert totals["transferred"] == totals["paid"] - D("100.00") == slip.net - D("100.00")
    page = payslip_page(slip, "en")
    assert page.carried == 0
    assert paper_context(page)["kept"] == [("Saisie 7", "−50.00")] * 2


def test_lines_are_read_from_their_rows_and_older_payslips_still_show_those_they_keep(
    world: Any, run: Any, settled: Any, django_assert_num_queries: Any
) -> None:
    """The same page either way, with the twenty lines of each of two items; what is kept needs no reading."""
    from payroll.models import PayLine
    from payroll.payslip_content import HOLIDAY_CODES, About
    from payroll.payslip_view import payslip_page

    [slip] = issue(world, run, settled(1))
    with django_assert_num_queries(1):
        page = payslip_page(slip, "nl")
    about = About()
    for facts in slip.content["items"]:
        assert "lines" not in facts
        facts["lines"] = about.lines(PayLine.objects.filter(item=facts["id"]).order_by("position"))
    slip.content["about"] = about.rows

    with django_assert_num_queries(0):
        older = payslip_page(slip, "nl")
    assert (older.items, older.to_confirm) == (page.items, page.to_confirm)
    for item in page.items:
        shown = (*item.main, *item.steps, *item.employer)
        assert len(shown) == PayLine.objects.filter(item=item.facts["id"]).count()
    set_aside = sum(line.amount for line in page.employer if line.code in HOLIDAY_CODES)
    assert page.totals["holiday_set_aside"] == set_aside > 0


def test_the_door_gives_the_pdf_once_it_is_made(world: Any, run: Any, settled: Any) -> None:
    """First to be told to wait, before all that nobody asked for; then the file, and staff leaves a trace."""
    from rest_framework.test import APIClient

    from core.documents import render_one
    from core.models import DocumentJob
    from members.models import AccessLog
    from tests.factories import make_user

    [slip] = issue(world, run, settled(1))
    world.clerk.user = make_user(world.clerk.email)
    world.clerk.save(update_fields=["user"])
    door = APIClient()
    door.force_login(world.clerk.user)

    waiting = door.get(f"/be/api/v1/payslips/{slip.pk}/pdf/")
    assert (waiting.status_code, waiting.json()) == (202, {"state": "pending"}), waiting.content
    assert DocumentJob.objects.get(source_id=slip.pk).urgent
    assert not AccessLog.objects.exists()

    assert render_one(world.cooperative)
    given = door.get(f"/be/api/v1/payslips/{slip.pk}/pdf/")
    assert given.status_code == 200 and given.content.startswith(b"%PDF")
    assert AccessLog.objects.get().purpose == "REST"
