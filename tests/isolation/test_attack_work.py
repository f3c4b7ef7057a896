"""Work behind the pages with somebody else's rows: tasks, news, and what other people's programs are told.

Every registered task and every listener stands in a table here; a new one fails until it has its row.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from celery.signals import before_task_publish
from django.core import mail
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction

from core import registry
from core.embedded.provisioning import replace_database
from core.errors import DomainError
from core.models import OutboxMessage
from core.outbox import deliver, relay_once
from core.tasks import relay_all
from core.tenancy import tenant_scope
from core.webhooks.carrying import carry_due
from core.webhooks.models import WebhookDelivery, WebhookEndpoint
from core.webhooks.services import record_outcome, replay
from invoicing.recurring.models import Occurrence
from invoicing.timesheets.models import SheetAnswer
from invoicing.vatreturns.types import OWN as RETURN
from smart import celery_app
from tests.cluster import Cluster, own_copy
from tests.isolation.town_fixture import Pair
from tests.isolation.towns import SYSTEM, Town
from tests.isolation.world import TENANT_MODELS
from tests.kills.broker import know_tasks
from tests.webhooks.test_webhooks import Receiver, listening

EVERYWHERE: tuple[str, ...] = ()
"""It asks each cooperative in turn, and takes nothing."""
OF_ONE = ("cooperative",)
"""It works for the cooperative that it is given."""
OF_THE_HOUSE = ("queue",)
"""It knows no cooperative: a sign of life."""

TASKS: dict[str, tuple[str, ...]] = {
    "core.check_files_everywhere": EVERYWHERE,
    "dues.raise": OF_ONE,
    "dues.raise_everywhere": EVERYWHERE,
    "core.check_files_of": OF_ONE,
    "core.deliver_message": ("cooperative", "message", "attempt"),
    "core.pulse": OF_THE_HOUSE,
    "core.render_documents": ("cooperative", "count"),
    "core.sweep_documents": EVERYWHERE,
    "einvoicing.carry_due": OF_ONE,
    "einvoicing.carry_everywhere": EVERYWHERE,
    "einvoicing.settle_letters": OF_ONE,
    "exports.make": OF_ONE,
    "exports.sweep": EVERYWHERE,
    "cdi.follow": ("cooperative", "open_ended"),
    "cdi.follow_everywhere": EVERYWHERE,
    "collection.follow": OF_ONE,
    "collection.follow_everywhere": EVERYWHERE,
    "collection.remind": OF_ONE,
    "collection.remind_everywhere": EVERYWHERE,
    "invoicing.send_everywhere": EVERYWHERE,
    "invoicing.send_messages": OF_ONE,
    "ledger.check_books_of": OF_ONE,
    "ledger.check_everywhere": EVERYWHERE,
    "ledger.seal": OF_ONE,
    "ledger.seal_everywhere": EVERYWHERE,
    "notices.send": OF_ONE,
    "notices.send_everywhere": EVERYWHERE,
    "abroad.carry": ("cooperative", "a1_request"),
    "abroad.sweep": EVERYWHERE,
    "balances.find": OF_ONE,
    "balances.find_everywhere": EVERYWHERE,
    "payroll.remind_unsigned": EVERYWHERE,
    "payroll.compare_declarations": OF_ONE,
    "payroll.compare_everywhere": EVERYWHERE,
    "payroll.send_declaration": ("cooperative", "declaration"),
    "payroll.send_declarations": ("cooperative", "declarations"),
    "payroll.settle_all": EVERYWHERE,
    "payroll.settle_cooperative": OF_ONE,
    "payroll.sweep_declarations": EVERYWHERE,
    "payroll.sweep_runs": EVERYWHERE,
    "payroll.work_run": ("cooperative", "run"),
    "privacy.retain": OF_ONE,
    "privacy.retain_everywhere": EVERYWHERE,
    "purchases.answer": OF_ONE,
    "purchases.fetch": OF_ONE,
    "purchases.fetch_everywhere": EVERYWHERE,
    "recurring.run": OF_ONE,
    "recurring.run_everywhere": EVERYWHERE,
    "portal.group": OF_ONE,
    "portal.group_everywhere": EVERYWHERE,
    "portal.send_everywhere": EVERYWHERE,
    "portal.send_links": OF_ONE,
    "quotes.follow": OF_ONE,
    "quotes.follow_everywhere": EVERYWHERE,
    "registers.carry": OF_ONE,
    "registers.carry_everywhere": EVERYWHERE,
    "registers.recheck": OF_ONE,
    "registers.recheck_everywhere": EVERYWHERE,
    "treasury.propose": OF_ONE,
    "treasury.propose_everywhere": EVERYWHERE,
    "treasury.watch": OF_ONE,
    "treasury.watch_everywhere": EVERYWHERE,
    "returns.carry": ("cooperative", "public_return"),
    "returns.end_contracts": OF_ONE,
    "returns.end_contracts_everywhere": EVERYWHERE,
    "returns.papers": ("cooperative", "slips_return"),
    "returns.sweep": EVERYWHERE,
    "returns.work": ("cooperative", "begun_return"),
    "vatreturns.carry": ("cooperative", "vat_return"),
    "vatreturns.carry_everywhere": EVERYWHERE,
    "webhooks.carry": OF_ONE,
    "workers.sweep_certificates": EVERYWHERE,
    "workers.write_certificates": OF_ONE,
    "webhooks.carry_everywhere": EVERYWHERE,
}
"""Every task with what its arguments are: a kind of `Town.things`, several of a kind, or a plain number."""

NUMBERS = {"attempt": 1, "count": 5}
SEVERAL = {"declarations": "declaration"}

RINGS = {"payroll.send_declarations": "payroll.send_declaration"}
"""Tasks that write nothing themselves, and the task for which they ring for each row that they are given."""

READS, TELLS = "reads the row", "tells what it was told"
LISTENERS = {
    "core.search.services.reindex_subject": READS,
    "core.webhooks.services.tell": TELLS,
    "invoicing.einvoicing.notices.tell_rejected": READS,
    "invoicing.einvoicing.services.sending.send_at_issue": READS,
    "invoicing.einvoicing.services.sending.send_credit_note": READS,
    "invoicing.timesheets.services.invoice_credited": READS,
    "invoicing.timesheets.notices.tell_answer": READS,
    "invoicing.recurring.notices.tell": READS,
    "invoicing.quotes.notices.tell_answer": READS,
    "invoicing.quotes.services.parts.invoice_credited": READS,
    "members.notices.listeners._person_updated": READS,
    "members.notices.listeners._role.<locals>.tell": READS,
    "members.notices.listeners._webhook_failing": READS,
    "invoicing.collection.listeners.invoice_moved": READS,
    "invoicing.collection.notices.given_up": READS,
    "invoicing.collection.notices.handed_over": READS,
    "invoicing.collection.notices.plan_agreed": READS,
    "invoicing.purchases.handlers.payout_paid": READS,
    "invoicing.purchases.handlers.payout_returned": READS,
    "invoicing.registers.listeners.client_changed": READS,
    "invoicing.vatreturns.handlers.on_payout_paid": READS,
    "payroll.abroad.listeners.contract_moved": READS,
    "payroll.notices.contract_waits": READS,
    "payroll.unemployment.listeners.absence_moved": READS,
    "payroll.workers.listeners.holidays_paid": READS,
    "payroll.deductions.listeners.advance_asked": READS,
    "payroll.deductions.listeners.advance_decided": READS,
    "payroll.deductions.listeners.creditor_paid_back": READS,
    "payroll.handlers.quota_exceeded": READS,
    "payroll.handlers.wage_paid": READS,
    "payroll.handlers.wage_returned": READS,
}
"""Every listener with what it makes of the key in the news."""


@dataclass
class Neighbours:
    """Belgium and France, alike, each with work waiting; who listens to each; the superuser's eyes."""

    be: Town
    fr: Town
    heard: dict[int, Receiver]
    opened: Any

    def rows(self, tenant: int) -> dict[str, list[str]]:
        """Everything that a cooperative has, by table."""
        found = {}
        with self.opened.cursor() as cursor:
            for model in TENANT_MODELS:
                table = model._meta.db_table
                cursor.execute(f"SELECT t::text FROM {table} AS t WHERE tenant_id = %s ORDER BY 1", [tenant])
                found[table] = [text for (text,) in cursor.fetchall()]
        return found


@pytest.fixture(scope="module")
def receivers() -> Iterator[dict[int, Receiver]]:
    """A program that listens for each cooperative."""
    with listening() as first, listening() as second:
        yield {1: first, 2: second}


@pytest.fixture
def neighbours(
    pair: Pair,
    cluster: Cluster,
    receivers: dict[int, Receiver],
    settings: Any,
    django_db_blocker: Any,
) -> Iterator[Neighbours]:
    """Copied anew for each test: work is there to be done."""
    settings.WEBHOOKS_MAY_STAY_HERE = True
    with own_copy(cluster, django_db_blocker, "neighbours", pair.template) as name:
        opened = psycopg2.connect(replace_database(cluster.server_url, name))
        opened.autocommit = True
        be, fr = pair.towns()
        for receiver, town in zip(receivers.values(), (be, fr), strict=True):
            receiver.heard.clear()
            with tenant_scope(town.cooperative):
                WebhookEndpoint.objects.update(url=receiver.url)
        yield Neighbours(be, fr, receivers, opened)
        opened.close()


@contextmanager
def rings() -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """Tasks that are sent meanwhile, with their arguments."""
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def note(sender: Any = None, body: Any = None, **_: Any) -> None:
        sent.append((str(sender), tuple(body[0])))

    before_task_publish.connect(note)
    try:
        yield sent
    finally:
        before_task_publish.disconnect(note)


@contextmanager
def by_name() -> Iterator[None]:
    """Quiet, or refused by the name of what is not there."""
    try:
        yield
    except ObjectDoesNotExist:
        pass
    except DomainError as refusal:
        if refusal.kind != "not_found":
            raise


def told_of_payments(town: Town) -> list[dict[str, Any]]:
    """What news of a town's payments, answers and occurrences says, of each sort of source."""
    with tenant_scope(town.cooperative):
        more = {
            "on": "2026-11-20",
            "answer": str(SheetAnswer.objects.get().pk),
            "occurrence": str(Occurrence.objects.get().pk),
            "delivery": str(town.things["sending"]),
            "contract_id": str(town.things["contract"]),
            "cause": "economic",
            "days": [["2026-11-20", "7.60"]],
        }
    sources = {"payroll.payitem": "pay_item", "purchases.purchase": "purchase", RETURN: "vat_return"}
    return [
        more | {"source_type": source, "source_id": str(town.things[kind])}
        for source, kind in sources.items()
    ]


def registered() -> dict[str, Any]:
    """Tasks of the product by name."""
    know_tasks()
    return {name: task for name, task in celery_app.tasks.items() if not name.startswith("celery.")}


def listeners() -> dict[str, list[tuple[str, Callable[..., None]]]]:
    """Listeners by name, with the topics that they hear."""
    found: dict[str, list[tuple[str, Callable[..., None]]]] = {}
    for topic, several in registry._all.handlers.items():
        for listener in several:
            found.setdefault(f"{listener.__module__}.{listener.__qualname__}", []).append((topic, listener))
    return found


# --- tasks -----------------------------------------------------------------------------------------------


def test_every_task_is_in_the_table() -> None:
    assert set(registered()) == set(TASKS)


def test_a_task_takes_what_the_table_says() -> None:
    """A kind of row has a name of its own; the cooperative comes first, so that nothing runs without one."""
    for name, task in registered().items():
        taken = [given for given in inspect.signature(task.run).parameters if given != "self"]
        assert len(taken) == len(TASKS[name]), name
        first = {(): [], ("cooperative",): ["cooperative_id"], ("queue",): ["queue"]}
        assert taken[:1] == first[TASKS[name][:1]], name


def given_to(name: str, town: Town) -> list[Any]:
    """What a task is given after its cooperative, with the rows of a town."""
    return [
        [str(town.things[SEVERAL[kind]])] if kind in SEVERAL else NUMBERS.get(kind) or str(town.things[kind])
        for kind in TASKS[name][1:]
    ]


WITH_A_ROW = [name for name, row in TASKS.items() if set(row[1:]) - set(NUMBERS)]


@pytest.mark.parametrize("name", WITH_A_ROW)
def test_a_task_with_another_cooperatives_row_does_nothing(neighbours: Neighbours, name: str) -> None:
    given = given_to(name, neighbours.be)
    relay_once(neighbours.be.cooperative)  # the news is handed over: a worker could take it now
    before = {tenant: neighbours.rows(tenant) for tenant in (1, 2)}

    with rings() as sent, by_name():
        registered()[name](2, *given)

    assert {tenant: neighbours.rows(tenant) for tenant in (1, 2)} == before
    assert sent == []
    assert mail.outbox == []
    assert [receiver.heard for receiver in neighbours.heard.values()] == [[], []]

    # With the row of its own cooperative it has something to do: the silence above means something.
    with rings() as sent:
        registered()[name](1, *given)
    if name in RINGS:
        assert sent == [(RINGS[name], (1, key)) for key in given[0]]
    else:
        assert neighbours.rows(1) != before[1]
    assert neighbours.rows(2) == before[2]


@pytest.mark.parametrize("name", [name for name, row in TASKS.items() if row[:1] == OF_ONE])
def test_a_task_leaves_the_other_cooperative_alone(neighbours: Neighbours, name: str) -> None:
    """For France, while the same work waits in Belgium: Belgium stays as it is, and nothing of it leaves."""
    before = neighbours.rows(1)
    given = given_to(name, neighbours.fr)

    with rings() as sent:
        registered()[name](2, *given)

    assert neighbours.rows(1) == before
    assert {arguments[0] for _, arguments in sent} <= {2}
    assert neighbours.heard[1].heard == []
    assert "Vanbelgenland" not in "".join(str(letter.message()) for letter in mail.outbox)


def test_sweeps_ring_for_each_cooperative_with_its_own_rows(neighbours: Neighbours) -> None:
    """One after the other: a sweep does nothing itself."""
    with rings() as sent:
        for name, row in TASKS.items():
            if row == EVERYWHERE:
                registered()[name]()

    assert sent
    for task, arguments in sent:
        town = neighbours.be if arguments[0] == 1 else neighbours.fr
        for kind, given in zip(TASKS[task][1:], arguments[1:], strict=False):
            if kind not in NUMBERS:
                assert any(
                    given in text for rows in neighbours.rows(town.cooperative.pk).values() for text in rows
                )
                other = neighbours.rows(3 - town.cooperative.pk)
                assert not any(given in text for rows in other.values() for text in rows)


# --- news ------------------------------------------------------------------------------------------------


def test_every_listener_is_in_the_table() -> None:
    assert set(listeners()) == set(LISTENERS)


def test_listeners_with_another_cooperatives_row_do_nothing(neighbours: Neighbours) -> None:
    """One after the other: each leaves everything as it is, so that the next finds the same."""
    with tenant_scope(neighbours.be.cooperative):
        news = list(OutboxMessage.objects.values_list("topic", "subject_type", "subject_id", "payload"))
    told_of = told_of_payments(neighbours.be)
    before = {tenant: neighbours.rows(tenant) for tenant in (1, 2)}
    for name in (name for name, makes in LISTENERS.items() if makes == READS):
        assert _told(neighbours, name, news, told_of), name
        assert {tenant: neighbours.rows(tenant) for tenant in (1, 2)} == before, name


def _told(neighbours: Neighbours, name: str, news: list[Any], told_of: list[dict[str, Any]]) -> int:
    """How often a listener of France was told of things of Belgium."""
    tried = 0
    for topic, listener in listeners()[name]:
        told = [row for row in news if row[0] == topic] or [
            (topic, "x", key, payload) for key in set(neighbours.be.things.values()) for payload in told_of
        ]
        with tenant_scope(neighbours.fr.cooperative):
            for _, subject_type, subject_id, payload in told:
                message = registry.Message(
                    neighbours.be.things["message"], topic, subject_type, subject_id, payload
                )
                with by_name(), transaction.atomic():
                    listener(message)
                tried += 1
    return tried


def test_news_is_carried_inside_its_cooperative(neighbours: Neighbours) -> None:
    """All news of both is told: each cooperative's programs hear of its own things and of no others."""
    with rings() as sent:
        while relay_all():
            while sent:
                task, arguments = sent.pop()
                assert arguments[0] in (1, 2)
                if task == "core.deliver_message":
                    registered()[task](*arguments)
    for town in (neighbours.be, neighbours.fr):
        while carry_due(town.cooperative):
            pass

    everything = {tenant: str(neighbours.rows(tenant)) for tenant in (1, 2)}
    for tenant, town in ((1, neighbours.be), (2, neighbours.fr)):
        bodies = [json.loads(body) for _, body in neighbours.heard[tenant].heard]
        assert len(bodies) >= 5
        assert {body["cooperative"] for body in bodies} == {town.cooperative.slug}
        for body in bodies:
            key = body["data"]["id"]
            assert key in everything[tenant], body
            assert key not in everything[3 - tenant], body


def test_anothers_message_cannot_be_delivered(neighbours: Neighbours) -> None:
    """By its key and its very attempt: the row is not there, and stays waiting for its own worker."""
    ((key, attempt), *_) = relay_once(neighbours.be.cooperative)
    before = {tenant: neighbours.rows(tenant) for tenant in (1, 2)}

    deliver(neighbours.fr.cooperative, key, attempt)

    assert {tenant: neighbours.rows(tenant) for tenant in (1, 2)} == before


def test_anothers_delivery_is_neither_recorded_nor_sent_again(neighbours: Neighbours) -> None:
    be = neighbours.be.things
    before = {tenant: neighbours.rows(tenant) for tenant in (1, 2)}

    with tenant_scope(neighbours.fr.cooperative):
        record_outcome(delivery_id=be["delivery"], attempt=0, status=200)
        record_outcome(delivery_id=be["delivery"], attempt=1, status=200)
    with pytest.raises(DomainError), tenant_scope(neighbours.fr.cooperative):
        replay(endpoint_id=be["endpoint"], delivery_id=be["delivery"], actor=SYSTEM)
    assert {tenant: neighbours.rows(tenant) for tenant in (1, 2)} == before

    with tenant_scope(neighbours.fr.cooperative):  # through an endpoint of one's own
        count = replay(endpoint_id=neighbours.fr.things["endpoint"], delivery_id=be["delivery"], actor=SYSTEM)
    assert count == 0
    assert neighbours.rows(1) == before[1]


def test_a_delivery_cannot_be_hung_on_anothers_endpoint(neighbours: Neighbours) -> None:
    with pytest.raises(DatabaseError, match="foreign key"), tenant_scope(neighbours.fr.cooperative):
        WebhookDelivery.objects.create(
            endpoint_id=neighbours.be.things["endpoint"], event="x", subject_id=neighbours.fr.things["person"]
        )
    assert neighbours.fr.count(WebhookDelivery) == 1
