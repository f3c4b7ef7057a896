"""The console of the month: each exception tells what to do, one's difficulty holds up nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor
from tests.payroll.test_pages import browse, now  # noqa: F401 - fixtures of the pages

D = Decimal
SYSTEM = Actor.system("settlement")
NOVEMBER = date(2026, 11, 1)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode())).replace("\u202f", " ")


def refusals() -> Iterator[type]:
    """Everything that the engine may refuse with."""
    from payroll.engine.errors import PayRefusal

    def below(kind: type) -> Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    yield from below(PayRefusal)


def test_every_refusal_of_a_settlement_says_in_french_what_to_do() -> None:
    from django.utils import translation

    from core.errors import NoRateInForce
    from ledger.errors import BudgetExceeded, PeriodClosed, UnbalancedEntry, WrongBearer
    from ledger.treasury.errors import InvalidPayout, PayoutDiffers
    from payroll.advice import ADVICE, FOR_SIMULATIONS, UNFORESEEN
    from payroll.cdi.errors import SalaryNotCovered
    from payroll.deductions.errors import SeizureNotAgreed, SeizureTableMissing
    from payroll.errors import FamilySituationMissing, QuotaHoursUnknown

    named = {
        NoRateInForce, BudgetExceeded, PeriodClosed, UnbalancedEntry, WrongBearer, InvalidPayout,
        PayoutDiffers, FamilySituationMissing, SalaryNotCovered, SeizureNotAgreed, SeizureTableMissing,
        QuotaHoursUnknown,
    }  # fmt: skip
    wanted = {error.code for error in {*refusals(), *named}}
    assert wanted - FOR_SIMULATIONS <= set(ADVICE)
    assert not FOR_SIMULATIONS & set(ADVICE)
    with translation.override("en"):
        english = {code: [str(x.title), str(x.act), str(x.who)] for code, x in ADVICE.items()}
    with translation.override("fr"):
        for code, advice in {**ADVICE, "": UNFORESEEN}.items():
            for said, told in zip(
                (advice.title, advice.act, advice.who), english.get(code, ["", "", ""]), strict=True
            ):
                assert str(said) != told, f"{code}: {said!r} is not French"


@pytest.fixture
def troubled(world: Any, moment: Any, now: Any) -> Any:  # noqa: F811
    """Nora is fine; Ida has no bank account any more, two others are under 19. It is 2 December."""
    from core.identifiers import fictional_national_number
    from payroll.services import settle_due
    from tests.factories import make_person

    world.submit(world.contract())
    born = date(2009, 5, 4)
    young, zoe = (
        make_person(national_number=fictional_national_number(born, number), birth_date=born)
        for number in (7, 9)
    )
    ida = make_person(first_name="Ida")
    for person in (young, ida, zoe):
        world.submit(world.contract("200.00", person_id=person.pk, hours=D("7.6")))
    ida.iban = ""
    ida.save(update_fields=["iban"])
    settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    now(2026, 12, 2)
    world.young, world.ida = young, ida
    return world


def test_broken_data_is_a_row_and_the_others_are_paid(troubled: Any, browse: Any) -> None:  # noqa: F811
    from payroll.models import PayException, PayItem, Payslip
    from payroll.selectors import run_of
    from payroll.services.runs import work_run

    assert [item.person_id for item in PayItem.objects.all()] == [troubled.worker.pk]
    page = browse(troubled.clerk)
    shown = text_of(page.get("/be/cycle-de-paie/?month=2026-11"))
    for said in ("Pas de compte bancaire valable", "Situation sans barème chargé", "Demandez son IBAN"):
        assert said in shown
    assert page.post("/be/cycle-de-paie/lancer/", {"month": "2026-11"}).status_code == 302
    run = run_of(NOVEMBER)
    assert run is not None
    work_run(troubled.cooperative, run.pk)

    # Ida gives her account: tried again she is paid, and stands on this month's payslips.
    troubled.ida.iban = troubled.worker.iban
    troubled.ida.save(update_fields=["iban"])
    row = PayException.objects.get(person=troubled.ida, resolved_at=None)
    page.post(f"/be/cycle-de-paie/exceptions/{row.pk}/", {"month": "2026-11", "act": "retry"})
    row.refresh_from_db()
    assert row.resolved_at is not None
    run.refresh_from_db()
    assert run.totals["workers"] == 2

    # The others wait for the next month, with one note for their cause.
    given = {"month": "2026-11", "code": "unsupported_situation", "act": "review", "note": "Mois prochain"}
    assert page.post("/be/cycle-de-paie/exceptions/", given).status_code == 302
    assert PayException.objects.filter(note="Mois prochain").count() == 2
    assert not PayException.objects.filter(resolved_at=None, reviewed_at=None).exists()
    assert page.post("/be/cycle-de-paie/approuver/", {"month": "2026-11"}).status_code == 403

    page = browse(troubled.chief)
    assert page.post("/be/cycle-de-paie/approuver/", {"month": "2026-11"}).status_code == 302
    work_run(troubled.cooperative, run.pk)
    run.refresh_from_db()
    assert run.state == "closed"
    assert {slip.person_id for slip in Payslip.objects.all()} == {troubled.worker.pk, troubled.ida.pk}
    assert "clôturé" in text_of(page.get("/be/cycle-de-paie/?month=2026-11")).lower()


def test_somebody_without_an_account_at_the_close_is_left_for_the_next_month(
    troubled: Any, moment: Any
) -> None:
    """The account goes between review and close: the exit holiday cannot be paid, all else is."""
    from payroll.models import HolidayBlock, PayException, Payslip
    from payroll.services.reviews import review_exceptions
    from payroll.services.runs import approve_run, start_run, work_run

    at = moment(2026, 12, 2)
    run = start_run(month=NOVEMBER, on=at.date(), at=at, actor=troubled.actor(troubled.clerk))
    work_run(troubled.cooperative, run.pk)
    keys = list(PayException.objects.filter(resolved_at=None).values_list("pk", flat=True))
    review_exceptions(exception_ids=keys, note="Next month", at=at, actor=troubled.actor(troubled.clerk))
    approve_run(run_id=run.pk, on=at.date(), at=at, actor=troubled.actor(troubled.chief))
    troubled.worker.iban = ""
    troubled.worker.save(update_fields=["iban"])
    work_run(troubled.cooperative, run.pk)
    run.refresh_from_db()
    assert run.state == "closed"
    assert not HolidayBlock.objects.exists()
    assert Payslip.objects.get().person_id == troubled.worker.pk
    row = PayException.objects.get(person=troubled.worker, resolved_at=None)
    assert (row.code, row.month) == ("invalid_payout", NOVEMBER)


def test_nobody_reviews_their_own_exception_also_not_among_others(troubled: Any, moment: Any) -> None:
    from payroll.errors import PaidToSelf, PayNotFound
    from payroll.models import PayException
    from payroll.services.reviews import review_exceptions

    keys = list(PayException.objects.values_list("pk", flat=True))
    given = {"note": "Next month", "at": moment(2026, 12, 2)}
    with pytest.raises(PaidToSelf):
        review_exceptions(exception_ids=keys, actor=troubled.actor(troubled.young), **given)
    with pytest.raises(PayNotFound):
        review_exceptions(exception_ids=[], actor=troubled.actor(troubled.clerk), **given)
    assert not PayException.objects.exclude(reviewed_at=None).exists()


def test_a_run_is_stopped_left_and_goes_on(troubled: Any, moment: Any, browse: Any, monkeypatch: Any) -> None:  # noqa: F811
    from payroll.models import RunShard
    from payroll.services import run_work
    from payroll.services.runs import start_run, work_one_shard, work_run
    from payroll.services.shards import runs_with_work

    monkeypatch.setattr(run_work, "SHARD", 1)
    at = moment(2026, 12, 2)
    run = start_run(month=NOVEMBER, on=at.date(), at=at, actor=troubled.actor(troubled.clerk))
    page = browse(troubled.chief)
    assert work_one_shard(troubled.cooperative, run.pk)
    page.post(f"/be/cycle-de-paie/{run.pk}/arreter/", {"act": "pause"})
    assert not work_one_shard(troubled.cooperative, run.pk)
    assert runs_with_work() == []
    assert RunShard.objects.filter(state="done").count() == 1
    shown = text_of(page.get(f"/be/cycle-de-paie/{run.pk}/avancement/"))
    assert "1 personnes sur 4" in shown
    assert "Arrêté par" in shown
    page.post(f"/be/cycle-de-paie/{run.pk}/arreter/", {"act": "resume"})
    assert runs_with_work() == [run.pk]
    work_run(troubled.cooperative, run.pk)
    run.refresh_from_db()
    assert run.state == "review"
    assert page.post(f"/be/cycle-de-paie/{run.pk}/arreter/", {"act": "pause"}).status_code == 409


def test_preview_and_rates_are_looked_at_without_writing(troubled: Any, browse: Any, snapshot: Any) -> None:  # noqa: F811
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = browse(troubled.clerk)
    before = snapshot()
    shown = text_of(page.get("/be/cycle-de-paie/apercu/?month=2026-11"))
    assert "434,65" in shown
    assert "Pas de compte bancaire valable" in shown
    assert page.get("/be/cycle-de-paie/apercu/?month=2026-11&entity=FA").status_code == 200
    assert page.get("/be/cycle-de-paie/taux/?month=2026-11").status_code == 200
    given = {"month": "2026-11", "as_of": "2026-12", "employee": "1.60"}
    shown = text_of(page.post("/be/cycle-de-paie/taux/", given))
    assert "800,00" in shown, "500.00 × 1.60"
    assert page.post("/be/cycle-de-paie/taux/", given | {"as_of": "soon"}).status_code == 422
    broken = SimpleUploadedFile("2027.yaml", b"- code: nothing")
    assert page.post("/be/cycle-de-paie/taux/", given | {"figures": broken}).status_code == 422
    assert snapshot() == before


def test_the_file_of_next_year_dropped_in_gives_next_years_pay(world: Any) -> None:
    """2027 is not loaded: refused by name; with a file of figures for it, computed."""
    from payroll.engine.statutory import Figure, Figures, figures_of
    from payroll.rate_changes import simulate_rates
    from payroll.services import settle_due

    world.submit(world.contract())
    settle_due(on=date(2026, 11, 9), actor=SYSTEM)
    january = date(2027, 1, 1)
    found = simulate_rates(NOVEMBER, None, as_of=january)
    assert (found.refused, found.today.net) == ({"no_rate_in_force": 1}, D("0"))

    same = simulate_rates(NOVEMBER, None, as_of=NOVEMBER)
    assert (same.difference.net, same.workers_changed, same.today.net) == (0, 0, D("434.65"))

    longer = [
        Figure(one.code, one.valid_from, None, one.value, one.source, one.status) for one in figures_of("be")
    ]
    found = simulate_rates(NOVEMBER, None, as_of=january, figures=Figures("be", longer))
    assert (found.refused, found.then.gross) == ({}, D("500.00"))
