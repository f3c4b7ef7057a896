"""What the tax office is told of a month and a year, and the papers that workers get."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from tests.payroll.returns.test_life import JANUARY, approved, body, carried, paid, refuses
from tests.payroll.returns.test_quarterly import declaration, settle, xml_of

__all__ = ["body", "paid"]

D = Decimal


def full_time(world: Any) -> None:
    """All of November 2026 for 3,000 €, so that tax and special contribution are withheld."""
    world.submit(
        world.contract("3000.00", starts_on=date(2026, 11, 3), ends_on=date(2026, 11, 30), hours=D("152.00"))
    )
    settle(date(2026, 12, 2))


def test_the_tax_of_a_month_is_that_of_the_days_of_payment(world: Any, body: Any) -> None:
    full_time(world)

    row = declaration(world, "2026-12", "withholding_tax")

    from payroll.models import PayItem

    tax = PayItem.objects.get().withholding_tax
    assert tax > 0
    assert (row.totals["declared"], row.totals["books"], row.totals["difference"]) == (
        str(tax), str(tax), "0.00",
    )  # fmt: skip
    assert row.totals["employee.tax"] == str(tax)
    root = etree.fromstring(xml_of(row))
    assert [(node.get("Kind"), node.get("Tax")) for node in root.iterfind("{*}Income")] == [
        ("employee", str(tax))
    ]
    assert carried(world, approved(world, row), body).state == "accepted"


def test_work_of_november_paid_in_december_is_not_in_the_return_of_november(world: Any) -> None:
    full_time(world)

    refuses("nobody_paid", declaration, world=world, quarter="2026-11", kind="withholding_tax")


def test_the_slip_of_a_year_equals_the_pay_and_goes_to_the_worker(world: Any, body: Any) -> None:
    from payroll.models import PayItem
    from payroll.returns.selectors import papers_of
    from payroll.returns.services import issue_papers

    full_time(world)
    item = PayItem.objects.get()

    row = approved(world, declaration(world, "2026", "tax_slips"))
    assert issue_papers(return_id=row.pk, on=JANUARY) == 1
    assert issue_papers(return_id=row.pk, on=JANUARY) == 0

    [paper] = papers_of(world.worker)
    boxes = paper.content["data"]
    assert (boxes["wages"], boxes["withholding_tax"], boxes["special_contribution"]) == (
        str(item.taxable), str(item.withholding_tax), str(item.special_contribution),
    )  # fmt: skip
    assert carried(world, row, body).state == "accepted"


def test_an_individual_account_adds_up_by_month_quarter_and_year(world: Any) -> None:
    from payroll.models import PayItem
    from payroll.returns.paper_view import shown_paper
    from payroll.returns.selectors import papers_of
    from payroll.returns.services import issue_papers, send_return

    full_time(world)
    row = approved(world, declaration(world, "2026", "individual_account"))
    issue_papers(return_id=row.pk, on=JANUARY)

    shown = shown_paper(papers_of(world.worker).get())

    item = PayItem.objects.get()
    assert shown.months == [(date(2026, 11, 1), shown.year)]
    assert shown.quarters == [("4/2026", shown.year)]
    assert shown.year[0] == D(20)
    assert (shown.year[3], shown.year[-1]) == (item.gross, item.net)
    refuses("return_not_ready", send_return, return_id=row.pk, on=JANUARY, actor=world.actor(world.clerk))


@pytest.mark.parametrize("kind", ["employee", "artistic", "student"])
def test_the_end_of_a_contract_says_what_unemployment_asks(world: Any, body: Any, kind: str) -> None:
    from payroll.returns.models import PublicReturn
    from payroll.returns.selectors import ends_due, papers_of, return_by_key
    from payroll.returns.services import carry, end_contract

    contract = world.submit(world.contract(contract_type=kind))
    day = date(2026, 11, 6)
    assert list(ends_due(date(2026, 11, 5))) == []
    assert list(ends_due(day)) == [contract]

    row = end_contract(contract_id=contract.pk, on=day, actor=world.member)
    again = end_contract(contract_id=contract.pk, on=day, actor=world.member)

    assert again.pk == row.pk
    assert list(ends_due(day)) == []
    [paper] = papers_of(world.worker)
    told = paper.content["data"]
    assert (told["starts_on"], told["ends_on"], told["days"], told["hours"], told["gross"]) == (
        "2026-11-04", "2026-11-06", 3, "22.80", "500.00",
    )  # fmt: skip
    assert (told["artistic"], told["reason"]) == (kind == "artistic", "expired")
    assert (told["mean_hours"], told["reference_hours"]) == ("38.00", "38")
    for _attempt in range(2):
        carry(world.cooperative, row.pk, through=body)
        PublicReturn.objects.update(lease_until=None)
    assert return_by_key(row.pk).state == "accepted"


def test_only_the_last_contract_of_a_worker_is_due_by_itself(world: Any) -> None:
    from payroll.returns.selectors import ends_due, ends_to_ask

    first = world.submit(world.contract())
    last = world.submit(
        world.contract(starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 10), hours=D("15.2"))
    )

    assert list(ends_due(date(2026, 11, 10))) == [last]
    assert list(ends_to_ask(world.worker, date(2026, 11, 10))) == [last, first]


def test_a_draft_has_no_end(world: Any) -> None:
    from payroll.returns.services import end_contract

    draft = world.contract()

    refuses("contract_not_ending", end_contract, contract_id=draft.pk, on=JANUARY, actor=world.member)


def test_reading_a_file_leaves_a_trace_with_everybody_in_it(paid: Any) -> None:
    from members.models import AccessLog
    from payroll.returns.services import read_return_file

    row = declaration(paid)
    read_return_file(return_id=row.pk, actor=paid.actor(paid.chief), purpose="contrôle")

    log = AccessLog.objects.get(person=paid.worker, what="national_number", source_id=row.pk)
    assert (log.reader_id, log.purpose) == (paid.chief.pk, "contrôle")


def test_a_paper_becomes_a_pdf_in_the_workers_language(world: Any) -> None:
    from payroll.returns.rendering import render_paper
    from payroll.returns.selectors import papers_of
    from payroll.returns.services import end_contract

    contract = world.submit(world.contract())
    end_contract(contract_id=contract.pk, on=date(2026, 11, 6), actor=world.member)

    made = render_paper(papers_of(world.worker).get().pk)

    assert made.content.startswith(b"%PDF")
    assert made.name == "end_of_contract-PA-2026-11-04.pdf"
