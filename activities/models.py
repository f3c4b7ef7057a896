"""Activities: the autonomous production units of members, who runs them, and what they spend."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from activities.enums import ActivityState, ExpenseCategory, ExpenseState, HolderRole, Tool, Variant
from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import StoredFile, TenantModel
from core.money import ZERO
from ledger.models import Budget, LegalEntity


class Function(TenantModel):
    """An occupation of the cooperative's list, with its ISCO-08 group; `artistic` opens the artistic
    contract.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    isco = models.CharField(max_length=4)
    artistic = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["tenant", "code"], name="activities_function_code"),)

    def __str__(self) -> str:
        return self.name


class Activity(TenantModel):
    """What a member does inside the enterprise, with a budget of its own in the books of one entity.

    Opened by an adviser's agreement. `review_reason` names the law that regulates the occupation, if any:
    such a request waits in the review queue, it is never refused by the program. Closed only at zero.
    """

    name = models.CharField(max_length=120)
    entity = TenantForeignKey(LegalEntity)
    tool = models.CharField(max_length=10, choices=Tool.choices)
    variant = models.CharField(max_length=16, choices=Variant.choices, default=Variant.BUDGETED)
    budget = TenantOneToOneField(Budget)
    function = TenantForeignKey(Function)
    description = models.TextField(blank=True)
    adviser = TenantForeignKey("members.Person", null=True)
    state = models.CharField(max_length=10, choices=ActivityState.choices, default=ActivityState.REQUESTED)
    review_reason = models.CharField(max_length=200, blank=True)
    refusal_reason = models.CharField(max_length=300, blank=True)
    requested_on = models.DateField()
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "state", "id"], name="activities_activity_state"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("open", "closed")) | Q(opened_on__isnull=False),
                name="activities_activity_opened",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def function_code(self) -> str:
        """Code of the occupation."""
        return str(self.function.code)


class ActivityHolder(TenantModel):
    """A person of an Activity: who runs it (holder) or may encode on it (collaborator)."""

    activity = TenantForeignKey(Activity, related_name="holders")
    person = TenantForeignKey("members.Person")
    role = models.CharField(max_length=12, choices=HolderRole.choices, default=HolderRole.HOLDER)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "activity", "person"], name="activities_holder_once"),
        )
        indexes = (models.Index(fields=["tenant", "person"], name="activities_holder_person"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Expense(TenantModel):
    """Money that a person spent for an Activity and gets back.

    `amount` includes VAT; `recoverable_vat` is what the entity gets back from the State, `cost` the rest:
    what the Activity bears (reserved at submission, posted at approval). Never changed once answered.
    """

    activity = TenantForeignKey(Activity)
    person = TenantForeignKey("members.Person")
    category = models.CharField(max_length=12, choices=ExpenseCategory.choices)
    text = models.CharField(max_length=140)
    incurred_on = models.DateField()
    amount = MoneyField()
    vat_amount = MoneyField(default=ZERO)
    recoverable_vat = MoneyField(default=ZERO)
    cost = MoneyField()
    kilometres = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    kilometre_rate = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    receipt = TenantForeignKey(StoredFile, null=True)
    state = models.CharField(max_length=10, choices=ExpenseState.choices, default=ExpenseState.SUBMITTED)
    submitted_on = models.DateField()
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    refusal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "activity", "id"], name="activities_expense_activity"),
            models.Index(
                fields=["tenant", "id"], condition=Q(state="submitted"), name="activities_expense_waiting"
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="activities_expense_positive"),
            models.CheckConstraint(
                condition=Q(cost=F("amount") - F("recoverable_vat")), name="activities_expense_cost"
            ),
        )

    def __str__(self) -> str:
        return self.text
