"""The pages of work and pay, as each person meets them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

D = Decimal


@pytest.fixture
def now(world: Any, moment: Any) -> Any:
    """Set the cooperative's clock: nine o'clock on 2 November 2026 unless said otherwise."""
    from core.clock import set_clock

    def set_to(*day: int) -> None:
        set_clock(world.cooperative, moment(*(day or (2026, 11, 2))))

    set_to()
    return set_to


@pytest.fixture
def browse(world: Any, client: Any, now: Any) -> Any:
    """A browser of one of the people: `browse(world.worker).get("contrats/")`."""
    from tests.factories import make_user

    def as_person(person: Any) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        return client

    return as_person


def text_of(answer: Any) -> str:
    return answer.content.decode()


JOB = {
    "mode": "new",
    "client_name": "Théâtre de la Place",
    "client_vat": "BE0403019261",
    "client_street": "Place Communale 1",
    "client_postal_code": "4100",
    "client_city": "Seraing",
    "description": "Affiche de saison",
    "starts_on": "2026-11-06",
    "ends_on": "2026-11-06",
    "hours": "7,6",
    "amount": "1 000,00",
    "contract_type": "employee",
    "act": "do",
}


def test_a_visitor_simulates_without_an_account(world: Any, client: Any, now: Any) -> None:
    page = client.get(
        "/be/simulateur/?direction=invoice&amount=1000,00&expenses=100&contract_type=employee&days=1&family_status=single&children=0"
    )
    assert page.status_code == 200
    assert "468,30" in text_of(page)
    back = client.get(
        "/be/simulateur/?direction=net&amount=468.30&expenses=100&contract_type=employee&days=1&family_status=single&children=0"
    )
    assert "1\xa0000,00" in text_of(back).replace("\u202f", "\xa0") or "999,9" in text_of(back)


def test_the_simulator_refuses_in_words(world: Any, client: Any, now: Any) -> None:
    page = client.get(
        "/be/simulateur/?direction=invoice&amount=x&contract_type=employee&days=1&family_status=single"
    )
    assert page.status_code == 422


def test_a_quick_job_from_the_page_and_the_second_time_with_four_fields(world: Any, browse: Any) -> None:
    import re

    from payroll.models import EmploymentContract

    page = browse(world.worker)
    first = text_of(page.get("/be/mission/"))
    form = first[first.index('<form class="form"') :]
    outside = re.sub(r"<details.*?</details>", "", form, flags=re.S)
    asked = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*name="', outside)
    assert len(asked) <= 12

    answer = page.post("/be/mission/", JOB | {"activity": str(world.activity.pk)})
    assert answer.status_code == 302, text_of(answer)
    contract = EmploymentContract.objects.get()
    assert contract.gross == D("603.22")
    done = text_of(page.get(answer["Location"]))
    assert "18 novembre 2026" in done

    second = text_of(page.get("/be/mission/"))
    form = second[second.index('<form class="form"') :]
    outside = re.sub(r"<details.*?</details>", "", form, flags=re.S)
    assert len(re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*name="', outside)) == 4
    again = {
        "activity": str(world.activity.pk),
        "client": str(contract.invoice.client_id),
        "description": "Affiche de saison",
        "contract_type": "employee",
        "starts_on": "2026-11-09",
        "ends_on": "2026-11-09",
        "hours": "7.6",
        "amount": "800",
        "act": "do",
    }
    assert page.post("/be/mission/", again).status_code == 302


def test_calculate_works_without_javascript_and_writes_nothing(
    world: Any, browse: Any, snapshot: Any
) -> None:
    page = browse(world.worker)
    before = snapshot()
    answer = page.post("/be/mission/", JOB | {"activity": str(world.activity.pk), "act": "calculate"})
    assert answer.status_code == 200
    assert "603,22" in text_of(answer)
    assert snapshot() == before


def test_a_refused_job_says_why_on_its_field(world: Any, browse: Any, snapshot: Any) -> None:
    page = browse(world.worker)
    before = snapshot()
    answer = page.post(
        "/be/mission/",
        JOB | {"activity": str(world.activity.pk), "starts_on": "2026-11-02", "ends_on": "2026-11-02"},
    )
    assert answer.status_code == 422
    assert 'id="id_starts_on_error"' in text_of(answer)
    assert snapshot() == before


def test_the_waterfall_beside_the_form(world: Any, browse: Any) -> None:
    page = browse(world.worker)
    answer = page.get("/be/mission/estimation/", JOB | {"activity": str(world.activity.pk)})
    assert "603,22" in text_of(answer)


def test_a_contract_from_draft_to_cancelled(world: Any, browse: Any) -> None:
    from payroll.models import EmploymentContract

    page = browse(world.worker)
    form = {
        "activity": str(world.activity.pk),
        "person": str(world.worker.pk),
        "contract_type": "employee",
        "function_code": "informatique_graphisme",
        "description": "Graphisme",
        "place": "Bruxelles",
        "starts_on": "2026-11-04",
        "ends_on": "2026-11-06",
        "hours": "22,8",
        "gross": "500",
    }
    assert page.get("/be/contrats/nouveau/").status_code == 200
    answer = page.post("/be/contrats/nouveau/", form)
    assert answer.status_code == 302, text_of(answer)
    contract = EmploymentContract.objects.get()
    here = f"/be/contrats/{contract.pk}/"
    assert page.get(here).status_code == 200
    assert page.post(f"{here}soumettre/").status_code == 302
    assert "à envoyer" in text_of(page.get(here)) or "to be sent" in text_of(page.get(here))
    assert page.get(f"{here}signer/").status_code == 200
    assert page.post(f"{here}signer/", {}).status_code == 422, "nobody signs without agreeing"
    assert page.post(f"{here}signer/", {"agreed": "yes"}).status_code == 302
    assert page.get(f"{here}annuler/").status_code == 200
    assert page.post(f"{here}annuler/", {"end_reason": "job_cancelled"}).status_code == 422
    why = {"end_reason": "job_cancelled", "ended_by": "client", "reason": "reporté"}
    assert page.post(f"{here}annuler/", why).status_code == 302
    contract.refresh_from_db()
    assert contract.state == "cancelled"
    assert page.get("/be/contrats/?state=cancelled").status_code == 200


def test_a_refused_submission_stands_on_the_page(world: Any, browse: Any, snapshot: Any) -> None:
    contract = world.contract("300.00")
    page = browse(world.worker)
    before = snapshot()
    answer = page.post(f"/be/contrats/{contract.pk}/soumettre/")
    assert answer.status_code == 422
    assert "below_minimum_wage" in text_of(answer) or "minimum" in text_of(answer)
    assert snapshot() == before


def test_somebody_elses_contract_does_not_exist(world: Any, browse: Any) -> None:
    from tests.factories import make_person

    contract = world.contract()
    page = browse(make_person())
    assert page.get(f"/be/contrats/{contract.pk}/").status_code == 404
    assert page.post(f"/be/contrats/{contract.pk}/soumettre/").status_code == 404


def paid_month(world: Any, now: Any, browse: Any) -> Any:
    """Example B, settled, run and closed through the console by two people."""
    from payroll.models import Payslip
    from payroll.selectors import run_of
    from payroll.services import settle_due
    from payroll.services.runs import work_run

    world.submit(world.contract())
    settle_due(on=date(2026, 11, 9), actor=Actor.system("settlement"))
    now(2026, 12, 2)
    page = browse(world.clerk)
    assert page.get("/be/cycle-de-paie/?month=2026-11").status_code == 200
    assert page.post("/be/cycle-de-paie/lancer/", {"month": "2026-11"}).status_code == 302
    run = run_of(date(2026, 11, 1))
    assert page.get(f"/be/cycle-de-paie/{run.pk}/avancement/").status_code == 200
    work_run(world.cooperative, run.pk)
    assert page.post(f"/be/cycle-de-paie/{run.pk}/approuver/").status_code == 403
    page = browse(world.chief)
    assert page.get("/be/cycle-de-paie/?month=2026-11").status_code == 200
    assert page.post(f"/be/cycle-de-paie/{run.pk}/approuver/").status_code == 302
    work_run(world.cooperative, run.pk)
    return Payslip.objects.get()


def test_the_month_is_run_from_the_console_by_two_people(world: Any, now: Any, browse: Any) -> None:
    from members.models import AccessLog

    slip = paid_month(world, now, browse)
    page = browse(world.chief)
    assert "FP-PA-2026-000001" in text_of(page.get("/be/cycle-de-paie/fiches/?month=2026-11"))
    assert page.get(f"/be/paie/fiches/{slip.pk}/").status_code == 200
    assert AccessLog.objects.filter(person=world.worker, source_id=slip.pk).count() == 1

    page = browse(world.worker)
    shown = text_of(page.get(f"/be/paie/fiches/{slip.pk}/"))
    assert "501,90" in shown
    assert "<details" in shown
    assert AccessLog.objects.filter(person=world.worker).count() == 1, (
        "one's own reading is nobody's business"
    )
    assert "501,90" in text_of(page.get("/be/paie/"))
    item = slip.parts.exclude(item=None).get().item
    assert "434,65" in text_of(page.get(f"/be/paie/decomptes/{item.pk}/"))
    pdf = page.get(f"/be/paie/fiches/{slip.pk}/pdf/")
    assert pdf.status_code == 202, (pdf.headers, pdf.content[:300])


def test_the_payslip_is_a_pdf_of_two_pages_at_most_the_same_each_time(
    world: Any, now: Any, browse: Any
) -> None:
    import io

    import pikepdf

    from payroll.documents import render_payslip

    slip = paid_month(world, now, browse)
    first, second = render_payslip(slip.pk), render_payslip(slip.pk)
    assert first.content == second.content
    assert len(pikepdf.open(io.BytesIO(first.content)).pages) <= 2


def test_exceptions_are_reviewed_on_the_console(world: Any, now: Any, browse: Any) -> None:
    from core.identifiers import fictional_national_number
    from payroll.models import PayException
    from payroll.services import settle_due
    from tests.factories import make_person

    born = date(2009, 5, 4)
    young = make_person(national_number=fictional_national_number(born, 7), birth_date=born)
    world.submit(world.contract(person_id=young.pk))
    settle_due(on=date(2026, 11, 9), actor=Actor.system("settlement"))
    now(2026, 12, 2)
    page = browse(world.clerk)
    assert "unsupported_situation" in text_of(page.get("/be/cycle-de-paie/?month=2026-11"))
    row = PayException.objects.get()
    page.post(
        f"/be/cycle-de-paie/exceptions/{row.pk}/",
        {"month": "2026-11", "note": "Paid by hand", "act": "review"},
    )
    row.refresh_from_db()
    assert row.note == "Paid by hand"


def test_declarations_for_the_payroll_team_only(world: Any, browse: Any) -> None:
    world.submit(world.contract())
    assert browse(world.clerk).get("/be/declarations/").status_code == 200
    assert browse(world.worker).get("/be/declarations/").status_code == 403


def test_the_activity_page_shows_its_contracts(world: Any, browse: Any) -> None:
    world.submit(world.contract())
    answer = browse(world.worker).get(f"/be/activites/{world.activity.pk}/")
    assert "Graphisme" in text_of(answer)


@pytest.mark.parametrize(
    "address", ["/be/contrats/", "/be/paie/", "/be/declarations/", "/be/cycle-de-paie/?month=2026-11"]
)
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(
    world: Any, browse: Any, address: str, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from payroll.services import settle_due

    def make(day: int) -> None:
        given = {"starts_on": date(2026, 11, day), "ends_on": date(2026, 11, day), "hours": D("7.6")}
        world.submit(world.contract("150.00", **given))
        settle_due(on=date(2026, 11, day + 1), actor=Actor.system("settlement"))

    page = browse(
        world.worker
        if "paie/" in address and "cycle" not in address or "contrats" in address
        else world.clerk
    )
    make(4)
    page.get(address)
    with CaptureQueriesContext(connection) as one:
        assert page.get(address).status_code == 200
    make(5)
    make(6)
    with CaptureQueriesContext(connection) as three:
        page.get(address)
    assert len(three) <= len(one)


def test_twenty_contracts_in_a_month_still_make_two_pages(world: Any, moment: Any) -> None:
    import io

    import pikepdf

    from payroll.documents import render_payslip
    from payroll.models import Payslip
    from payroll.services import settle_due
    from payroll.services.runs import approve_run, start_run, work_run

    world.earn("5000.00")
    for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20, 23, 24, 25, 26, 27):
        given = {"starts_on": date(2026, 11, day), "ends_on": date(2026, 11, day), "hours": D("7.6")}
        world.submit(
            world.contract("150.00", description="Prestation musicale en soirée", **given),
            moment(2026, 10, 30),
        )
    settle_due(on=date(2026, 12, 1), actor=Actor.system("settlement"))
    run = start_run(
        month=date(2026, 11, 1), on=date(2026, 12, 2), at=moment(2026, 12, 2), actor=world.actor(world.clerk)
    )
    work_run(world.cooperative, run.pk)
    approve_run(run_id=run.pk, on=date(2026, 12, 3), at=moment(2026, 12, 3), actor=world.actor(world.chief))
    work_run(world.cooperative, run.pk)
    slip = Payslip.objects.get()
    assert slip.parts.count() == 21
    assert len(pikepdf.open(io.BytesIO(render_payslip(slip.pk).content)).pages) <= 2
