"""The same small cooperative in any tenant, made by services, with work of every sort waiting in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from core.clock import ZONE
from core.models import Cooperative, DocumentJob, OutboxMessage, PolicyRate
from core.reference import published
from core.registry import loaders
from core.tenancy import tenant_scope
from core.types import Actor
from members.enums import Role
from members.models import Person
from tests.factories import actor, make_person

SYSTEM = Actor.system("town")


@dataclass
class Town:
    """A cooperative, people by what they are in it, and the keys of its things by kind."""

    cooperative: Cooperative
    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, UUID] = field(default_factory=dict)

    def count(self, model: type[Any]) -> int:
        """Rows of a table."""
        with tenant_scope(self.cooperative):
            return int(model.objects.count())


def make_town(key: int, slug: str, *, name: str, hook: str = "https://hook.example/") -> Town:
    """Belgian rules whatever the slug, so that both towns are built alike; every client is called `name`."""
    town = Town(Cooperative.objects.create(id=key, slug=slug, name=slug, country="BE", languages=["fr"]))
    with tenant_scope(town.cooperative):
        load_belgian_rules()
        _people(town, name)
        _business(town, name)
        _pay(town)
        _rooms(town)
        _tax(town)
        _programs(town, hook)
    return town


def load_belgian_rules() -> None:
    """What Belgium publishes, in the cooperative at hand, whatever it is called."""
    file = published("be")
    PolicyRate.objects.bulk_create([PolicyRate(**policy) for policy in file["policies"]])
    for loader in loaders():
        loader(file)


def _people(town: Town, name: str) -> None:
    adviser = make_person(Role.ADVISER, user=True, last_name=name)
    town.people = {
        "adviser": adviser,
        "member": make_person(user=True, last_name=name, adviser=adviser),
        "other": make_person(user=True, last_name=name),
        "clerk": make_person(Role.PAYROLL_ADMIN, user=True, last_name=name),
        "staff": make_person(*Role, user=True, last_name=name),
    }
    town.things["person"] = town.people["member"].pk


def _business(town: Town, name: str) -> None:
    from activities.services import submit_expense
    from core.documents import request_document
    from core.files import store_file
    from invoicing.models import ClientMessage, IssuedDocument
    from invoicing.services import send_invoice
    from ledger.models import JournalEntry
    from tests.activities.builders import PDF, make_activity, make_client, make_draft, make_invoice

    member = town.people["member"]
    activity = make_activity(member, name=f"Atelier {name}")
    firm = make_client(activity, name=f"Théâtre {name}")
    invoice = make_invoice(activity, firm)
    send_invoice(invoice_id=invoice.pk, on=date(2026, 11, 2), actor=actor(member), channel="email")
    document = IssuedDocument.objects.get(invoice=invoice)
    receipt = store_file(PDF, name=f"{name}.pdf", content_type="application/pdf")
    expense = submit_expense(
        activity_id=activity.pk, person=member, category="travel", amount_incl_vat=Decimal("12.40"),
        vat_amount=Decimal(0), incurred_on=date(2026, 11, 2), text=f"Train {name}", actor=actor(member),
        today=date(2026, 11, 2), receipt=receipt,
    )  # fmt: skip
    town.things |= {
        "activity": activity.pk,
        "client": firm.pk,
        "invoice": invoice.pk,
        "draft": make_draft(activity, firm).pk,
        "document": document.pk,
        "letter": ClientMessage.objects.get().pk,
        "expense": expense.pk,
        "file": receipt.pk,
        "job": request_document("invoice_ubl", document.pk).pk,
        "entry": JournalEntry.objects.order_by("pk")[0].pk,
    }


def _pay(town: Town) -> None:
    from payroll.models import Declaration, PayItem
    from payroll.services import create_contract, settle_due, submit_contract
    from payroll.services.runs import start_run
    from tests.activities.builders import fund
    from tests.payroll.declaration_matters import matters_of
    from tests.payroll.returns.matters import returns_of

    member = town.people["member"]
    from activities.models import Activity

    activity = Activity.objects.get(pk=town.things["activity"])
    fund(activity, "5000.00")
    for first, submitted in ((date(2026, 11, 4), 2), (date(2026, 11, 10), 9)):
        contract = create_contract(
            activity_id=activity.pk, person_id=member.pk, contract_type="employee", starts_on=first,
            ends_on=first, hours=Decimal("7.6"), gross=Decimal("200.00"), description="Affiche",
            place="Bruxelles", actor=actor(member),
        )  # fmt: skip
        moment = datetime(2026, 11, submitted, 9, tzinfo=ZONE)
        submit_contract(contract_id=contract.pk, on=moment, actor=actor(member))
        if submitted == 2:
            settle_due(on=date(2026, 11, 5), actor=SYSTEM)
    run = start_run(
        month=date(2026, 11, 1), on=date(2026, 12, 2), at=datetime(2026, 12, 2, 9, tzinfo=ZONE),
        actor=actor(town.people["clerk"]),
    )  # fmt: skip
    clerk, staff = actor(town.people["clerk"]), actor(town.people["staff"])
    town.things |= returns_of(member, clerk, staff)
    town.things |= {
        "contract": contract.pk,
        "declaration": Declaration.objects.order_by("pk")[0].pk,
        **matters_of(Declaration.objects.order_by("pk")[0].pk),
        "pay_item": PayItem.objects.order_by("pk")[0].pk,
        "run": run.pk,
    }


def _rooms(town: Town) -> None:
    from activities.models import Activity
    from core.files import store_file
    from invoicing.einvoicing.services import send_document
    from invoicing.models import Client
    from invoicing.services import add_contact, attach_file
    from tests.activities.builders import PDF
    from tests.isolation.rooms import refused_sheet, things_of_rooms

    activity = Activity.objects.get(pk=town.things["activity"])
    firm = Client.objects.get(pk=town.things["client"])
    holder = actor(town.people["member"])
    plan = store_file(PDF + b" ", name="plan.pdf", content_type="application/pdf")
    town.things |= things_of_rooms(activity, firm)
    town.things |= {
        "refused_sheet": refused_sheet(activity),
        "contact": add_contact(client_id=firm.pk, name="Ada", actor=holder).pk,
        "attachment": attach_file(invoice_id=town.things["draft"], file=plan, actor=holder).pk,
        "sending": send_document(
            document_id=town.things["document"], on=date(2026, 11, 2), actor=holder, channel="paper"
        ).pk,
    }


def _tax(town: Town) -> None:
    from invoicing.vatreturns import services
    from invoicing.vatreturns.enums import Paper
    from invoicing.vatreturns.periods import parse_period
    from ledger.selectors import entity_by_code

    clerk, staff, today = actor(town.people["clerk"]), actor(town.people["staff"]), date(2026, 12, 3)
    row = services.prepare_return(
        entity=entity_by_code("PA"),
        paper=Paper.RETURN,
        period=parse_period("2026-11"),
        today=today,
        actor=clerk,
    )
    services.approve_return(vat_return_id=row.pk, today=today, actor=staff)
    services.submit_return(vat_return_id=row.pk, on=today, actor=staff)
    town.things["vat_return"] = row.pk


def _programs(town: Town, hook: str) -> None:
    from core.exports.services import ask_export
    from core.webhooks.services import register_endpoint
    from core.webhooks.services import send_test as test_endpoint

    member = town.people["member"]
    assert member.user is not None
    export = ask_export(
        key="invoicing.clients", form="csv", filters=QueryDict(), user=member.user, language="fr",
        at=timezone.now(), actor=actor(member),
    )  # fmt: skip
    endpoint, _secret = register_endpoint(url=hook, events=["*"], actor=SYSTEM)
    town.things |= {
        "list_export": export.pk,
        "endpoint": endpoint.pk,
        "delivery": test_endpoint(endpoint_id=endpoint.pk, actor=SYSTEM).pk,
        "message": OutboxMessage.objects.order_by("pk")[0].pk,
    }
    assert DocumentJob.objects.exists()
