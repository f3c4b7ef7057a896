"""What the guarantee fund stands for, to the cent (docs/decisions/0014-exposure.md)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.models import AuditEvent, OutboxMessage
from core.money import r
from invoicing.guarantee import services
from invoicing.guarantee.enums import Standing
from invoicing.guarantee.errors import (
    LimitInThePast,
    LimitInvalid,
    LimitNeedsSecondPerson,
    LimitNotProposed,
    LimitReasonMissing,
)
from invoicing.guarantee.exposure import exposures, unguaranteed
from invoicing.guarantee.models import ClientLimit
from invoicing.guarantee.selectors import limit_in_force, standing_of
from invoicing.models import Invoice
from ledger.models import Budget
from ledger.services import post_entry, reserve
from ledger.types import Entry, cr, dr
from members.enums import Role
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, actor, make_person
from tests.invoicing.collection.stories import come_in

D = Decimal
ON = date(2026, 11, 16)
ISSUED = date(2026, 11, 2)


@pytest.fixture
def be(tenant: Any) -> Any:
    """Belgium with its policies."""
    from tests.factories import load_cooperative

    load_cooperative()
    return tenant


def spend(activity: Any, amount: str) -> None:
    """Wages that left the budget."""
    money = D(amount)
    lines = (dr("620", money, budget=activity.budget_id), cr("455", money))
    post_entry(Entry(activity.entity_id, ON, "OD", "test", uuid4(), "wage", "wage", lines))


def promise(activity: Any, amount: str) -> None:
    """A contract that waits to be settled."""
    reserve(
        budget_id=activity.budget_id, amount=D(amount), source_type="test", source_id=uuid4(), text="contract"
    )


def limit(client: Any, amount: str, on: date = ISSUED) -> ClientLimit:
    """A limit of the client's own."""
    return services.set_limit(
        client_id=client.pk, amount=D(amount), valid_from=on, reason="prudence", on=on, actor=SYSTEM
    )


def test_nothing_is_advanced_while_the_budget_is_whole(be: Any) -> None:
    activity = make_activity()
    make_invoice(activity, make_client(activity), issued_on=ISSUED)

    (row,) = exposures(ON)

    assert (row.advanced, row.promised, row.at_risk) == (D("0.00"), D("0.00"), D("1210.00"))
    assert (row.limit, row.headroom) == (D("50000.00"), D("48790.00"))


def test_wages_paid_and_promised_on_an_unpaid_invoice(be: Any) -> None:
    activity = make_activity()
    make_invoice(activity, make_client(activity), issued_on=ISSUED)  # 935.00 for the budget
    spend(activity, "500.00")
    promise(activity, "300.00")

    (row,) = exposures(ON)

    assert (row.advanced, row.promised) == (D("500.00"), D("300.00"))


def test_what_is_paid_in_part_lowers_what_is_advanced(be: Any) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity), issued_on=ISSUED)
    spend(activity, "500.00")
    come_in(be, invoice, "605.00", ON)

    (row,) = exposures(ON)

    # half is open: r(935.00 × 605 / 1210) = 467.50 unpaid, 435.00 left on the budget
    assert (row.advanced, row.at_risk) == (D("32.50"), D("605.00"))


def test_the_cents_of_an_activity_are_shared_over_its_clients_by_largest_remainder(be: Any) -> None:
    activity = make_activity()
    clients = [make_client(activity) for _ in range(3)]
    for client in clients:
        make_invoice(activity, client, issued_on=ISSUED, lines=flat("100.00"))
    spend(activity, "100.00")

    rows = exposures(ON)

    assert sorted(row.advanced for row in rows) == [D("33.33"), D("33.33"), D("33.34")]
    assert sum(row.advanced for row in rows) == D("100.00")


@pytest.mark.parametrize("seed", range(6))
def test_exposure_over_clients_is_what_activities_were_advanced(be: Any, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    activities = [make_activity() for _ in range(3)]
    clients = [make_client() for _ in range(3)]
    for activity in activities:
        for _ in range(chance.randint(1, 4)):
            net = D(chance.randint(1000, 99999)) / 100
            invoice = make_invoice(activity, chance.choice(clients), issued_on=ISSUED, lines=flat(str(net)))
            if chance.random() < 0.4:
                come_in(be, invoice, r(invoice.total * D(chance.randint(1, 99)) / 100), ON)
        balance = Budget.objects.get(pk=activity.budget_id).balance
        spend(activity, str(r(balance * D(chance.randint(5, 70)) / 100)))
        promise(activity, str(r(balance * D(chance.randint(1, 25)) / 100)))

    rows = exposures(ON)

    paid_out, promised = D(0), D(0)
    for activity in activities:
        budget = Budget.objects.get(pk=activity.budget_id)
        unpaid = sum(
            (
                r((row.net - row.levy) * row.open_amount / row.total)
                for row in Invoice.objects.filter(activity=activity, state__in=("issued", "partly_paid"))
            ),
            D(0),
        )
        paid_out += max(D(0), unpaid - budget.balance)
        promised += max(D(0), unpaid - budget.available) - max(D(0), unpaid - budget.balance)
    assert sum(row.advanced for row in rows) == paid_out
    assert sum(row.promised for row in rows) == promised
    for row in rows:  # asked one by one it is the same
        assert exposures(ON, [row.client_id]) == [row]


def test_the_oldest_invoices_are_guaranteed_first(be: Any) -> None:
    activity, other = make_activity(), make_activity()
    client = make_client(activity)
    make_invoice(other, client, issued_on=ISSUED)
    make_invoice(activity, client, issued_on=ISSUED + timedelta(days=1))
    limit(client, "1815.00")

    # 1,210.00 + 605.00 of the second are within: half of 935.00 is not
    assert unguaranteed(other.pk, ON) == D("0.00")
    assert unguaranteed(activity.pk, ON) == D("467.50")
    limit(client, "0.00")
    assert unguaranteed(activity.pk, ON) == D("935.00")
    assert unguaranteed(other.pk, ON) == D("935.00")


def test_a_payment_frees_what_was_not_guaranteed(be: Any) -> None:
    activity, other = make_activity(), make_activity()
    client = make_client(activity)
    first = make_invoice(other, client, issued_on=ISSUED)
    make_invoice(activity, client, issued_on=ISSUED + timedelta(days=1))
    limit(client, "1210.00")
    assert unguaranteed(activity.pk, ON) == D("935.00")

    come_in(be, first, "1210.00", ON)

    assert unguaranteed(activity.pk, ON) == D("0.00")


def test_a_limit_counts_from_its_day(be: Any) -> None:
    client = make_client()
    services.set_limit(
        client_id=client.pk, amount=D("10.00"), valid_from=date(2026, 12, 1), reason="x", on=ON, actor=SYSTEM
    )

    assert limit_in_force(client.pk, ON) == D("50000.00")
    assert limit_in_force(client.pk, date(2026, 12, 1)) == D("10.00")


def test_members_are_told_by_a_word(be: Any) -> None:
    activity = make_activity()
    client = make_client(activity)
    make_invoice(activity, client, issued_on=ISSUED)

    assert standing_of(client.pk, ON) == Standing.ROOM
    limit(client, "1500.00")
    assert standing_of(client.pk, ON) == Standing.NEAR
    limit(client, "1210.00")
    assert standing_of(client.pk, ON) == Standing.REACHED


def test_above_the_threshold_a_second_person_agrees(be: Any) -> None:
    client = make_client()
    first, second = (make_person(Role.CREDIT_CONTROLLER) for _ in range(2))
    row = services.set_limit(
        client_id=client.pk, amount=D("50000.01"), valid_from=ON, reason="gros festival", on=ON,
        actor=actor(first),
    )  # fmt: skip
    assert (row.state, limit_in_force(client.pk, ON)) == ("proposed", D("50000.00"))
    with pytest.raises(LimitNeedsSecondPerson):
        services.agree_limit(limit_id=row.pk, on=ON, actor=actor(first))
    with pytest.raises(LimitNeedsSecondPerson):
        services.agree_limit(limit_id=row.pk, on=ON, actor=SYSTEM)
    assert limit_in_force(client.pk, ON) == D("50000.00")

    services.agree_limit(limit_id=row.pk, on=ON, actor=actor(second))

    assert limit_in_force(client.pk, ON) == D("50000.01")
    with pytest.raises(LimitNotProposed):
        services.agree_limit(limit_id=row.pk, on=ON, actor=actor(second))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": D("-1.00")}, LimitInvalid),
        ({"amount": D("1.001")}, LimitInvalid),
        ({"reason": " "}, LimitReasonMissing),
        ({"valid_from": ON - timedelta(days=1)}, LimitInThePast),
    ],
)
def test_a_limit_that_cannot_be_changes_nothing(be: Any, changes: Any, error: Any) -> None:
    client = make_client()
    before = (AuditEvent.objects.count(), OutboxMessage.objects.count())
    given = {"amount": D("10.00"), "valid_from": ON, "reason": "x"} | changes

    with pytest.raises(error):
        services.set_limit(client_id=client.pk, on=ON, actor=SYSTEM, **given)

    assert not ClientLimit.objects.exists()
    assert (AuditEvent.objects.count(), OutboxMessage.objects.count()) == before
