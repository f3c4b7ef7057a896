"""What is asked of public registers, and what they answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import TenantModel
from invoicing.registers.enums import CheckState, Outcome, Register


class RegisterCheck(TenantModel):
    """A number about which a register is asked: a work row, leased and fenced by its attempt.

    `number`: a VAT number (`LU26375245`) or a Peppol participant (`0208:0403019261`). `answered_on`: when the
    register last decided; after some months it is asked again.
    """

    register = models.CharField(max_length=6, choices=Register.choices)
    number = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=CheckState.choices, default=CheckState.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "register", "number"], name="registers_check_once"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "next_attempt_at"],
                condition=Q(state="waiting"),
                name="registers_check_waiting",
            ),
            models.Index(
                fields=["tenant", "answered_on"],
                condition=Q(state="answered"),
                name="registers_check_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.register} {self.number}"


class RegisterAnswer(TenantModel):
    """What a register answered about a number on a day: the evidence that a seller must be able to show
    (Implementing Regulation 282/2011, article 18). It outlives the client, and a merge of clients.

    `on`: day of the cooperative's calendar. `consultation`: the number by which VIES proves it was asked.
    `receives_invoices`, `receives_credit_notes`: Peppol only. `reason`: why there was no answer. `source`:
    which register answered, `simulator` where none did.
    """

    append_only = True

    register = models.CharField(max_length=6, choices=Register.choices)
    number = models.CharField(max_length=60)
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    consultation = models.CharField(max_length=60, blank=True)
    receives_invoices = models.BooleanField(default=False)
    receives_credit_notes = models.BooleanField(default=False)
    reason = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=10)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["tenant", "register", "number", "-id"], name="registers_answer"),)

    def __str__(self) -> str:
        return f"{self.register} {self.number} {self.on} {self.outcome}"
