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
from rest_framework.views import APIView

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
from core.access import actor_of
from core.api import idempotent, identity_behind, request_of
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


def _expense(request: Request, pk: UUID) -> Expense:
    identity = identity_behind(request)
    return selectors.expense_for(identity.person, pk, roles=identity.roles)


class Functions(generics.ListAPIView[Function]):
    """The cooperative's occupations."""

    required_roles: ClassVar[frozenset[str]] = frozenset()
    serializer_class = FunctionOutput
    queryset = Function.objects.none()

    def get_queryset(self) -> QuerySet[Function]:
        """By name."""
        return selectors.functions()


class Activities(generics.ListAPIView[Activity]):
    """Activities that I may see; asking for one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = ActivityOutput
    filterset_class = ActivityFilter
    queryset = Activity.objects.none()

    def get_queryset(self) -> QuerySet[Activity]:
        """Mine, my portfolio's, or all for staff who read all."""
        identity = identity_behind(self.request)
        return (
            selectors.visible_activities(identity.person, identity.roles)
            if identity.person
            else self.queryset
        )

    @extend_schema(request=ActivityInput, responses={201: ActivityOutput}, operation_id="activities_request")
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for an Activity of mine."""
        data = ActivityInput(data=request.data)
        data.is_valid(raise_exception=True)
        activity = services.request_activity(
            person=_me(request),
            requested_on=clock.today(),
            actor=actor_of(request_of(request)),
            **data.validated_data,
        )
        return Response(ActivityOutput(activity).data, status=201)


class OneActivity(APIView):
    """One Activity."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=ActivityOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """With its budget of this moment."""
        return Response(ActivityOutput(_activity(request, pk)).data)


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


class Approve(APIView):
    """An adviser agrees to an Activity."""

    required_roles: ClassVar[frozenset[str]] = ANSWER

    @extend_schema(request=None, responses=ActivityOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The Activity is open."""
        activity = services.approve_activity(
            activity_id=_activity(request, pk).pk, on=clock.today(), actor=actor_of(request_of(request))
        )
        return Response(ActivityOutput(activity).data)


class Refuse(APIView):
    """An adviser says no to an Activity."""

    required_roles: ClassVar[frozenset[str]] = ANSWER

    @extend_schema(request=ReasonInput, responses=ActivityOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """With a reason that the member reads."""
        found = _activity(request, pk)
        data = ReasonInput(data=request.data)
        data.is_valid(raise_exception=True)
        activity = services.refuse_activity(
            activity_id=found.pk,
            on=clock.today(),
            actor=actor_of(request_of(request)),
            **data.validated_data,
        )
        return Response(ActivityOutput(activity).data)


class Close(APIView):
    """A holder closes an Activity."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=ActivityOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Only at zero, with nothing open."""
        activity = _activity(request, pk)
        if not selectors.holds(_me(request).pk, activity.pk):
            raise ActivityNotFound
        activity = services.close_activity(
            activity_id=activity.pk, on=clock.today(), actor=actor_of(request_of(request))
        )
        return Response(ActivityOutput(activity).data)


class Expenses(generics.ListAPIView[Expense]):
    """Expenses that I may see; handing one in."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = ExpenseOutput
    filterset_class = ExpenseFilter
    queryset = Expense.objects.none()

    def get_queryset(self) -> QuerySet[Expense]:
        """Mine, those of Activities that I may see."""
        identity = identity_behind(self.request)
        return (
            selectors.visible_expenses(identity.person, identity.roles) if identity.person else self.queryset
        )

    @extend_schema(request=ExpenseInput, responses={201: ExpenseOutput}, operation_id="expenses_submit")
    @idempotent
    def post(self, request: Request) -> Response:
        """Hand in an expense of mine: approved at once when it is small and proven."""
        data = ExpenseInput(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
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
            actor=actor_of(request_of(request)),
            today=clock.today(),
        )
        return Response(ExpenseOutput(expense).data, status=201)


class OneExpense(APIView):
    """One expense."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=ExpenseOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """Where it stands."""
        return Response(ExpenseOutput(_expense(request, pk)).data)


class ApproveExpense(APIView):
    """An adviser agrees to an expense."""

    required_roles: ClassVar[frozenset[str]] = ANSWER

    @extend_schema(request=None, responses=ExpenseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Booked, and queued for payment."""
        expense = services.approve_expense(
            expense_id=_expense(request, pk).pk, on=clock.today(), actor=actor_of(request_of(request))
        )
        return Response(ExpenseOutput(expense).data)


class RefuseExpense(APIView):
    """An adviser sends an expense back."""

    required_roles: ClassVar[frozenset[str]] = ANSWER

    @extend_schema(request=ReasonInput, responses=ExpenseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """With a reason that the member reads; the money is free again."""
        found = _expense(request, pk)
        data = ReasonInput(data=request.data)
        data.is_valid(raise_exception=True)
        expense = services.refuse_expense(
            expense_id=found.pk,
            on=clock.today(),
            actor=actor_of(request_of(request)),
            **data.validated_data,
        )
        return Response(ExpenseOutput(expense).data)
