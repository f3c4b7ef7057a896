"""What waits for payroll beside the run: the console of the month names each queue that is not empty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from members.enums import Role
from payroll.waiting import Waiting, waiting_for
from tests.factories import make_person, make_user

PAYROLL = frozenset({Role.PAYROLL_ADMIN.value})
FRIDAY = date(2026, 11, 6)


@pytest.fixture
def queues(world: Any, moment: Any) -> Any:
    """An advance, a seizure, an attestation and an accident of Nora's wait on Friday 6 November 2026."""
    from core.clock import set_clock
    from core.identifiers import belgian_iban
    from payroll.deductions.services import ask_advance, enter_seizure
    from payroll.services import settle_due
    from payroll.workers.services import hand_in_attestation, report_accident

    set_clock(world.cooperative, moment(2026, 11, 6))
    world.submit(world.contract())
    settle_due(on=FRIDAY, actor=world.actor(world.clerk))
    ask_advance(person=world.worker, amount=Decimal("50.00"), on=FRIDAY, actor=world.member)
    enter_seizure(
        person=world.worker,
        kind="alimony",
        creditor_name="Service des créances alimentaires",
        creditor_iban=belgian_iban(6_790_000_777),
        reference="Part contributive",
        notified_on=FRIDAY,
        per_month=Decimal("60.00"),
        on=FRIDAY,
        actor=world.actor(world.clerk),
    )
    hand_in_attestation(person=world.worker, kind="safety", valid_from=date(2026, 9, 1), actor=world.member)
    report_accident(
        person=world.worker,
        kind="at_work",
        happened_on=date(2026, 11, 4),
        place="Plateau",
        text="Chute",
        on=FRIDAY,
        actor=world.member,
    )
    return world


def counts(found: list[Waiting]) -> dict[str, tuple[int, str]]:
    return {queue.href.split("?")[0]: (queue.count, queue.tone) for queue in found}


def test_each_queue_says_how_many_and_how_pressing(queues: Any) -> None:
    assert counts(waiting_for(queues.chief, PAYROLL, FRIDAY)) == {
        "/be/saisies/": (1, "danger"),
        "/be/avances/": (1, "warning"),
        "/be/accidents/": (1, "warning"),
        "/be/attestations/": (1, "neutral"),
    }


def test_what_only_a_colleague_may_decide_is_not_counted(queues: Any) -> None:
    assert "/be/saisies/" not in counts(waiting_for(queues.clerk, PAYROLL, FRIDAY))
    assert counts(waiting_for(queues.worker, PAYROLL, FRIDAY)).keys() == {
        "/be/accidents/",
        "/be/attestations/",
    }


def test_an_accident_that_nobody_declared_in_eight_days_is_pressing(queues: Any) -> None:
    late = counts(waiting_for(queues.chief, PAYROLL, date(2026, 11, 13)))
    assert late["/be/accidents/"] == (1, "danger")


def test_nothing_waits_for_others(queues: Any) -> None:
    assert waiting_for(make_person(), frozenset({Role.MEMBER.value, Role.AUDITOR.value}), FRIDAY) == []


def test_the_console_shows_the_queues_and_leads_to_them(queues: Any, client: Any) -> None:
    queues.chief.user = make_user(queues.chief.email)
    queues.chief.save(update_fields=["user"])
    client.force_login(queues.chief.user)

    page = client.get("/be/cycle-de-paie/").content.decode()
    assert "/be/avances/?state=asked" in page and "Avances sur salaire à décider" in page
    for door in ("/be/avances/?state=asked", "/be/saisies/?state=entered", "/be/accidents/?state=reported"):
        assert door in page and client.get(door).context["table"].page.paginator.count == 1


def test_a_quiet_console_says_nothing_of_queues(world: Any, client: Any) -> None:
    world.chief.user = make_user(world.chief.email)
    world.chief.save(update_fields=["user"])
    client.force_login(world.chief.user)

    assert "À côté du cycle du mois" not in client.get("/be/cycle-de-paie/").content.decode()
