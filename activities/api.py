"""REST doors of Activities and expenses."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from activities import selectors, services
from activities.errors import ActivityNotFound
from activities.filters import ActivityFilter, ExpenseFilter
from activities.models import Activity, Expense, Function
from activities.serializers import (
    ActivityInput,
    ActivityOutput,
    BudgetMovementOutput,
    ExpenseInput,
    ExpenseOutput,
    FunctionOutput,
    ReasonInput,
)
from activities.views import ADVISERS, SEE
from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor, SeenList, ShowDoor, ThingDoor
from core.money import ZERO
from ledger.models import JournalLine
from members.enums import Role
from members.models import Person

READ = frozenset(SEE)
MEMBERS = frozenset({Role.MEMBER})
ANSWER = frozenset(ADVISERS)


def _me(request: Request) -> Person:
    person: Person | None = identity_behind(request).person
    if person is None:
        raise ActivityNotFound
    return person


def _activity(request: Request, pk: UUID) -> Activity:
    identity = identity_behind(request)
    return selectors.activity_for(identity.person, pk, roles=identity.roles)


class Functions(generics.ListAPIView[Function]):
    """The cooperative's occupations."""

    required_roles: ClassVar[frozenset[str]] = frozenset()
    serializer_class = FunctionOutput
    queryset = Function.objects.none()

    def get_queryset(self) -> QuerySet[Function]:
        """By name."""
        return selectors.functions()


class Activities(SeenList[Activity]):
    """Activities that I may see; asking for one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = ActivityOutput
    filterset_class = ActivityFilter
    queryset = Activity.objects.none()
    seen = staticmethod(selectors.visible_activities)

    @extend_schema(request=ActivityInput, responses={201: ActivityOutput}, operation_id="activities_request")
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for an Activity of mine."""
        given = read_body(ActivityInput, request)
        activity = services.request_activity(
            person=_me(request), requested_on=clock.today(), actor=actor_behind(request), **given
        )
        return Response(ActivityOutput(activity).data, status=201)


class ActivityDoor(ThingDoor):
    """An Activity that the caller may see."""

    output = ActivityOutput

    def found(self, pk: UUID) -> Activity:
        """Theirs, of their portfolio, or any for who reads all."""
        return _activity(self.request, pk)


class OneActivity(ActivityDoor, ShowDoor):
    """With its budget of this moment."""

    required_roles = READ


class Movements(generics.ListAPIView[JournalLine]):
    """What moved the budget of an Activity, newest first, with the balance after each."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = BudgetMovementOutput
    queryset = JournalLine.objects.none()

    def get_queryset(self) -> QuerySet[JournalLine]:
        """The lines that moved it."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.movement_lines(self.activity)

    @cached_property
    def activity(self) -> Activity:
        """Of whose budget they are."""
        return _activity(self.request, self.kwargs["pk"])

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of lines, told as movements."""
        return selectors.movements_in(self.activity, super().paginate_queryset(queryset) or [])


class Approve(ActivityDoor, ActDoor):
    """The Activity is open."""

    required_roles = ANSWER

    def act(self, activity: Activity) -> Activity:
        return services.approve_activity(activity_id=activity.pk, on=clock.today(), actor=self.actor)


class Refuse(ActivityDoor, ActDoor):
    """With a reason that the member reads."""

    required_roles = ANSWER
    body = ReasonInput

    def act(self, activity: Activity, **given: Any) -> Activity:
        return services.refuse_activity(activity_id=activity.pk, on=clock.today(), actor=self.actor, **given)


class Close(ActivityDoor, ActDoor):
    """Only at zero, with nothing open."""

    required_roles = MEMBERS

    def found(self, pk: UUID) -> Activity:
        """One of mine."""
        activity = super().found(pk)
        if not selectors.holds(_me(self.request).pk, activity.pk):
            raise ActivityNotFound
        return activity

    def act(self, activity: Activity) -> Activity:
        return services.close_activity(activity_id=activity.pk, on=clock.today(), actor=self.actor)


class Expenses(SeenList[Expense]):
    """Expenses that I may see; handing one in."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = ExpenseOutput
    filterset_class = ExpenseFilter
    queryset = Expense.objects.none()
    seen = staticmethod(selectors.visible_expenses)

    @extend_schema(request=ExpenseInput, responses={201: ExpenseOutput}, operation_id="expenses_submit")
    @idempotent
    def post(self, request: Request) -> Response:
        """Hand in an expense of mine: approved at once when it is small and proven."""
        fields = read_body(ExpenseInput, request)
        expense = services.submit_expense(
            activity_id=_activity(request, fields["activity"]).pk,
            person=_me(request),
            category=fields["category"],
            amount_incl_vat=fields["amount"] or ZERO,
            vat_amount=fields["vat_amount"] or ZERO,
            incurred_on=fields["incurred_on"],
            text=fields["text"],
            receipt=fields["receipt"],
            kilometres=fields["kilometres"],
            actor=actor_behind(request),
            today=clock.today(),
        )
        return Response(ExpenseOutput(expense).data, status=201)


class ExpenseDoor(ThingDoor):
    """An expense that the caller may see."""

    output = ExpenseOutput

    def found(self, pk: UUID) -> Expense:
        """Theirs, or of an Activity that they may see."""
        return selectors.expense_for(self.identity.person, pk, roles=self.identity.roles)


class OneExpense(ExpenseDoor, ShowDoor):
    """Where it stands."""

    required_roles = READ


class ApproveExpense(ExpenseDoor, ActDoor):
    """Booked, and queued for payment."""

    required_roles = ANSWER

    def act(self, expense: Expense) -> Expense:
        return services.approve_expense(expense_id=expense.pk, on=clock.today(), actor=self.actor)


class RefuseExpense(ExpenseDoor, ActDoor):
    """With a reason that the member reads; the money is free again."""

    required_roles = ANSWER
    body = ReasonInput

    def act(self, expense: Expense, **given: Any) -> Expense:
        return services.refuse_expense(expense_id=expense.pk, on=clock.today(), actor=self.actor, **given)
