"""REST doors of balances that stay."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent
from payroll.api.asked import read_body
from payroll.balances import selectors, services
from payroll.balances import serializers as shapes
from payroll.balances.filters import BalanceFilter
from payroll.balances.models import Balance
from payroll.balances.roles import GIVERS_UP, READERS, WRITERS


def _shown(pk: UUID) -> Response:
    return Response(shapes.PayBalanceDetail(selectors.balance(pk)).data)


class Balances(generics.ListAPIView[Balance]):
    """What people owe because pay was taken back, and no pay has taken it yet."""

    required_roles = READERS
    serializer_class = shapes.PayBalanceOutput
    filterset_class = BalanceFilter
    queryset = Balance.objects.none()

    def get_queryset(self) -> QuerySet[Balance]:
        """The newest first."""
        return selectors.balances()


class OneBalance(APIView):
    """One balance."""

    required_roles = READERS

    @extend_schema(responses=shapes.PayBalanceDetail, operation_id="balance_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With what was done about it."""
        return _shown(pk)


class AskBack(APIView):
    """A letter."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=shapes.PayBalanceDetail, operation_id="balance_ask_back")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The worker is written to, in their language, with account and communication."""
        key = selectors.balance(pk).pk
        services.ask_back(balance_id=key, on=clock.today(), actor=actor_behind(request))
        return _shown(key)


class WaitFor(APIView):
    """Patience."""

    required_roles = WRITERS

    @extend_schema(
        request=shapes.PayBalanceWaitInput, responses=shapes.PayBalanceDetail, operation_id="balance_wait"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is left until a day, then stands to look at again."""
        key = selectors.balance(pk).pk
        data = read_body(shapes.PayBalanceWaitInput, request)
        services.wait_for(balance_id=key, on=clock.today(), actor=actor_behind(request), **data)
        return _shown(key)


class ProposeWriteOff(APIView):
    """The first of two."""

    required_roles = WRITERS

    @extend_schema(
        request=shapes.PayBalanceWhyInput,
        responses=shapes.PayBalanceDetail,
        operation_id="balance_propose_write_off",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Finance decides."""
        key = selectors.balance(pk).pk
        data = read_body(shapes.PayBalanceWhyInput, request)
        services.propose_write_off(balance_id=key, on=clock.today(), actor=actor_behind(request), **data)
        return _shown(key)


class WriteOff(APIView):
    """The second of two."""

    required_roles = GIVERS_UP

    @extend_schema(request=None, responses=shapes.PayBalanceDetail, operation_id="balance_write_off")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """At the charge of the common pot, by somebody who did not propose it."""
        key = selectors.balance(pk).pk
        services.write_off(balance_id=key, on=clock.today(), actor=actor_behind(request))
        return _shown(key)


class RefuseWriteOff(APIView):
    """It is not given up."""

    required_roles = GIVERS_UP

    @extend_schema(
        request=shapes.PayBalanceWhyInput,
        responses=shapes.PayBalanceDetail,
        operation_id="balance_refuse_write_off",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It stands to look at again."""
        key = selectors.balance(pk).pk
        data = read_body(shapes.PayBalanceWhyInput, request)
        services.refuse_write_off(
            balance_id=key, answer=data["because"], on=clock.today(), actor=actor_behind(request)
        )
        return _shown(key)
