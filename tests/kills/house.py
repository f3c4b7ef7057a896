"""A small cooperative in the middle of its work: something waits at every door. Made once, copied per run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import QueryDict
from django.test import override_settings

from tests.cluster import Cluster, FreshDatabase, owner_connect, point_django_at
from tests.kills import comparison

if TYPE_CHECKING:
    from core.models import Cooperative

D = Decimal
TODAY = date(2026, 12, 2)
SLICE = 2
"""Workers of one shard in these stories, so that five workers make three."""


@dataclass
class House:
    """One copy of the cooperative: its database, its files, the ids of what waits, and the doors outside."""

    cluster: Cluster
    database: str
    files: Path
    made: dict[str, Any] = field(default_factory=dict)
    before: frozenset[str] = frozenset()

    @property
    def environment(self) -> dict[str, str]:
        """Variables for the product, when it runs on this copy."""
        return {
            **FreshDatabase(self.cluster, self.database).environment,
            "SMART_VAR": str(self.files),
            "SMART_WEBHOOKS_MAY_STAY_HERE": "1",
        }

    @property
    def cooperative(self) -> Cooperative:
        """The Belgian one."""
        from core.models import Cooperative

        return Cooperative.objects.get(slug="be")

    def id(self, name: str) -> UUID:
        """The id of something that waits."""
        return UUID(self.made[name])

    def ask(self, statement: str, *values: Any) -> list[Any]:
        """Ask or tell the database something as its owner: what is committed, in every tenant."""
        owner = owner_connect(self.cluster, self.database)
        try:
            with owner.cursor() as run:
                run.execute(statement, values or None)
                return run.fetchall() if run.description else []
        finally:
            owner.close()

    @contextmanager
    def entered(self) -> Iterator[House]:
        """Make Django of this process, and of those that it forks, live in this copy."""
        from django.db import connections

        from payroll.services import run_work

        size, port = run_work.SHARD, connections.settings["default"]["PORT"]
        point_django_at(self.cluster, self.database)
        _connect_to(urlsplit(self.cluster.server_url).port)
        run_work.SHARD = SLICE
        try:
            with override_settings(
                VAR=self.files,
                MEDIA_ROOT=self.files / "media",
                SIMULATORS=self.files / "simulators",
                STATEMENTS_DIR=str(self.files / "statements"),
                SEAL_ANCHORS=self.files / "anchors",
                EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
                EMAIL_FILE_PATH=str(self.files / "mail"),
                WEBHOOKS_MAY_STAY_HERE=True,
            ):
                (self.files / "simulators").mkdir(parents=True, exist_ok=True)
                yield self
        finally:
            run_work.SHARD = size
            connections.close_all()
            _connect_to(port)
            point_django_at(self.cluster, self.cluster.database)

    def copy(self, name: str) -> House:
        """Another house that is the same to the letter."""
        database, files = f"{self.cluster.database}_{name}", self.cluster.files / name
        self.cluster.copy(database, self.database)
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(self.files, files)
        return replace(self, database=database, files=files)

    def leave(self) -> None:
        """Take the copy away."""
        self.cluster.drop(self.database)
        shutil.rmtree(self.files, ignore_errors=True)

    def traces(self, heard: dict[str, str]) -> comparison.Traces:
        """What a story left here. `heard`: deliveries that the receiver of webhooks got, by their id."""
        owner = owner_connect(self.cluster, self.database)
        letters = dict(comparison.letters(self.files / "mail"))
        try:
            return comparison.traces(
                owner,
                self.files / "media",
                self.before,
                {
                    "the receiver of webhooks": heard.values(),
                    "the mail server": letters.values(),
                    "the social security office": comparison.declarations(
                        self.files / "simulators" / "dimona.sqlite3"
                    ),
                    "the Peppol network": comparison.declarations(
                        self.files / "simulators" / "peppol.sqlite3"
                    ),
                    "who writes to us over the network": comparison.written(
                        self.files / "simulators" / "peppol" / "inbox"
                    ),
                    "the folder of statements": comparison.written(self.files / "statements"),
                },
            )
        finally:
            owner.close()


def _connect_to(port: Any) -> None:
    """The next connection goes to this port: a story may have a server of its own."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections.settings[alias]["PORT"] = port


def build(cluster: Cluster, webhook_url: str) -> House:
    """The house from which the copies are made."""
    house = House(cluster, f"{cluster.database}_house", cluster.files / "house")
    cluster.copy(house.database)
    with house.entered():
        from core.clock import ZONE, set_clock
        from core.models import Cooperative

        be = Cooperative.objects.create(
            id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"]
        )
        set_clock(be, datetime(2026, 12, 2, 11, tzinfo=ZONE))
        house.made = {name: str(value) for name, value in _furnish(be, webhook_url).items()}
    owner = owner_connect(cluster, house.database)
    try:
        house.before = comparison.ids(owner)
    finally:
        owner.close()
    return house


def _furnish(be: Cooperative, webhook_url: str) -> dict[str, Any]:
    from core.exports.services import ask_export
    from core.models import OutboxMessage
    from core.services import create_token
    from core.tenancy import tenant_scope
    from core.webhooks.services import register_endpoint
    from invoicing.enums import MessageKind
    from invoicing.services.messages import write_message
    from members.enums import Role
    from payroll.services.runs import start_run
    from tests.activities.builders import make_activity, make_client, make_draft, make_invoice
    from tests.factories import SYSTEM, actor, load_cooperative, make_person

    with tenant_scope(be):
        load_cooperative()
        clerk, chief = make_person(Role.PAYROLL_ADMIN), make_person(Role.PAYROLL_ADMIN)
        payer, other_payer = (make_person(Role.FINANCE, user=True) for _ in range(2))
        collector = make_person(Role.CREDIT_CONTROLLER, user=True)
        workers = [make_person(user=number == 0) for number in range(5)]
        activities = [make_activity(worker) for worker in workers]
        client = make_client(activities[0])
        for activity in activities:
            make_invoice(activity, client, issued_on=date(2026, 10, 5))
        _work(workers, activities)
        # Everything up to here is over; what follows waits.
        OutboxMessage.objects.filter(state="pending").delete()
        run = start_run(
            month=date(2026, 11, 1),
            on=TODAY,
            at=datetime(2026, 12, 2, 11, tzinfo=_zone()),
            actor=actor(clerk),
        )
        register_endpoint(url=webhook_url, events=["invoice.issued"], actor=SYSTEM)
        draft = make_draft(activities[0], client, delivery_date=date(2026, 12, 1))
        issued = make_invoice(activities[1], client, issued_on=date(2026, 12, 1))
        letter = write_message(
            client=client, kind=MessageKind.REMINDER, subject="Rappel", body="Bonjour.", on=TODAY
        )
        export = ask_export(
            key="invoicing.clients",
            form="csv",
            filters=QueryDict(""),
            user=payer.user,
            language="fr",
            at=datetime(2026, 12, 2, 11, tzinfo=_zone()),
            actor=actor(payer),
        )
        return {
            "member": workers[0].pk,
            "export": export.pk,
            "token": create_token(user=workers[0].user, cooperative=be, name="the member's program"),
            "clerk": clerk.pk,
            "chief": chief.pk,
            "payer": payer.pk,
            "other payer": other_payer.pk,
            "collector": collector.pk,
            "run": run.pk,
            "draft": draft.pk,
            "issued": issued.pk,
            "letter": letter.pk,
            "entity": issued.entity_id,
        }


def _zone() -> Any:
    from core.clock import ZONE

    return ZONE


def _work(workers: list[Any], activities: list[Any]) -> None:
    """One contract of each in November, declared at the office tomorrow, settled after its end."""
    from payroll.services import create_contract, settle_due, submit_contract
    from tests.factories import SYSTEM, actor

    for day, (worker, activity) in enumerate(zip(workers, activities, strict=True), 3):
        contract = create_contract(
            activity_id=activity.pk,
            person_id=worker.pk,
            contract_type="employee",
            starts_on=date(2026, 11, day),
            ends_on=date(2026, 11, day),
            hours=D("7.6"),
            gross=D("250.00"),
            place="Bruxelles",
            actor=actor(worker),
        )
        submit_contract(
            contract_id=contract.pk, on=datetime(2026, 11, 2, 9, tzinfo=_zone()), actor=actor(worker)
        )
    settle_due(on=TODAY, actor=SYSTEM)
