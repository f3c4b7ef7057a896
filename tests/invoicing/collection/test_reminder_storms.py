"""Storms of the schedule: hourly for a year, every minute on the days of the steps, killed and with a clock
that jumps. Each step is sent once, none is hurried, and nobody is reminded of what is paid, disputed or
planned.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cluster import FreshDatabase
from tests.kills.stopping import at, run_and_disturb

START = datetime(2026, 9, 1, tzinfo=UTC)
COMMIT = "django.db.backends.base.base.BaseDatabaseWrapper.commit"
LADDERS = {"business": {1: 7, 2: 21, 3: 45}, "consumer": {1: 7, 2: 28}, "public_body": {1: 14, 2: 45}}
"""Steps and days of the published ladders."""


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


@dataclass
class Street:
    """Clients of every kind with invoices, and what happens to some of them on a day."""

    kinds: dict[UUID, str]
    events: dict[date, list[tuple[str, UUID]]]
    ended: dict[UUID, date]

    def live(self, day: date) -> None:
        """What happens on a day: a payment, a dispute, a plan."""
        from core.tenancy import tenant_scope
        from invoicing.collection.services import agree_plan, dispute_invoice
        from invoicing.models import Invoice
        from invoicing.services import settle_invoice
        from tests.factories import SYSTEM

        for what, key in self.events.pop(day, []):
            with tenant_scope(belgium()):
                invoice = Invoice.objects.get(pk=key)
                if what == "paid":
                    settle_invoice(
                        invoice_id=key, amount=invoice.total, received_on=day, source_type="test",
                        source_id=uuid4(), actor=SYSTEM,
                    )  # fmt: skip
                elif what == "disputed":
                    dispute_invoice(invoice_id=key, on=day, reason="x", actor=SYSTEM)
                else:
                    agree_plan(
                        client_id=invoice.client_id, invoice_ids=[key], interest_free=True, on=day,
                        instalments=[(date(2029, 1, 1), invoice.total)], actor=SYSTEM,
                    )  # fmt: skip
                self.ended[key] = day


@pytest.fixture
def street(fresh_database: FreshDatabase) -> Street:
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from tests.activities.builders import make_activity, make_client, make_invoice
    from tests.factories import load_cooperative

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        activity = make_activity()
        kinds: dict[UUID, str] = {}
        for kind in LADDERS:
            numbers = {} if kind == "business" else {"vat_number": "", "enterprise_number": ""}
            for client in [make_client(activity, kind=kind, name=f"{kind} {n}", **numbers) for n in range(2)]:
                for late in (0, 3, 11):
                    issued = START.date() + timedelta(days=late)
                    kinds[make_invoice(activity, client, issued_on=issued).pk] = kind
    keys = list(kinds)
    events: dict[date, list[tuple[str, UUID]]] = {}
    for place, what in ((1, "paid"), (4, "disputed"), (7, "planned"), (10, "paid"), (13, "disputed")):
        events.setdefault(date(2026, 10, 1) + timedelta(days=4 * place), []).append((what, keys[place]))
    return Street(kinds, events, {})


def remind(day: date) -> int:
    from invoicing.collection.services import remind_cooperative
    from tests.factories import SYSTEM

    return remind_cooperative(belgium(), on=day, actor=SYSTEM, most=2)


def killed(day: date, moment: str, commits: int) -> None:
    """The run, in a process of its own, killed before or after one of its commits."""
    place = at(*[f"{moment} {COMMIT}"] * commits)
    with suppress(TimeoutError):
        run_and_disturb(lambda: remind(day), place, lambda pid: os.kill(pid, signal.SIGKILL))


def judge(street: Street, *, whole: bool = True) -> None:
    """Each step once and none too early; nothing for what had ended; one letter per client and day."""
    from django.db.models import Count

    from core.tenancy import tenant_scope
    from invoicing.models import ClientMessage, Invoice, Reminder

    with tenant_scope(belgium()):
        sent: dict[UUID, list[tuple[int, date]]] = {}
        for row in Reminder.objects.order_by("step"):
            sent.setdefault(row.invoice_id, []).append((row.step, row.sent_on))
        for invoice in Invoice.objects.filter(pk__in=street.kinds):
            ladder, steps = LADDERS[street.kinds[invoice.pk]], sent.get(invoice.pk, [])
            ended = street.ended.get(invoice.pk)
            assert invoice.due_on is not None
            assert [step for step, _ in steps] == list(ladder)[: len(steps)], "each step once, in order"
            if whole and ended is None:
                assert len(steps) == len(ladder), (street.kinds[invoice.pk], steps)
            before: tuple[int, date] | None = None
            for step, day in steps:
                assert (day - invoice.due_on).days >= ladder[step], "no step before its day"
                if before:
                    assert (day - before[1]).days >= ladder[step] - ladder[before[0]], "no step hurried"
                assert ended is None or day <= ended, "nothing for what is paid, disputed or planned"
                before = (step, day)
        letters = ClientMessage.objects.filter(kind="reminder")
        twice = letters.values("client", "written_on").annotate(n=Count("pk")).filter(n__gt=1)
        assert not list(twice), "one letter per client and day"
        assert set(Reminder.objects.values_list("message", flat=True)) == set(
            letters.values_list("pk", flat=True)
        ), "no letter without its reminders"


def hours(days: int, every: int) -> Iterator[datetime]:
    moment = START
    while moment < START + timedelta(days=days):
        yield moment
        moment += timedelta(hours=every)


def storm(street: Street, *, days: int, every: int, kills: int, jumps: int, seed: int) -> None:
    draw = Random(seed)
    moments = list(hours(days, every))
    killed_at = {draw.randrange(len(moments)): n for n in range(kills)}
    jumped_at = set(draw.sample(range(len(moments) // 2), jumps))
    for place, moment in enumerate(moments):
        day = moment.date()
        street.live(day)
        if place in killed_at:
            n = killed_at[place]
            killed(day, ("enter", "leave")[n % 2], 1 + n % 3)
        if place in jumped_at:
            # The clock shows another day for one run, then the right one again.
            back = draw.random() < 0.5
            remind(day - timedelta(days=draw.randrange(1, 40)) if back else day + timedelta(days=2))
        remind(day)


def test_a_small_storm(street: Street) -> None:
    storm(street, days=100, every=24, kills=4, jumps=0, seed=7)
    judge(street)


def test_a_clock_that_jumps_hurries_nothing(street: Street) -> None:
    for days in (40, 70, 41, 39, 42, 10, 43, 80, 44):
        remind(START.date() + timedelta(days=days))
    judge(street, whole=False)


@pytest.mark.soak
def test_every_hour_of_a_year_with_twenty_kills_and_jumps_of_the_clock(street: Street) -> None:
    storm(street, days=365, every=1, kills=20, jumps=20, seed=11)
    judge(street)


@pytest.mark.soak
@pytest.mark.parametrize("kind", list(LADDERS))
def test_every_minute_on_the_days_of_the_steps(street: Street, kind: str) -> None:
    due = START.date() + timedelta(days=30)
    for days in LADDERS[kind].values():
        for around in (-1, 0, 1):
            for _ in range(1440 if around == 0 else 60):
                remind(due + timedelta(days=days + around))
    judge(street, whole=False)


@pytest.mark.parametrize("commits", [1, 2, 3])
@pytest.mark.parametrize("moment", ["enter", "leave"])
def test_killed_before_and_after_each_commit_the_next_run_sends_the_rest(
    street: Street, moment: str, commits: int
) -> None:
    day = START.date() + timedelta(days=60)
    killed(day, moment, commits)
    remind(day)
    judge(street, whole=False)
    from core.tenancy import tenant_scope
    from invoicing.models import Reminder

    with tenant_scope(belgium()):
        assert Reminder.objects.filter(step=1).count() == Reminder.objects.count() == 18


def test_whoever_pays_while_the_reminder_leaves_gets_none_after(
    street: Street, fresh_database: FreshDatabase
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice, Reminder
    from invoicing.services import settle_invoice
    from tests.factories import SYSTEM

    keys = list(street.kinds)[:6]

    def pay(key: UUID) -> str:
        with tenant_scope(belgium()):
            settle_invoice(
                invoice_id=key, amount=Decimal("1210.00"), received_on=date(2026, 10, 30),
                source_type="test", source_id=key, actor=SYSTEM,
            )  # fmt: skip
        return "paid"

    def either(act: str, key: UUID) -> Any:
        return pay(key) if act == "pay" else remind(date(2026, 11, 15))

    outcomes = fresh_database.in_threads(either, *[("pay", key) for key in keys], *[("remind", keys[0])] * 3)

    assert all(outcome.ok for outcome in outcomes), outcomes
    assert remind(date(2026, 12, 20)) >= 0
    with tenant_scope(belgium()):
        assert not Reminder.objects.filter(invoice__in=keys, sent_on=date(2026, 12, 20)).exists()
        assert Invoice.objects.filter(pk__in=keys, state="paid").count() == 6
        assert Reminder.objects.values("invoice", "step").distinct().count() == Reminder.objects.count()


def test_two_claims_at_once_are_one_and_a_write_down_meets_a_payment(
    street: Street, fresh_database: FreshDatabase
) -> None:
    from core.outbox import drain
    from core.tenancy import tenant_scope
    from invoicing.checks import invoices_equal_books
    from invoicing.collection.models import Charge, WriteDown
    from invoicing.collection.services import agree_write_down, claim_charges, write_down
    from invoicing.models import Invoice
    from ledger.selectors import account_balance
    from members.enums import Role
    from tests.factories import SYSTEM, actor, make_person
    from tests.invoicing.collection.stories import come_in

    claimed, doubted = list(street.kinds)[:2]
    day = date(2026, 11, 15)
    with tenant_scope(belgium()):
        row = write_down(invoice_id=doubted, reason="x", on=day, actor=SYSTEM)
        second = actor(make_person(Role.FINANCE))

    def act(what: str) -> str:
        with tenant_scope(belgium()):
            if what == "claim":
                claim_charges(invoice_id=claimed, on=day, actor=SYSTEM)
            elif what == "agree":
                agree_write_down(write_down_id=row.pk, on=day, actor=second)
            else:
                come_in(belgium(), Invoice.objects.select_related("client").get(pk=doubted), "1000.00", day)
        return what

    outcomes = fresh_database.in_threads(act, ("claim",), ("claim",), ("claim",), ("agree",), ("pay",))
    drain(belgium())

    done = sorted(outcome.value for outcome in outcomes if outcome.ok)
    assert done == ["agree", "claim", "pay"]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"nothing_to_claim"}
    with tenant_scope(belgium()):
        invoice = Invoice.objects.select_related("entity").get(pk=doubted)
        assert Charge.objects.filter(invoice=claimed).count() == 2
        assert WriteDown.objects.get().standing == Decimal("210.00")
        assert account_balance("407", invoice.entity) == Decimal("210.00")
        assert list(invoices_equal_books()) == []
