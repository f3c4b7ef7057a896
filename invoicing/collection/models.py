"""What is done about invoices that are not paid: charges, pauses, disputes, plans, files given up."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from invoicing.collection.enums import (
    AgentKind,
    ChargeKind,
    ContactKind,
    DisputeReason,
    DisputeState,
    HandOverState,
    PlanState,
    WriteDownState,
)
from invoicing.models import Client, ClientMessage, Invoice


class Charge(TenantModel):
    """What was claimed on an invoice for its lateness and posted `Dr 400 / Cr 7560 [guarantee]`, in euro.

    `basis`: lines with dates, days, base, rate and source, as claimed; they never change. `until`: the last
    day that interest was counted for. What is left of it on 400 is amount − paid − waived. `given_back`: what
    of the paid part became the client's credit on its invoice. Touches no budget and no levy.
    """

    invoice = TenantForeignKey(Invoice, db_index=False)
    client = TenantForeignKey(Client)
    kind = models.CharField(max_length=10, choices=ChargeKind.choices)
    amount = MoneyField()
    claimed_on = models.DateField()
    until = models.DateField(null=True)
    basis = models.JSONField(default=list)
    law = models.CharField(max_length=200)
    paid = MoneyField(default=ZERO)
    paid_on = models.DateField(null=True)
    waived = MoneyField(default=ZERO)
    waived_on = models.DateField(null=True)
    waiver_reason = models.CharField(max_length=300, blank=True)
    given_back = MoneyField(default=ZERO)
    given_back_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="collection_charge_positive"),
            models.CheckConstraint(
                condition=Q(
                    paid__gte=0, waived__gte=0, given_back__gte=0, paid__lte=F("amount") - F("waived")
                ),
                name="collection_charge_settled",
            ),
            models.UniqueConstraint(
                fields=["tenant", "invoice"],
                condition=Q(kind="indemnity", waived_on__isnull=True),
                name="collection_charge_one_indemnity",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "invoice"], name="collection_charge_invoice"),
            models.Index(fields=["tenant", "client", "-id"], name="collection_charge_client"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def open_amount(self) -> Decimal:
        """What the client still owes of it."""
        return self.amount - self.paid - self.waived


class Pause(TenantModel):
    """No reminder of an invoice up to and including `until`, unless ended before."""

    invoice = TenantForeignKey(Invoice, db_index=False)
    from_day = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=300)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "invoice"],
                condition=Q(ended_on__isnull=True),
                name="collection_pause_one",
            ),
        )
        indexes = (models.Index(fields=["tenant", "invoice"], name="collection_pause_invoice"),)

    def __str__(self) -> str:
        return f"{self.invoice_id} until {self.until}"


class Dispute(TenantModel):
    """The client contests an invoice; `Invoice.disputed_on` says so for every reader while it is open.

    `follow_up_on`: when somebody looks at it again.
    """

    invoice = TenantForeignKey(Invoice, db_index=False)
    state = models.CharField(max_length=12, choices=DisputeState.choices, default=DisputeState.OPEN)
    reason = models.CharField(max_length=12, choices=DisputeReason.choices, default=DisputeReason.OTHER)
    text = models.CharField(max_length=300, blank=True)
    opened_on = models.DateField()
    follow_up_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "invoice"],
                condition=Q(closed_on__isnull=True),
                name="collection_dispute_one",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "invoice"], name="collection_dispute_invoice"),
            models.Index(
                fields=["tenant", "follow_up_on"],
                condition=Q(closed_on__isnull=True),
                name="collection_dispute_follow",
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state}"


class Plan(TenantModel):
    """A client pays by instalments what it owed on the day of the agreement (`total`, in euro, charges in).

    `interest_free`: a plan that is kept costs no interest for its time; one that breaks costs as if it had
    never been. Instalments are matched in order by whatever came in since: no row says which euro paid what.
    """

    client = TenantForeignKey(Client, db_index=False)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.ACTIVE)
    agreed_on = models.DateField()
    total = MoneyField()
    interest_free = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(total__gt=0), name="collection_plan_positive"),)
        indexes = (
            models.Index(fields=["tenant", "client", "-id"], name="collection_plan_client"),
            models.Index(fields=["tenant", "id"], condition=Q(state="active"), name="collection_plan_active"),
        )

    def __str__(self) -> str:
        return f"plan of {self.total}"


class PlanInvoice(TenantModel):
    """An invoice that a plan covers: `owed` on the day of the agreement, its charges in, in euro."""

    plan = TenantForeignKey(Plan, related_name="invoices")
    invoice = TenantForeignKey(Invoice, db_index=False)
    owed = MoneyField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "invoice"], condition=Q(active=True), name="collection_plan_one"
            ),
        )
        indexes = (models.Index(fields=["tenant", "invoice"], name="collection_planinvoice_of"),)

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.owed}"


class Instalment(TenantModel):
    """A part of a plan and its day. Append-only."""

    append_only = True

    plan = TenantForeignKey(Plan, related_name="instalments", db_index=False)
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = MoneyField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "plan", "position"], name="collection_instalment_place"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="collection_instalment_positive"),
        )

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"


class HandOver(TenantModel):
    """A client's invoices given to a collector or a lawyer, under the house's own `reference`."""

    client = TenantForeignKey(Client, db_index=False)
    kind = models.CharField(max_length=10, choices=AgentKind.choices)
    agent = models.CharField(max_length=120)
    reference = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=HandOverState.choices, default=HandOverState.OPEN)
    handed_on = models.DateField()
    ended_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "reference"], name="collection_handover_reference"),
        )
        indexes = (
            models.Index(fields=["tenant", "client", "-id"], name="collection_handover_client"),
            models.Index(fields=["tenant", "id"], condition=Q(state="open"), name="collection_handover_open"),
        )

    def __str__(self) -> str:
        return self.reference


class HandOverInvoice(TenantModel):
    """An invoice in a file given away: `owed` on that day, its charges in, in euro."""

    hand_over = TenantForeignKey(HandOver, related_name="invoices")
    invoice = TenantForeignKey(Invoice, db_index=False)
    owed = MoneyField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "invoice"], condition=Q(active=True), name="collection_handover_one"
            ),
        )
        indexes = (models.Index(fields=["tenant", "invoice"], name="collection_handoverinvoice_of"),)

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.owed}"


class AgentFee(TenantModel):
    """What an agent asked for a file, in euro: known for the file, booked with the agent's own invoice.
    Append-only.
    """

    append_only = True

    hand_over = TenantForeignKey(HandOver, related_name="fees")
    on = models.DateField()
    amount = MoneyField()
    text = models.CharField(max_length=140, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="collection_fee_positive"),)

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"


class WriteDown(TenantModel):
    """An invoice that the books think doubtful or lost.

    `gross`: what was open (VAT in) when it was written down; `standing`: what still stands of it on 407, or
    as lost: never more than what is open on the invoice. The net share of either is r(amount × net / total of
    the invoice), so that whatever comes in afterwards takes back to the cent what was posted.
    """

    invoice = TenantForeignKey(Invoice, db_index=False)
    state = models.CharField(max_length=10, choices=WriteDownState.choices)
    wanted = models.CharField(max_length=10, choices=WriteDownState.choices)
    gross = MoneyField()
    standing = MoneyField(default=ZERO)
    reason = models.CharField(max_length=300)
    asked_on = models.DateField()
    created_by_person = models.UUIDField(null=True)
    decided_by_person = models.UUIDField(null=True)
    doubtful_on = models.DateField(null=True)
    lost_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    moves = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "invoice"],
                condition=Q(ended_on__isnull=True),
                name="collection_writedown_one",
            ),
            models.CheckConstraint(
                condition=Q(gross__gt=0, standing__gte=0, standing__lte=F("gross")),
                name="collection_writedown_standing",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "invoice"], name="collection_writedown_invoice"),
            models.Index(
                fields=["tenant", "id"], condition=Q(state="proposed"), name="collection_writedown_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state} {self.standing}"


class Contact(TenantModel):
    """What was said with a client about its debts, and what it promised. Append-only."""

    append_only = True

    client = TenantForeignKey(Client, db_index=False)
    on = models.DateField()
    kind = models.CharField(max_length=8, choices=ContactKind.choices)
    text = models.CharField(max_length=500)
    promised_on = models.DateField(null=True)
    promised = MoneyField(default=ZERO)
    author = models.CharField(max_length=120)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["tenant", "client", "-id"], name="collection_contact_client"),)

    def __str__(self) -> str:
        return f"{self.on} {self.text[:40]}"


class PostedLetter(TenantModel):
    """That a letter without e-mail address left by post, and when: a consumer's free days count from it.
    Append-only.
    """

    append_only = True

    message = TenantOneToOneField(ClientMessage)
    posted_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.posted_on}"
