"""Pay that came back: the worker is asked for an account, the adviser is told, and nothing else is."""

from __future__ import annotations

from datetime import date
from typing import Any

DAY = date(2026, 12, 1)


def test_the_worker_and_the_adviser_hear_of_it(world: Any) -> None:
    from core.types import Actor
    from ledger.treasury.models import Payout
    from payroll.returned_pay import returned_pay_needs_me, returned_pay_reasons
    from payroll.services import settle_due
    from tests.factories import make_person

    world.submit(world.contract())
    settle_due(on=DAY, actor=Actor.system("settlement"))
    people = [world.worker.pk, make_person().pk]
    assert list(returned_pay_needs_me(world.worker, [], DAY)) == []
    assert list(returned_pay_reasons(people, DAY)) == []

    Payout.objects.update(state="held")  # as the bank's return leaves the successor

    (need,) = returned_pay_needs_me(world.worker, [], DAY)
    assert "434" in need.title
    assert [reason.person_id for reason in returned_pay_reasons(people, DAY)] == [world.worker.pk]
