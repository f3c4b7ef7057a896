"""A correction that was entered by mistake is taken back while nothing of it is settled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError
from tests.payroll.test_corrections import clean
from tests.payroll.test_corrections import correct as correct
from tests.payroll.test_corrections import settled as settled

D = Decimal


@pytest.fixture
def withdraw(world: Any, moment: Any) -> Any:
    """A payroll administrator takes a correction back, on 11 November."""

    def do(part: Any, **more: Any) -> Any:
        from payroll.services import withdraw_correction

        given = {"reason": "Mauvais contrat", "actor": world.actor(world.clerk)} | more
        return withdraw_correction(contract_month_id=part.pk, at=moment(2026, 11, 11), **given)

    return do


def test_its_money_is_free_again_and_what_it_said_is_kept(
    world: Any, settled: Any, correct: Any, withdraw: Any
) -> None:
    """150.00 more reserved 232.50: free again, and the month is settled as if nothing had been entered."""
    from payroll.services import settle_due

    before = world.budget()
    part = correct(settled, "7.6", "150.00")
    assert world.budget() == (before[0], D("232.50"))

    row = withdraw(part)

    assert world.budget() == before
    assert (row.month, row.number, row.hours, row.gross, row.budget) == (
        date(2026, 11, 1), 1, D("7.60"), D("150.00"), D("232.50"),
    )  # fmt: skip
    assert (row.reason, row.because) == ("Heures du 6 novembre oubliées", "Mauvais contrat")
    assert (row.made_by_label, row.withdrawn_by_label) == (str(world.clerk), str(world.clerk))
    assert settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk)).items == ()
    assert settled.items.count() == 1
    assert clean()


def test_taken_back_again_it_is_the_same_answer(
    world: Any, settled: Any, correct: Any, withdraw: Any, snapshot: Any
) -> None:
    part = correct(settled, "7.6", "150.00")
    row = withdraw(part)
    before = snapshot()
    assert withdraw(part, reason="encore") == row
    row.refresh_from_db()
    assert (row.because, snapshot()) == ("Mauvais contrat", before)


def test_one_downwards_reserved_nothing_and_frees_nothing(
    world: Any, settled: Any, correct: Any, withdraw: Any
) -> None:
    before = world.budget()
    withdraw(correct(settled, "-4", "-100.00"))
    assert world.budget() == before
    assert clean()


def test_the_right_correction_follows_at_once(world: Any, settled: Any, correct: Any, withdraw: Any) -> None:
    """The number is that of the month's next part; both withdrawn ones stay in the file."""
    from payroll.services import settle_due

    for gross in ("150.00", "250.00"):
        withdraw(correct(settled, "7.6", gross))
    correct(settled, "7.6", "200.00")
    settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk))

    assert [item.gross for item in settled.items.all()] == [D("500.00"), D("200.00")]
    assert [row.gross for row in settled.withdrawn_corrections.all()] == [D("150.00"), D("250.00")]
    assert clean()


def test_what_it_stopped_is_over(world: Any, settled: Any, correct: Any, withdraw: Any) -> None:
    """Without an account the correction waits as an exception row; taken back, nothing waits."""
    from payroll.models import PayException
    from payroll.services import settle_due

    world.worker.iban = ""
    world.worker.save()
    part = correct(settled, "7.6", "150.00")
    assert settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk)).exceptions == 1

    withdraw(part)

    (row,) = PayException.objects.all()
    assert (row.resolved_at is not None, row.contract_month_id) == (True, None)


def test_one_that_is_settled_is_undone_by_its_opposite(
    world: Any, settled: Any, correct: Any, withdraw: Any, snapshot: Any
) -> None:
    """The refusal says which; made, the worker keeps what the month was worth before, to the cent."""
    from payroll.contract_errors import CorrectionSettled
    from payroll.services import settle_due

    part = correct(settled, "7.6", "150.00")
    settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk))
    before = snapshot()
    with pytest.raises(CorrectionSettled) as refusal:
        withdraw(part)
    assert snapshot() == before
    assert refusal.value.params == {"hours": D("-7.60"), "gross": D("-150.00")}

    correct(settled, "-7.6", "-150.00")
    settle_due(on=date(2026, 11, 13), actor=world.actor(world.clerk))
    items = list(settled.items.all())
    assert sum(item.net for item in items) == items[0].net
    assert sum(item.employment_budget for item in items) == D("775.00")
    assert clean()


def refused(call: Any, snapshot: Any, code: str) -> None:
    from payroll.models import WithdrawnCorrection

    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        call()
    assert refusal.value.code == code
    assert (snapshot(), WithdrawnCorrection.objects.count()) == (before, 0)


def test_refused_without_a_reason_to_oneself_or_for_what_is_no_correction(
    world: Any, settled: Any, correct: Any, withdraw: Any, snapshot: Any
) -> None:
    part = correct(settled, "7.6", "150.00")
    refused(lambda: withdraw(part, reason="  "), snapshot, "reason_missing")
    refused(lambda: withdraw(part, actor=world.member), snapshot, "own_pay")
    refused(lambda: withdraw(settled.months.get(number=0)), snapshot, "not_a_correction")
    refused(lambda: withdraw(settled), snapshot, "contract_not_found")


def test_what_follows_from_days_without_work_is_changed_there(
    world: Any, settled: Any, withdraw: Any, snapshot: Any, moment: Any
) -> None:
    from payroll.unemployment.services import record_unemployment

    record_unemployment(
        contract_id=settled.pk,
        days=[date(2026, 11, 6)],
        reason="economic",
        on=moment(2026, 11, 11),
        actor=world.actor(world.clerk),
    )
    part = settled.months.get(number=1)
    refused(lambda: withdraw(part), snapshot, "correction_of_others")


@pytest.fixture
def browse(world: Any, client: Any, moment: Any) -> Any:
    """A browser that changes hands, on 11 November 2026: `browse(person).get(…)`."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 11))

    def hand_to(person: Any) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        return client

    return hand_to


def test_the_page_withdraws_what_waits_and_undoes_what_is_computed(
    world: Any, settled: Any, correct: Any, browse: Any
) -> None:
    from core.links import link
    from payroll.models import WithdrawnCorrection
    from payroll.services import settle_due

    part = correct(settled, "7.6", "150.00")
    here, door = link("payroll:contract", pk=settled.pk), link("payroll:correction_withdraw", pk=part.pk)
    assert door in browse(world.clerk).get(here).content.decode()
    assert door not in browse(world.worker).get(here).content.decode()
    assert browse(world.worker).post(door, {"reason": "non"}).status_code == 403

    browser = browse(world.clerk)
    assert browser.post(door, {"reason": ""}).status_code == 422
    assert not WithdrawnCorrection.objects.exists()
    assert browser.post(door, {"reason": "Mauvais contrat"}).status_code == 302
    page = browser.get(here).content.decode()
    assert "Correction retirée" in page and "Mauvais contrat" in page and door not in page
    assert browser.post(door, {"reason": "encore"}).status_code == 302

    part = correct(settled, "7.6", "200.00")
    settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk))
    undo = link("payroll:month_correct", pk=part.pk)
    assert undo in browser.get(here).content.decode()
    assert 'value="-200,00"' in browser.get(undo).content.decode().replace("\N{MINUS SIGN}", "-")
    refused = browser.post(link("payroll:correction_withdraw", pk=part.pk), {"reason": "non"})
    assert refused.status_code == 422 and "200" in refused.content.decode()
    assert browser.post(undo, {"hours": "-7,6", "gross": "-200,00", "reason": "annulée"}).status_code == 302
    assert [row.gross for row in settled.months.filter(settled=False)] == [D("-200.00")]


def test_the_door_withdraws_once_and_says_what_is_gone(
    world: Any, settled: Any, correct: Any, browse: Any
) -> None:
    part = correct(settled, "7.6", "150.00")
    door = f"/be/api/v1/contract-months/{part.pk}/withdraw/"

    def post(person: Any, body: Any) -> Any:
        return browse(person).post(door, data=body, content_type="application/json")

    assert post(world.worker, {"reason": "non"}).status_code == 403
    assert post(world.clerk, {}).status_code == 422
    assert settled.months.filter(number=1).exists()
    done = post(world.clerk, {"reason": "Mauvais contrat"}).json()
    assert [row["number"] for row in done["months"]] == [0]
    (row,) = done["withdrawn_corrections"]
    assert (row["id"], row["gross"], row["because"]) == (str(part.pk), "150.00", "Mauvais contrat")
    assert post(world.clerk, {"reason": "encore"}).json()["withdrawn_corrections"] == [row]
