"""The credit controller's desk: late clients by the money at stake, and all that is known of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, DecimalField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from invoicing.collection.behaviour import Behaviour, behaviour_of
from invoicing.collection.ladders import Ladder
from invoicing.collection.models import (
    Charge,
    Contact,
    HandOver,
    HandOverInvoice,
    Pause,
    Plan,
    PlanInvoice,
    PostedLetter,
    WriteDown,
)
from invoicing.collection.selectors.agreements import Progress, progress_of
from invoicing.collection.selectors.debts import OPEN_CHARGE
from invoicing.collection.selectors.reminding import last_reminders, late_invoices
from invoicing.collection.situations import HELD
from invoicing.enums import MessageKind, MessageState
from invoicing.models import Client, ClientMessage, Invoice, Reminder
from invoicing.selectors import OPEN_AMOUNT, named_like
from members.models import Person

_EURO: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True, slots=True)
class LateInvoice:
    """A late invoice with what stands in the way of reminding it, and its next step."""

    invoice: Invoice
    days_late: int
    step: int
    held: str
    charges: Decimal
    written_down: WriteDown | None
    next_step: int | None
    next_on: date | None

    @property
    def owed(self) -> Decimal:
        """What is open on it with its charges, in euro."""
        return self.invoice.open_amount + self.charges


@dataclass(slots=True)
class LateClient:
    """A client with late invoices. Amounts in euro; `at_stake` leaves out what is disputed."""

    client: Client
    at_stake: Decimal
    disputed: Decimal
    count: int
    days_late: int
    invoices: list[LateInvoice] = field(default_factory=list)
    behaviour: Behaviour | None = None
    promise: Contact | None = None
    charges: Decimal = ZERO

    @property
    def step(self) -> int:
        """The highest step that one of its invoices took."""
        return max((row.step for row in self.invoices), default=0)

    @property
    def next_on(self) -> date | None:
        """When its next reminder leaves."""
        return min((row.next_on for row in self.invoices if row.next_on), default=None)

    @property
    def next_step(self) -> int | None:
        """The step of that reminder: the highest of the day."""
        steps = [row.next_step for row in self.invoices if row.next_step and row.next_on == self.next_on]
        return max(steps, default=None)

    @property
    def held_words(self) -> list[tuple[str, Any]]:
        """What stands in the way of reminding some of it, each word once, as badges say it."""
        return [(word, HELD[word]) for word in dict.fromkeys(row.held for row in self.invoices) if word]


def late_with_step(on: date) -> QuerySet[Invoice]:
    """Late invoices with `last_step`, the highest step that was taken (0: none)."""
    last = Reminder.objects.filter(invoice=OuterRef("pk")).order_by("-step").values("step")[:1]
    return late_invoices(on).annotate(last_step=Coalesce(Subquery(last), 0))


def desk(rows: QuerySet[Invoice], *, at_least: Decimal = ZERO) -> QuerySet[Any, Any]:
    """Late invoices summed up per client, the most money at stake first."""
    undisputed, disputed = Q(disputed_on=None), Q(disputed_on__isnull=False)
    zero = Value(ZERO, output_field=_EURO)
    return (
        rows.order_by()
        .values("client_id")
        .annotate(
            at_stake=Coalesce(Sum(OPEN_AMOUNT, filter=undisputed), zero, output_field=_EURO),
            contested=Coalesce(Sum(OPEN_AMOUNT, filter=disputed), zero, output_field=_EURO),
            count=Count("pk"),
            first_due=Min("due_on"),
        )
        .filter(at_stake__gte=at_least)
        .order_by("-at_stake", "-contested", "client_id")
    )


def of_clients_named(rows: QuerySet[Invoice], text: str) -> QuerySet[Invoice]:
    """Those of clients whose name begins with the text."""
    return rows.filter(client__in=named_like(Client.objects.order_by(), text).values("pk"))


def late_clients(
    groups: Sequence[Mapping[str, Any]], ladders: Mapping[str, Ladder], on: date
) -> list[LateClient]:
    """The clients of a page of `desk` with all that the page shows, in a number of queries that does not
    grow with them.
    """
    ids = [group["client_id"] for group in groups]
    clients = Client.objects.in_bulk(ids)
    found = {
        group["client_id"]: LateClient(
            client=clients[group["client_id"]],
            at_stake=group["at_stake"],
            disputed=group["contested"],
            count=group["count"],
            days_late=(on - group["first_due"]).days,
        )
        for group in groups
    }
    for row in late_of(ids, ladders, on):
        found[row.invoice.client_id].invoices.append(row)
    behaviours = behaviour_of(ids)
    for contact in promises_of(ids, on):
        found[contact.client_id].promise = contact
    for client_id, entry in found.items():
        entry.behaviour = behaviours.get(client_id)
        entry.charges = sum((row.charges for row in entry.invoices), ZERO)
    return list(found.values())


def late_of(clients: Iterable[UUID], ladders: Mapping[str, Ladder], on: date) -> list[LateInvoice]:
    """What clients have late, the earliest due first, in six queries."""
    invoices = list(
        late_invoices(on)
        .filter(client__in=list(clients))
        .select_related("client", "activity", "entity")
        .order_by("due_on", "pk")
    )
    ids = [invoice.pk for invoice in invoices]
    last = last_reminders(ids)
    charges = dict(
        Charge.objects.filter(invoice__in=ids)
        .order_by()
        .values("invoice_id")
        .annotate(left=Sum(OPEN_CHARGE))
        .values_list("invoice_id", "left")
    )
    downs = {row.invoice_id: row for row in WriteDown.objects.filter(invoice__in=ids, ended_on=None)}
    held = _held(ids, downs, on)
    rows = []
    for invoice in invoices:
        taken = last.get(invoice.pk)
        why = "disputed" if invoice.disputed_on else held.get(invoice.pk, "")
        rung = None if why else ladders[invoice.client.kind].after(taken.step if taken else 0)
        due_on = invoice.due_on or on
        next_on = due_on + timedelta(days=rung.days_late) if rung else None
        if rung and next_on and taken:
            next_on = max(next_on, taken.sent_on + timedelta(days=rung.waits))
        rows.append(
            LateInvoice(
                invoice=invoice,
                days_late=invoice.days_late(on),
                step=taken.step if taken else 0,
                held=why,
                charges=charges.get(invoice.pk, ZERO),
                written_down=downs.get(invoice.pk),
                next_step=rung.step if rung else None,
                next_on=max(next_on, on) if next_on else None,
            )
        )
    return rows


def _held(ids: Sequence[UUID], downs: Mapping[UUID, WriteDown], on: date) -> dict[UUID, str]:
    """Per invoice the word for what keeps it from being reminded."""
    paused = Pause.objects.filter(invoice__in=ids, ended_on=None, until__gte=on)
    planned = PlanInvoice.objects.filter(invoice__in=ids, active=True)
    given = HandOverInvoice.objects.filter(invoice__in=ids, active=True)
    found: dict[UUID, str] = dict.fromkeys(paused.values_list("invoice_id", flat=True), "paused")
    found |= {key: "lost" for key, row in downs.items() if row.state == "lost"}
    found |= dict.fromkeys(given.values_list("invoice_id", flat=True), "handed_over")
    return found | dict.fromkeys(planned.values_list("invoice_id", flat=True), "planned")


def promises_of(clients: Iterable[UUID], on: date) -> QuerySet[Contact]:
    """The latest promise of each client that is not long past."""
    rows = Contact.objects.filter(client__in=list(clients), promised_on__gte=on - timedelta(days=14))
    return rows.order_by("client_id", "-pk").distinct("client_id")


def contacts_of(client: Client) -> QuerySet[Contact]:
    """What was said with a client, newest first; with those that became part of it, too."""
    return Contact.objects.filter(Q(client=client) | Q(client__merged_into=client)).order_by("-pk")


def plans_of(client: Client) -> list[tuple[Plan, Progress]]:
    """Payment plans of a client with where they stand, newest first."""
    rows = list(Plan.objects.filter(client=client).order_by("-pk")[:10])
    progress = progress_of(rows)
    return [(plan, progress[plan.pk]) for plan in rows]


def files_of(client: Client) -> QuerySet[HandOver]:
    """Files of a client that were given away, newest first."""
    return HandOver.objects.filter(client=client).order_by("-pk")


def charges_of_client(client: Client) -> QuerySet[Charge]:
    """Charges claimed from a client, newest first."""
    return Charge.objects.filter(client=client).select_related("invoice").order_by("-pk")


def letters_to_post(client: Client) -> QuerySet[ClientMessage]:
    """Reminders to a client without address that nobody posted yet."""
    posted = PostedLetter.objects.filter(message=OuterRef("pk"))
    rows = ClientMessage.objects.filter(
        ~Exists(posted), client=client, kind=MessageKind.REMINDER, state=MessageState.NO_ADDRESS
    )
    return rows.order_by("pk")


def proposals() -> QuerySet[WriteDown]:
    """Write-downs that wait for a second person."""
    rows = WriteDown.objects.filter(ended_on=None).exclude(wanted=F("state"))
    return rows.select_related("invoice__client").order_by("pk")


def advisers_with_late(on: date) -> QuerySet[Person]:
    """Advisers of Activities with late invoices, for the filter."""
    rows = late_invoices(on).filter(activity__adviser__isnull=False)
    return Person.objects.filter(pk__in=rows.values("activity__adviser")).order_by("search_key", "pk")
