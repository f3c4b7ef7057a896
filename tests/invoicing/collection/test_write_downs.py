"""Doubtful, lost, and paid after all: example C of the domain, to the cent, in any order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity
from core.errors import NoRateInForce
from core.models import Cooperative, PolicyRate
from core.outbox import drain
from invoicing.collection.enums import WriteDownState
from invoicing.collection.errors import (
    InvoiceHeld,
    ReasonMissing,
    SecondPersonNeeded,
    WriteDownNotFound,
    WriteDownWrongState,
)
from invoicing.collection.models import Charge, WriteDown
from invoicing.collection.services import (
    agree_write_down,
    claim_charges,
    declare_lost,
    refuse_write_down,
    run_reminders,
    undo_write_down,
    write_down,
)
from invoicing.errors import InvoiceNotOpen
from invoicing.models import Invoice
from invoicing.services import credit_invoice
from ledger.models import Budget, JournalEntry
from members.enums import Role
from tests.activities.builders import flat, make_activity, make_invoice
from tests.factories import SYSTEM, actor, make_person
from tests.invoicing.collection.stories import ISSUED, Pay, books

D = Decimal
ON = date(2026, 11, 16)


def doubt(invoice: Invoice, by: object = SYSTEM) -> WriteDown:
    return write_down(invoice_id=invoice.pk, reason="Faillite", on=ON, actor=by)  # type: ignore[arg-type]


def lose(row: WriteDown, by: object = SYSTEM) -> WriteDown:
    return declare_lost(write_down_id=row.pk, reason="Clôture", on=ON, actor=by)  # type: ignore[arg-type]


@pytest.fixture
def free_hand(be: Cooperative) -> None:
    """Nobody else need agree."""
    PolicyRate.objects.create(
        key="write_down_second_person_threshold", valid_from=date(2026, 1, 1), value="99999.00",
        source="test", status="confirmed",
    )  # fmt: skip


def test_example_c_of_the_domain(activity: Activity, free_hand: None, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    budget = Budget.objects.get(pk=activity.budget_id).balance

    row = doubt(invoice)
    assert books(invoice) == {"407": D("1210.00"), "634": D("1000.00"), "409": D("-1000.00")}
    row = lose(row)
    assert books(invoice) == {"634": D("1000.00"), "4118": D("210.00")}
    assert (row.state, row.lost_on) == (WriteDownState.LOST, ON)
    pay(invoice, "1210.00")
    assert books(invoice) == {}
    assert Budget.objects.get(pk=activity.budget_id).balance == budget


def test_paid_in_part_after_all_takes_back_its_share_half_up(
    activity: Activity, free_hand: None, pay: Pay
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    row = doubt(invoice)

    pay(invoice, "100.00")
    # 1,110.00 still stand: 917.36 without VAT (917.3553…).
    assert books(invoice) == {"407": D("1110.00"), "634": D("917.36"), "409": D("-917.36")}
    lose(row)
    assert books(invoice) == {"634": D("917.36"), "4118": D("192.64")}
    pay(invoice, "0.05")
    # 1,109.95 stand: 917.31 (917.3140…).
    assert books(invoice) == {"634": D("917.31"), "4118": D("192.64")}
    pay(invoice, "-0.05")
    assert books(invoice) == {"634": D("917.36"), "4118": D("192.64")}


def test_a_credit_note_takes_back_what_stands(activity: Activity, free_hand: None, be: Cooperative) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    doubt(invoice)

    credit_invoice(invoice_id=invoice.pk, on=ON, reason="Accord", actor=SYSTEM)
    drain(be)

    assert books(invoice) == {}


def test_open_charges_are_waived_with_the_loss_and_nobody_reminds(
    activity: Activity, free_hand: None
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim_charges(invoice_id=invoice.pk, on=date(2026, 10, 22), actor=SYSTEM)

    lose(doubt(invoice))

    assert books(invoice) == {"634": D("1000.00"), "4118": D("210.00")}
    assert {charge.open_amount for charge in Charge.objects.all()} == {0}
    assert run_reminders(on=ON, actor=SYSTEM) == []


def test_above_the_threshold_a_second_person_agrees(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    first, second = (actor(make_person(Role.FINANCE)) for _ in range(2))

    row = doubt(invoice, first)
    assert (row.state, books(invoice)) == (WriteDownState.PROPOSED, {"400": D("1210.00")})
    for someone in (first, SYSTEM):
        with pytest.raises(SecondPersonNeeded):
            agree_write_down(write_down_id=row.pk, on=ON, actor=someone)
    assert books(invoice) == {"400": D("1210.00")}
    row = agree_write_down(write_down_id=row.pk, on=ON, actor=second)
    assert row.state == WriteDownState.DOUBTFUL
    with pytest.raises(WriteDownWrongState):
        agree_write_down(write_down_id=row.pk, on=ON, actor=second)

    lose(row, second)
    assert books(invoice)["407"] == D("1210.00")
    with pytest.raises(WriteDownWrongState):
        lose(row, second)
    agree_write_down(write_down_id=row.pk, on=ON, actor=first)
    assert books(invoice) == {"634": D("1000.00"), "4118": D("210.00")}


def test_small_amounts_need_nobody_else(activity: Activity) -> None:
    invoice = make_invoice(activity, lines=flat("400.00"), issued_on=ISSUED)  # 484.00

    assert doubt(invoice).state == WriteDownState.DOUBTFUL


def test_a_proposal_may_be_refused_and_made_again(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    first, second = (actor(make_person(Role.FINANCE)) for _ in range(2))
    row = doubt(invoice, first)

    refuse_write_down(write_down_id=row.pk, on=ON, actor=second)
    assert books(invoice) == {"400": D("1210.00")}
    again = doubt(invoice, first)
    agree_write_down(write_down_id=again.pk, on=ON, actor=second)
    lose(again, first)
    kept = refuse_write_down(write_down_id=again.pk, on=ON, actor=second)

    assert (kept.state, kept.wanted) == (WriteDownState.DOUBTFUL, WriteDownState.DOUBTFUL)
    assert lose(again, first).wanted == WriteDownState.LOST


def test_a_proposal_on_what_was_paid_meanwhile_is_settled(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    row = doubt(invoice, actor(make_person(Role.FINANCE)))

    pay(invoice, "1210.00")

    row.refresh_from_db()
    assert row.state == WriteDownState.SETTLED
    with pytest.raises(WriteDownWrongState):
        agree_write_down(write_down_id=row.pk, on=ON, actor=actor(make_person(Role.FINANCE)))


@pytest.mark.parametrize("lost", [False, True])
def test_hope_again_reverses_what_stands(activity: Activity, free_hand: None, lost: bool) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    row = doubt(invoice)
    if lost:
        lose(row)

    undo_write_down(write_down_id=row.pk, reason="Accord", on=ON, actor=SYSTEM)

    assert books(invoice) == {"400": D("1210.00")}
    with pytest.raises(WriteDownWrongState):
        undo_write_down(write_down_id=row.pk, reason="Accord", on=ON, actor=SYSTEM)
    assert doubt(invoice).state == WriteDownState.DOUBTFUL


def test_what_cannot_be_written_down_changes_nothing(activity: Activity, free_hand: None, pay: Pay) -> None:
    paid, doubtful = (make_invoice(activity, issued_on=ISSUED) for _ in range(2))
    pay(paid, "1210.00")
    row = doubt(doubtful)
    before = JournalEntry.objects.count()

    with pytest.raises(InvoiceNotOpen):
        doubt(paid)
    with pytest.raises(InvoiceHeld):
        doubt(doubtful)
    with pytest.raises(ReasonMissing):
        write_down(invoice_id=doubtful.pk, reason=" ", on=ON, actor=SYSTEM)
    with pytest.raises(WriteDownNotFound):
        lose(WriteDown(id=paid.pk))
    with pytest.raises(WriteDownWrongState):
        refuse_write_down(write_down_id=row.pk, on=ON, actor=SYSTEM)
    assert (JournalEntry.objects.count(), WriteDown.objects.count()) == (before, 1)


def test_without_a_threshold_nothing_is_written_down(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    with pytest.raises(NoRateInForce):
        write_down(invoice_id=invoice.pk, reason="x", on=date(2017, 1, 1), actor=SYSTEM)
    assert not WriteDown.objects.exists()


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.decimals(min_value="0.01", max_value="1500", places=2)),
        st.tuples(st.just("return"), st.decimals(min_value="0.01", max_value="1500", places=2)),
        st.sampled_from([("doubt", D(0)), ("lose", D(0)), ("undo", D(0)), ("claim", D(0)), ("credit", D(0))]),
    ),
    max_size=9,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(acts=ACTS, net=st.decimals(min_value="1", max_value="2000", places=2))
def test_write_downs_and_payments_in_any_order_end_at_zero(
    be: Cooperative, free_hand: None, pay: Pay, acts: list[tuple[str, Decimal]], net: Decimal
) -> None:
    """Whatever happened, once all is paid nothing is left but what was claimed and what came in too much."""
    from core.errors import DomainError
    from invoicing.checks import invoices_equal_books
    from invoicing.collection.selectors import open_charges
    from tests.activities.builders import make_client

    activity = make_activity()
    client = make_client(activity)
    invoice = make_invoice(activity, client, flat(str(net)), issued_on=ISSUED)
    start = books(invoice)

    def gained(code: str) -> Decimal:
        return books(invoice).get(code, D(0)) - start.get(code, D(0))

    for act, amount in acts:
        row = WriteDown.objects.filter(invoice=invoice, ended_on=None).first()
        try:
            match act:
                case "pay":
                    pay(invoice, amount)
                case "return":
                    invoice.refresh_from_db()
                    charged = sum((c.paid for c in Charge.objects.filter(invoice=invoice)), D(0))
                    back = min(amount, invoice.paid + charged)
                    if back:
                        pay(invoice, -back)
                case "doubt":
                    doubt(invoice)
                case "lose" if row:
                    lose(row)
                case "undo" if row:
                    undo_write_down(write_down_id=row.pk, reason="x", on=ON, actor=SYSTEM)
                case "claim":
                    claim_charges(invoice_id=invoice.pk, on=ON, actor=SYSTEM)
                case "credit":
                    credit_invoice(invoice_id=invoice.pk, on=ON, reason="x", actor=SYSTEM, amounts=D("0.50"))
                    drain(be)
        except DomainError:
            pass
        assert list(invoices_equal_books()) == []
    invoice.refresh_from_db()
    left = invoice.open_amount + open_charges([invoice.pk]).get(invoice.pk, D(0))
    if left > 0:
        pay(invoice, left)
    for code in ("407", "409", "4118", "634"):
        assert gained(code) == 0, code
    assert list(invoices_equal_books()) == []
