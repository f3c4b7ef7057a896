"""A return goes from the clerk to a colleague, to the body and back; what does not agree goes no further."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.payroll.returns.test_quarterly import declaration, settle

D = Decimal
JANUARY = date(2027, 1, 11)


@pytest.fixture
def body(tmp_path: Path) -> Any:
    """Social security and tax office of one test."""
    from payroll.returns.gateway.simulator import ReturnsSimulator

    return ReturnsSimulator(tmp_path / "bodies.sqlite3", polls=1)


@pytest.fixture
def paid(world: Any) -> Any:
    """Nora worked three days in November and was settled."""
    world.submit(world.contract())
    settle()
    return world


def approved(world: Any, row: Any) -> Any:
    from payroll.returns.services import approve_return, check_return

    check_return(return_id=row.pk, on=JANUARY, actor=world.actor(world.clerk))
    return approve_return(return_id=row.pk, on=JANUARY, actor=world.actor(world.chief))


def carried(world: Any, row: Any, body: Any) -> Any:
    """Sent, and carried until the body has spoken."""
    from payroll.returns.models import PublicReturn
    from payroll.returns.selectors import return_by_key
    from payroll.returns.services import carry, send_return

    send_return(return_id=row.pk, on=JANUARY, actor=world.actor(world.clerk))
    for _attempt in range(3):
        carry(world.cooperative, row.pk, through=body)
        PublicReturn.objects.update(lease_until=None)
    return return_by_key(row.pk)


def refuses(code: str, act: Any, **given: Any) -> None:
    """The act is refused by that code and nothing of the returns moved."""
    from core.errors import DomainError
    from core.models import AuditEvent
    from payroll.returns.models import PublicReturn

    before = (list(PublicReturn.objects.values()), AuditEvent.objects.count())
    with pytest.raises(DomainError) as refusal:
        act(**given)
    assert refusal.value.code == code
    assert (list(PublicReturn.objects.values()), AuditEvent.objects.count()) == before


def test_a_declaration_is_checked_approved_by_another_sent_and_accepted(paid: Any, body: Any) -> None:
    row = carried(paid, approved(paid, declaration(paid)), body)

    assert (row.state, row.ticket[:3], row.answer["remarks"]) == ("accepted", "SIM", [])


def test_who_made_or_checked_it_does_not_approve(paid: Any) -> None:
    from payroll.returns.services import approve_return, check_return

    row = declaration(paid)
    check_return(return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))

    refuses(
        "second_person_returns", approve_return, return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk)
    )


def test_a_quarter_that_runs_is_not_approved(paid: Any) -> None:
    from payroll.returns.services import approve_return, check_return

    row = declaration(paid)
    check_return(return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))

    refuses(
        "return_period_open",
        approve_return,
        return_id=row.pk,
        on=date(2026, 12, 31),
        actor=paid.actor(paid.chief),
    )


def test_pay_that_came_later_makes_a_draft_stale(paid: Any) -> None:
    from payroll.returns.services import check_return

    row = declaration(paid)
    paid.submit(paid.contract(starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 10), hours=D("15.2")))
    settle(date(2026, 12, 2))

    refuses("return_outdated", check_return, return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))


def test_an_entry_on_4540_that_no_pay_explains_forbids_the_check(paid: Any) -> None:
    from core.uuid7 import uuid7
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr
    from payroll.returns.checks import declarations_equal_books
    from payroll.returns.services import check_return

    lines = (dr("621", D("12.00"), fund="pot"), cr("4540", D("12.00")))
    post_entry(
        Entry(paid.activity.entity_id, date(2026, 11, 20), "PAY", "test.stray", uuid7(), "issue", "?", lines)
    )

    row = declaration(paid)

    assert (row.totals["difference"], [note["reason"] for note in row.notes]) == ("12.00", ["no_pay"])
    refuses("return_differs", check_return, return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))
    assert list(declarations_equal_books()) == []  # nobody stands for it yet


def test_a_worker_without_national_number_is_named_before_anything_is_sent(paid: Any) -> None:
    from members.models import NationalNumber
    from payroll.returns.selectors import troubled_rows
    from payroll.returns.services import check_return

    NationalNumber.objects.filter(person=paid.worker).delete()

    row = declaration(paid)

    assert row.problems == [{"code": "no_national_number", "workers": 1}]
    assert [one.person for one in troubled_rows(row)] == [paid.worker]
    refuses("return_has_problems", check_return, return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))


def test_a_quarter_whose_pay_was_all_taken_back_has_nothing_to_declare(paid: Any) -> None:
    from payroll.models import ContractMonth
    from payroll.returns.services import check_return
    from payroll.services import correct_month

    for part in list(ContractMonth.objects.filter(settled=True)):
        correct_month(
            contract_month_id=part.pk,
            hours=-part.hours,
            gross=-part.gross,
            reason="Rien n'a été fait",
            actor=paid.actor(paid.clerk),
        )
    settle(date(2026, 12, 2))

    row = declaration(paid)

    assert (row.problems, row.file) == ([{"code": "nobody_to_declare", "workers": 0}], None)
    refuses("return_has_problems", check_return, return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))


def test_what_stands_is_not_made_anew(paid: Any) -> None:
    from payroll.returns.periods import parse_return_period
    from payroll.returns.services import build_return

    approved(paid, declaration(paid))

    refuses(
        "return_stands",
        build_return,
        kind="dmfa",
        entity=paid.activity.entity,
        period=parse_return_period("dmfa", "2026-4"),
        on=JANUARY,
        actor=paid.actor(paid.clerk),
    )


def test_a_quarter_without_pay_has_nothing_to_declare(world: Any) -> None:
    refuses("nobody_paid", declaration, world=world)


def test_the_books_agree_with_what_stands_and_a_changed_row_is_found(paid: Any) -> None:
    from payroll.returns.checks import declarations_equal_books
    from payroll.returns.models import ReturnRow

    approved(paid, declaration(paid))
    assert list(declarations_equal_books()) == []

    ReturnRow.objects.update(declared=D("1.00"))

    assert {found.code for found in declarations_equal_books()} == {"return_rows", "return_books"}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text.replace("<NetOwedAmount>20035", "<NetOwedAmount>20034"), "00085-042"),
        (lambda text: text.replace("<NOSSRegistrationNbr>", "<NOSSRegistrationNbr>9"), "00011-002"),
        (lambda text: text.replace("<INSS>", "<INSS>1"), "00024-002"),
        (lambda text: text[:-20], "00000-001"),
    ],
)
def test_the_office_refuses_a_wrong_file_and_says_why(paid: Any, body: Any, spoil: Any, code: str) -> None:
    from core.files import read_file, store_file
    from payroll.returns.models import PublicReturn

    row = approved(paid, declaration(paid))
    spoilt = store_file(
        spoil(read_file(row.file).decode()).encode(), name="x.xml", content_type="application/xml"
    )
    PublicReturn.objects.filter(pk=row.pk).update(file=spoilt)

    row = carried(paid, row, body)

    assert (row.state, [remark["code"] for remark in row.answer["remarks"]]) == ("refused", [code])


def test_a_second_file_for_an_accepted_quarter_is_refused(paid: Any, body: Any) -> None:
    from core.files import read_file
    from payroll.returns.gateway.port import Parcel

    row = carried(paid, approved(paid, declaration(paid)), body)
    again = Parcel("another reference", "dmfa", row.last, JANUARY, read_file(row.file))

    ticket = body.submit(again)
    assert body.poll(ticket) is None
    answer = body.poll(ticket)

    assert (answer.accepted, answer.remarks[0]["code"]) == (False, "90007-333")


def test_the_same_parcel_again_is_filed_once(paid: Any, body: Any) -> None:
    from core.files import read_file
    from payroll.returns.gateway.port import Parcel

    row = declaration(paid)
    parcel = Parcel("once", "dmfa", row.last, JANUARY, read_file(row.file))

    assert body.submit(parcel) == body.submit(parcel)


def test_a_late_declaration_is_accepted_with_a_remark(paid: Any, body: Any) -> None:
    from core.files import read_file
    from payroll.returns.gateway.port import Parcel

    row = declaration(paid)
    ticket = body.submit(Parcel("late", "dmfa", row.last, date(2027, 2, 1), read_file(row.file)))
    body.poll(ticket)
    answer = body.poll(ticket)

    assert (answer.accepted, answer.remarks[0]["code"]) == (True, "90007-460")


def test_a_body_that_is_shut_ends_in_the_queue_and_is_sent_again(paid: Any, body: Any) -> None:
    from payroll.returns.gateway.port import BodyUnavailable
    from payroll.returns.models import PublicReturn
    from payroll.returns.selectors import queue, return_by_key
    from payroll.returns.services import carry, retry_return, send_return

    class Shut:
        def submit(self, parcel: Any) -> str:
            raise BodyUnavailable(parcel.reference)

        def poll(self, ticket: str) -> None:
            raise BodyUnavailable(ticket)

    row = approved(paid, declaration(paid))
    send_return(return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))
    for _attempt in range(12):
        carry(paid.cooperative, row.pk, through=Shut())
        PublicReturn.objects.update(lease_until=None)

    assert [one.pk for one in queue()] == [row.pk]
    assert return_by_key(row.pk).error == "unavailable"
    retry_return(return_id=row.pk, on=JANUARY, actor=paid.actor(paid.clerk))
    assert return_by_key(row.pk).state == "sent"
