"""What is being done when a process is killed, and how the house goes on afterwards.

A story has a step (one act of one process: a request, one task) and what is tried again after it: by a
person who saw no answer, or by the broker that got no acknowledgement. All else must come from the house
itself: time passes, leases run out, beat ticks, the relay makes its rounds.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from core.doorbell import ring_now
from core.tasks import relay_all
from tests.kills import broker
from tests.kills.declaring import DECLARING
from tests.kills.house import TODAY, House
from tests.kills.rooms import ROOMS, coda_of, copy_made
from tests.kills.story import Story, task

ROUNDS = 4
PASS_TIME = """
DO $$
DECLARE place record;
BEGIN
    FOR place IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name IN ('lease_until', 'available_at', 'next_attempt_at')
    LOOP
        EXECUTE format(
            'UPDATE %1$I SET %2$I = now() - interval ''1 second'' WHERE %2$I > now()',
            place.table_name, place.column_name
        );
    END LOOP;
END $$
"""


def go_on(house: House, story: Story) -> None:
    """The house goes on without the one who was killed, until nothing is left to do."""
    if story.again:
        story.again(house)
    for _ in range(ROUNDS):
        let_time_pass(house)
        _carry_news(story.queues)
        for tick in story.ticks:
            ring_now(settings.CELERY_BEAT_SCHEDULE[tick]["task"])
            broker.work_off(story.queues)


def let_time_pass(house: House) -> None:
    """Every lease has run out and every pause is over."""
    house.ask(PASS_TIME)


def _carry_news(queues: tuple[str, ...] = broker.QUEUES) -> None:
    """The relay makes its rounds and the workers are at work, until there is no more news."""
    broker.work_off(queues)
    while relay_all():
        broker.work_off(queues)


# --- the web server -----------------------------------------------------------------------------------------


def _issue(house: House) -> None:
    """A member issues an invoice; the browser sends the same key again when it got no answer."""
    from django.test import Client

    from core.tenancy import tenant_scope
    from members.models import Person

    with tenant_scope(house.cooperative):
        user = Person.objects.get(pk=house.id("member")).user
    browser = Client()
    browser.force_login(user)
    answer = browser.post(
        f"/be/api/v1/invoices/{house.id('draft')}/issue/", headers={"Idempotency-Key": "the one of the form"}
    )
    assert answer.status_code == 200, answer.content
    assert json.loads(answer.content)["number"] == "PA-2026-000007"


# --- relay and workers --------------------------------------------------------------------------------------


def _relay_pass(house: House) -> None:
    del house
    relay_all()


def _handed_over(house: House) -> None:
    """The relay handed the news of the invoice over for the first time; what came before it is done."""
    from core.outbox import deliver, relay_once

    _, wanted = _news(house)
    while True:
        for message_id, attempt in relay_once(house.cooperative):
            if message_id == wanted:
                return
            deliver(house.cooperative, message_id, attempt)


def _news(house: House) -> tuple[int, UUID]:
    from core.models import OutboxMessage
    from core.tenancy import tenant_scope

    with tenant_scope(house.cooperative):
        message = OutboxMessage.objects.get(topic="invoice.issued", subject_id=house.id("issued"))
        return message.tenant_id, message.pk


def _deliver(house: House) -> None:
    """A worker runs what the broker handed it: the news of an invoice."""
    tenant, message = _news(house)
    broker.run_task(task("core.deliver_message"), tenant, str(message), 1)


def _deliver_again(house: House) -> None:
    """The broker got no acknowledgement and hands the same attempt to another worker, saying so."""
    tenant, message = _news(house)
    broker.run_task(task("core.deliver_message"), tenant, str(message), 1, redelivered=True)


def _render(house: House) -> None:
    task("core.render_documents")(house.cooperative.pk, 1)


def _export(house: House) -> None:
    task("exports.make")(house.cooperative.pk)


def _seal(house: House) -> None:
    task("ledger.seal")(house.cooperative.pk)


def _letters(house: House) -> None:
    task("invoicing.send_messages")(house.cooperative.pk)


def _remind(house: House) -> None:
    task("collection.remind")(house.cooperative.pk)


def _declare(house: House) -> None:
    task("payroll.send_declaration")(house.cooperative.pk, _declarations(house)[0])


def _others_declared(house: House) -> None:
    """The office has all declarations but one, so that its numbers are the same in each play."""
    for key in _declarations(house)[1:]:
        task("payroll.send_declaration")(house.cooperative.pk, key)


def _declarations(house: House) -> list[str]:
    return [str(key) for (key,) in house.ask("SELECT id FROM payroll_declaration ORDER BY id")]


def _hand_over(house: House) -> None:
    task("einvoicing.carry_due")(house.cooperative.pk)


def _two_customers(house: House) -> None:
    """Two Activities have a draft made every month; the day of both has come."""
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from invoicing.recurring.services import create_template
    from invoicing.recurring.services.templates import Rule
    from invoicing.types import LineInput
    from tests.factories import SYSTEM

    with tenant_scope(house.cooperative):
        for invoice in Invoice.objects.filter(issued_on=date(2026, 10, 5)).order_by("number")[:2]:
            create_template(
                activity_id=invoice.activity_id,
                client_id=invoice.client_id,
                title="Hébergement",
                lines=[LineInput("Hébergement {month}", Decimal(1), "flat", Decimal(50))],
                rule=Rule("month", date(2026, 12, 1)),
                actor=SYSTEM,
            )


def _recur(house: House) -> None:
    task("recurring.run")(house.cooperative.pk)


def _news_told(house: House) -> None:
    del house
    _carry_news()


def _carry(house: House) -> None:
    task("webhooks.carry")(house.cooperative.pk)


# --- payroll, treasury --------------------------------------------------------------------------------------


def _slice(house: House) -> None:
    task("payroll.work_run")(house.cooperative.pk, house.made["run"])


def _more_pay(house: House) -> None:
    """Two months that are settled get more hours, one gets less; none of it is settled."""
    from core.tenancy import tenant_scope
    from payroll.models import ContractMonth
    from payroll.services.contracts import correct_month
    from tests.factories import SYSTEM

    with tenant_scope(house.cooperative):
        months = list(ContractMonth.objects.filter(settled=True).order_by("first_day")[:3])
        for month, gross in zip(months, ("45.00", "40.00", "-30.00"), strict=True):
            correct_month(
                contract_month_id=month.pk,
                hours=Decimal(gross) / 20,
                gross=Decimal(gross),
                reason="hours counted again",
                actor=SYSTEM,
            )


def _settle(house: House) -> None:
    task("payroll.settle_cooperative")(house.cooperative.pk)


def _slices_but_one(house: House) -> None:
    _slice(house)
    _slice(house)


def _approved(house: House) -> None:
    """The run was looked at and agreed to; two of three slices of payslips are made."""
    from core.clock import ZONE
    from core.tenancy import tenant_scope
    from members.models import Person
    from payroll.services import runs
    from tests.factories import actor

    be = house.cooperative
    runs.work_run(be, house.id("run"))
    with tenant_scope(be):
        chief = actor(Person.objects.get(pk=house.id("chief")))
        runs.approve_run(
            run_id=house.id("run"),
            on=date(2026, 12, 3),
            at=datetime(2026, 12, 3, 9, tzinfo=ZONE),
            actor=chief,
        )
    _slices_but_one(house)


def _begin_month(house: House) -> None:
    """Somebody begins the run of October; seeing no answer they look at the month and press again."""
    from core.clock import ZONE
    from core.tenancy import tenant_scope
    from members.models import Person
    from payroll.models import PayrollRun
    from payroll.services import runs
    from tests.factories import actor

    with tenant_scope(house.cooperative):
        if not PayrollRun.objects.filter(month=date(2026, 10, 1)).exists():
            runs.start_run(
                month=date(2026, 10, 1),
                on=TODAY,
                at=datetime(2026, 12, 2, 9, tzinfo=ZONE),
                actor=actor(Person.objects.get(pk=house.id("clerk"))),
                entity_id=house.id("entity"),
            )


def _computed(house: House) -> None:
    """Every slice of the run is computed."""
    from payroll.services import runs

    runs.work_run(house.cooperative, house.id("run"))


def _approve_month(house: House) -> None:
    """A second person approves the month; seeing no answer they press again while it waits for it."""
    from core.clock import ZONE
    from core.tenancy import tenant_scope
    from members.models import Person
    from payroll.models import PayrollRun
    from payroll.services import runs
    from tests.factories import actor

    with tenant_scope(house.cooperative):
        if PayrollRun.objects.get(pk=house.id("run")).state == "review":
            runs.approve_month(
                month=date(2026, 11, 1),
                on=date(2026, 12, 3),
                at=datetime(2026, 12, 3, 9, tzinfo=ZONE),
                actor=actor(Person.objects.get(pk=house.id("chief"))),
            )


def _batch(house: House) -> None:
    """Somebody put the wages in a draft batch."""
    from core.tenancy import tenant_scope
    from ledger.treasury.services import create_batch
    from members.models import Person
    from tests.factories import actor

    with tenant_scope(house.cooperative):
        maker = actor(Person.objects.get(pk=house.id("clerk")))
        create_batch(
            entity_id=house.id("entity"), kind="wage", due_until=date(2026, 12, 31), on=TODAY, actor=maker
        )


def _release(house: House) -> None:
    """Somebody else releases it; seeing no answer they look at the batch and press again if it is a draft."""
    from core.tenancy import tenant_scope
    from ledger.treasury.models import PayoutBatch
    from ledger.treasury.services import release_batch
    from members.models import Person
    from tests.factories import actor

    with tenant_scope(house.cooperative):
        batch = PayoutBatch.objects.get()
        if batch.state == "draft":
            payer = actor(Person.objects.get(pk=house.id("payer")))
            release_batch(batch_id=batch.pk, on=TODAY, actor=payer)


def _statement(house: House) -> None:
    """Finance imports what the bank says; the same file again changes nothing."""
    from core.tenancy import tenant_scope
    from ledger.treasury.services import import_statement
    from tests.factories import SYSTEM

    with tenant_scope(house.cooperative):
        import_statement(content=coda_of(house), filename="2026-12-02.cod", today=TODAY, actor=SYSTEM)


PRINTING = frozenset({"issue", "render", "close", "approve month"})
"""Stories in which documents are printed: they take longer than others."""

STORIES = {
    "issue": Story(_issue, ("documents",), again=_issue),
    "relay": Story(_relay_pass),
    "deliver": Story(_deliver, again=_deliver_again, before=_handed_over),
    "render": Story(_render, ("documents",)),
    "export": Story(_export, ("exports",)),
    "declare": Story(_declare, ("declarations",), before=_others_declared),
    "send": Story(_hand_over, ("sending",), before=copy_made),
    "settle": Story(_settle, ("settlement",), before=_more_pay),
    "slice": Story(_slice, ("payroll runs",)),
    "last slice": Story(_slice, ("payroll runs",), before=_slices_but_one),
    "close": Story(_slice, ("payroll runs",), before=_approved),
    "begin month": Story(_begin_month, ("payroll runs",), again=_begin_month),
    "approve month": Story(_approve_month, ("payroll runs",), again=_approve_month, before=_computed),
    "seal": Story(_seal, ("seals",)),
    "carry": Story(_carry, ("webhooks",), before=_news_told),
    "remind": Story(_remind, ("reminders", "letters")),
    "letters": Story(_letters, ("letters",)),
    "recur": Story(_recur, ("recurring",), before=_two_customers),
    "release": Story(_release, again=_release, before=_batch),
    "statement": Story(_statement, again=_statement),
    **ROOMS,
    **DECLARING,
}
