"""Payroll's work that fails too often: given up, seen, done after all; never dropped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.types import Actor

ADMIN = frozenset({"coop_admin"})
SYSTEM = Actor.system("test")


class Closed:
    """A social security office that nobody can reach."""

    def submit(self, declaration: Any) -> str:
        from payroll.dimona.port import GatewayUnavailable

        raise GatewayUnavailable

    def find(self, declaration: Any, *, besides: frozenset[str] = frozenset()) -> None:
        from payroll.dimona.port import GatewayUnavailable

        raise GatewayUnavailable

    def poll(self, declaration_id: str) -> None:
        raise AssertionError("never asked")


@pytest.fixture
def undelivered(world: Any) -> Any:
    """A declaration that did not arrive, as often as it was tried."""
    from payroll.models import Declaration
    from payroll.services import declarations

    contract = world.submit(world.contract())
    for _ in range(declarations.MOST_ATTEMPTS):
        Declaration.objects.update(next_attempt_at=timezone.now(), lease_until=None)
        declarations.carry_due(world.cooperative, gateway=Closed())
    return contract.declarations.get()


def test_a_declaration_that_did_not_arrive_is_declared_after_all(
    world: Any, undelivered: Any, office: Any, moment: Any
) -> None:
    from core.operations import selectors, services
    from core.operations.errors import NotDead
    from payroll.services.declarations import carry_due

    assert undelivered.state == "failed"
    [entry] = selectors.given_up(ADMIN, "declaration")
    assert (entry.row.id, entry.row.attempts, entry.row.code) == (undelivered.pk, 12, "unavailable")
    assert str(world.worker) not in str(entry.row.subject)

    services.retry_dead(row_id=undelivered.pk, at=moment(2026, 11, 3), actor=SYSTEM)
    carry_due(world.cooperative, gateway=office)
    assert [row.state for row in undelivered.contract.declarations.order_by("pk")] == ["failed", "accepted"]
    assert selectors.given_up(ADMIN, "declaration") == []
    with pytest.raises(NotDead):
        services.retry_dead(row_id=undelivered.pk, at=moment(2026, 11, 3), actor=SYSTEM)
    assert undelivered.contract.declarations.count() == 2


def test_a_declaration_cannot_be_dropped(world: Any, undelivered: Any) -> None:
    from core.models import AuditEvent
    from core.operations import services
    from core.operations.errors import NotDroppable

    events = AuditEvent.objects.count()
    with pytest.raises(NotDroppable):
        services.drop_dead(row_id=undelivered.pk, reason="Too much work", actor=SYSTEM)
    undelivered.refresh_from_db()
    assert (undelivered.state, undelivered.handled) == ("failed", False)
    assert AuditEvent.objects.count() == events


def test_what_the_office_refused_is_not_for_administrators(world: Any, undelivered: Any, moment: Any) -> None:
    from core.operations import selectors, services
    from core.operations.errors import NotDead
    from payroll.models import Declaration

    Declaration.objects.update(state="refused")
    assert selectors.given_up(ADMIN, "declaration") == []
    with pytest.raises(NotDead):
        services.retry_dead(row_id=undelivered.pk, at=moment(2026, 11, 3), actor=SYSTEM)
    undelivered.refresh_from_db()
    assert not undelivered.handled


def test_a_declaration_without_an_answer_alarms_and_a_looked_up_identity_does_not(world: Any) -> None:
    from core.observability.gauges import read_gauges
    from payroll.models import Declaration

    def reading() -> Any:
        found = read_gauges(world.cooperative)
        return next(reading for reading in found if reading.gauge.key == "declarations_age_seconds")

    assert (reading().value, reading().alarms) == (0, False)
    world.submit(world.contract())
    assert not reading().alarms
    Declaration.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert reading().alarms
    Declaration.objects.update(state="waiting")
    assert not reading().alarms


def _later() -> None:
    from payroll.models import RunShard

    RunShard.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def stuck(world: Any, moment: Any) -> Any:
    """A run one part of which names somebody who does not exist."""
    from payroll.models import RunShard
    from payroll.services import settle_due
    from payroll.services.runs import start_run, work_run
    from payroll.services.shards import MOST_ATTEMPTS

    world.submit(world.contract())
    settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    run = start_run(
        month=date(2026, 11, 1), on=date(2026, 12, 2), at=moment(2026, 12, 2), actor=world.actor(world.clerk)
    )
    shard = RunShard.objects.get(run=run)
    RunShard.objects.filter(pk=shard.pk).update(people=[*shard.people, "nobody"])
    for _ in range(MOST_ATTEMPTS):
        work_run(world.cooperative, run.pk)
        _later()
    return run, shard


def test_a_part_of_a_run_is_given_up_and_done_after_all(world: Any, stuck: Any, moment: Any) -> None:
    from core.operations import selectors, services
    from payroll.models import RunLine, RunShard
    from payroll.services.runs import work_run
    from payroll.services.shards import runs_with_work

    run, shard = stuck
    run.refresh_from_db()
    assert (run.state, RunShard.objects.get().state) == ("computing", "failed")
    assert not RunLine.objects.exists()  # what it had written is undone each time
    assert runs_with_work() == []
    [entry] = selectors.given_up(ADMIN, "payroll_slice")
    assert (entry.row.id, entry.row.attempts, entry.droppable) == (shard.pk, 5, False)

    RunShard.objects.update(people=shard.people)
    services.retry_dead(row_id=shard.pk, at=moment(2026, 12, 2), actor=SYSTEM)
    assert runs_with_work() == [run.pk]
    work_run(world.cooperative, run.pk)
    run.refresh_from_db()
    assert (run.state, RunLine.objects.count()) == ("review", 1)
    assert RunShard.objects.get().error == ""


def test_a_part_of_a_run_that_kills_its_workers_is_given_up(world: Any, stuck: Any) -> None:
    from payroll.models import RunShard
    from payroll.services.runs import work_one_shard

    run, _shard = stuck
    RunShard.objects.update(state="running", error="", lease_until=timezone.now() - timedelta(seconds=1))
    assert not work_one_shard(world.cooperative, run.pk)
    shard = RunShard.objects.get()
    assert (shard.state, shard.attempt, shard.error) == ("failed", 5, "WorkerLost: no answer")


def test_a_failing_part_waits_longer_each_time(world: Any, stuck: Any) -> None:
    from payroll.models import RunShard
    from payroll.services.runs import work_one_shard

    run, _shard = stuck
    RunShard.objects.update(state="pending", attempt=0, lease_until=None)
    pauses = []
    for _ in range(4):
        assert work_one_shard(world.cooperative, run.pk)
        assert not work_one_shard(world.cooperative, run.pk)  # it waits
        shard = RunShard.objects.get()
        assert shard.lease_until is not None
        pauses.append(round((shard.lease_until - timezone.now()).total_seconds()))
        _later()
    assert pauses == [30, 60, 120, 240]


def test_payroll_sees_that_a_part_stands_still(world: Any, stuck: Any, client: Any) -> None:
    from members.models import Person
    from tests.factories import make_user

    run, _shard = stuck
    user = make_user("paie@example.org")
    Person.objects.filter(pk=world.clerk.pk).update(user=user)
    client.force_login(user)
    page = client.get(f"/be/cycle-de-paie/{run.pk}/avancement/").content.decode()
    assert "Exploitation" in page


def test_the_worker_is_told_when_the_payslip_cannot_be_made(world: Any, stuck: Any, client: Any) -> None:
    from core.models import DocumentJob
    from members.models import Person
    from payroll.models import Payslip, RunShard
    from payroll.services.runs import approve_run, work_run
    from tests.factories import make_user

    run, shard = stuck
    RunShard.objects.update(people=shard.people, state="pending", lease_until=None)
    work_run(world.cooperative, run.pk)
    at = timezone.now()
    approve_run(run_id=run.pk, on=date(2026, 12, 3), at=at, actor=world.actor(world.chief))
    work_run(world.cooperative, run.pk)
    slip = Payslip.objects.get()
    DocumentJob.objects.update(state="failed")
    user = make_user("ouvrier@example.org")
    Person.objects.filter(pk=world.worker.pk).update(user=user)
    client.force_login(user)
    page = client.get(f"/be/paie/fiches/{slip.pk}/pdf/").content.decode()
    assert "plusieurs tentatives" in page
    assert DocumentJob.objects.get().state == "failed"
