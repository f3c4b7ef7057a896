"""Wages that rest on what is not guaranteed wait for the client's payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

D = Decimal
DAY = date(2026, 11, 2)


@pytest.fixture
def mission(world: Any, moment: Any) -> Any:
    """Quick jobs of 1,000.00 on an Activity that has nothing else, for one client."""
    from activities.services import approve_activity, request_activity
    from payroll.services import quick_job
    from tests.activities.builders import make_client

    activity = request_activity(
        person=world.worker,
        name="Missions",
        tool="contract",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=date(2026, 9, 1),
        actor=world.member,
    )
    approve_activity(activity_id=activity.pk, on=date(2026, 9, 1), actor=world.actor(world.adviser))
    world.activity = activity
    world.client = make_client(activity)

    def do(day: int = 6, amount: str = "1000.00") -> Any:
        return quick_job(
            person=world.worker,
            activity_id=activity.pk,
            client=world.client.pk,
            description="Affiche de saison",
            dates=[date(2026, 11, day)],
            hours=D("7.6"),
            amount=D(amount),
            actor=world.member,
            now=moment(2026, 11, 2),
        )

    return do


def limit(world: Any, amount: str) -> None:
    """What the client may owe."""
    from invoicing.guarantee.services import set_limit

    set_limit(
        client_id=world.client.pk, amount=D(amount), valid_from=DAY, reason="x", on=DAY, actor=world.member
    )


def test_a_job_within_the_limit_is_done_and_the_next_one_is_refused(
    world: Any, mission: Any, snapshot: Any
) -> None:
    from invoicing.guarantee.errors import NotGuaranteed
    from invoicing.models import Invoice

    limit(world, "2000.00")
    mission(6)  # 1,210.00 open
    before, invoices = snapshot(), Invoice.objects.count()

    with pytest.raises(NotGuaranteed) as refusal:
        mission(9)

    assert snapshot() == before, "no invoice, no contract, nothing reserved"
    assert Invoice.objects.count() == invoices
    # 2,420.00 would be open: 420.00 above, r(935.00 × 420 / 1210) = 324.55 of 935.00 is not guaranteed;
    # a cent that no gross could use is left from the first job
    assert refusal.value.params["left"] == D("610.46")


def test_once_the_client_has_paid_the_next_job_is_done(world: Any, mission: Any) -> None:
    from tests.invoicing.collection.stories import come_in

    limit(world, "1210.00")
    done = mission(6)
    come_in(world.cooperative, done.invoice, "1210.00", DAY)

    assert mission(9).contract.state in ("submitted", "declared")


def test_a_contract_may_use_what_is_guaranteed_to_the_cent(world: Any, mission: Any, snapshot: Any) -> None:
    from invoicing.guarantee.errors import NotGuaranteed
    from tests.activities.builders import make_invoice

    make_invoice(world.activity, world.client, issued_on=DAY)  # 935.00
    limit(world, "605.00")  # half of it: 467.50
    fits = world.contract("301.61", activity_id=world.activity.pk, hours=D("15.2"))  # 467.50
    above = world.contract("301.62", activity_id=world.activity.pk, hours=D("15.2"))  # 467.51
    before = snapshot()

    with pytest.raises(NotGuaranteed):
        world.submit(above)
    assert snapshot() == before

    world.submit(fits)
    assert world.budget() == (D("935.00"), D("467.50"))


def test_money_that_was_received_is_not_held_back(world: Any, mission: Any) -> None:
    from tests.activities.builders import make_invoice

    make_invoice(world.activity, world.client, issued_on=DAY)
    limit(world, "0.00")
    world.earn("500.00")

    contract = world.submit(
        world.contract("300.00", activity_id=world.activity.pk, hours=D("15.2"))
    )  # 465.00

    assert contract.employment_budget == D("465.00")


def test_two_hands_on_the_same_headroom(fresh_database: Any) -> None:
    """Eight members work for one client at once; three jobs fit under its limit, and three are done."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from invoicing.guarantee.services import set_limit
    from invoicing.models import Invoice
    from payroll.models import EmploymentContract
    from payroll.services import quick_job
    from tests.activities.builders import make_activity, make_client
    from tests.factories import SYSTEM, actor, load_cooperative, make_person
    from tests.payroll.conftest import at

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    house = Cooperative.objects.get(slug="be")
    with tenant_scope(house):
        load_cooperative()
        client = make_client()
        people = [make_person() for _ in range(8)]
        activities = [make_activity(person) for person in people]
        set_limit(client_id=client.pk, amount=D("3700.00"), valid_from=DAY, reason="x", on=DAY, actor=SYSTEM)

    def job(place: int) -> None:
        with tenant_scope(house):
            quick_job(
                person=people[place],
                activity_id=activities[place].pk,
                client=client.pk,
                description="Affiche",
                dates=[date(2026, 11, 6)],
                hours=D("7.6"),
                amount=D("1000.00"),
                actor=actor(people[place]),
                now=at(2026, 11, 2),
            )

    outcomes = fresh_database.in_threads(job, *((place,) for place in range(8)))

    assert sum(outcome.ok for outcome in outcomes) == 3
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"not_guaranteed"}
    with tenant_scope(house):
        assert Invoice.objects.filter(client=client).count() == 3
        assert EmploymentContract.objects.filter(state__in=("submitted", "declared")).count() == 3
