"""The demonstration loses one day a month, of a contract that is still to come."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import make_person
from tests.payroll.unemployment.conftest import breaks


def test_one_day_a_month_is_lost(world: Any) -> None:
    from members.enums import Role
    from payroll.unemployment.models import UnemploymentSpell
    from smart.demo import cast
    from smart.demo.stage import Company, Script, Stage
    from smart.demo.unemployment import lose_a_day

    clerk = next(member for member in cast.STAFF if "payroll_admin" in member.roles)
    make_person(Role.PAYROLL_ADMIN, email=clerk.email)
    contract = world.submit(world.contract(starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 20)))
    script = Script()

    for day in (2, 10, 11):
        lose_a_day(Stage(world.cooperative, script, date(2026, 11, day), Company(script)))

    [spell] = UnemploymentSpell.objects.all()
    assert [one.day for one in spell.dates.all()] == [date(2026, 11, 20)]
    assert (spell.contract_id, spell.made_at.day) == (contract.pk, 10)
    assert breaks() == []
