"""REST doors of balances that stay."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.response import Response

from core import clock
from core.doors import ActDoor, ShowDoor, ThingDoor
from payroll.balances import selectors, services
from payroll.balances import serializers as shapes
from payroll.balances.filters import BalanceFilter
from payroll.balances.models import Balance
from payroll.balances.roles import GIVERS_UP, READERS, WRITERS


class Balances(generics.ListAPIView[Balance]):
    """What people owe because pay was taken back, and no pay has taken it yet."""

    required_roles = READERS
    serializer_class = shapes.PayBalanceOutput
    filterset_class = BalanceFilter
    queryset = Balance.objects.none()

    def get_queryset(self) -> QuerySet[Balance]:
        """The newest first."""
        return selectors.balances()


class BalanceDoor(ThingDoor):
    """A balance, with what was done about it."""

    required_roles: ClassVar[frozenset[str]] = WRITERS
    output = shapes.PayBalanceDetail

    def found(self, pk: UUID) -> Balance:
        """Whoever owes it."""
        return selectors.balance(pk)

    def answer(self, row: Balance) -> Response:
        """As it stands now."""
        return super().answer(self.found(row.pk))


class OneBalance(BalanceDoor, ShowDoor):
    """With what was done about it."""

    required_roles = READERS
    operation_id = "balance_retrieve"


class AskBack(BalanceDoor, ActDoor):
    """The worker is written to, in their language, with account and communication."""

    operation_id = "balance_ask_back"

    def act(self, balance: Balance) -> Balance:
        services.ask_back(balance_id=balance.pk, on=clock.today(), actor=self.actor)
        return balance


class WaitFor(BalanceDoor, ActDoor):
    """It is left until a day, then stands to look at again."""

    body = shapes.PayBalanceWaitInput
    operation_id = "balance_wait"

    def act(self, balance: Balance, **given: Any) -> Balance:
        services.wait_for(balance_id=balance.pk, on=clock.today(), actor=self.actor, **given)
        return balance


class ProposeWriteOff(BalanceDoor, ActDoor):
    """Finance decides."""

    body = shapes.PayBalanceWhyInput
    operation_id = "balance_propose_write_off"

    def act(self, balance: Balance, **given: Any) -> Balance:
        services.propose_write_off(balance_id=balance.pk, on=clock.today(), actor=self.actor, **given)
        return balance


class WriteOff(BalanceDoor, ActDoor):
    """At the charge of the common pot, by somebody who did not propose it."""

    required_roles = GIVERS_UP
    operation_id = "balance_write_off"

    def act(self, balance: Balance) -> Balance:
        services.write_off(balance_id=balance.pk, on=clock.today(), actor=self.actor)
        return balance


class RefuseWriteOff(BalanceDoor, ActDoor):
    """It stands to look at again."""

    required_roles = GIVERS_UP
    body = shapes.PayBalanceWhyInput
    operation_id = "balance_refuse_write_off"

    def act(self, balance: Balance, because: str) -> Balance:
        services.refuse_write_off(balance_id=balance.pk, answer=because, on=clock.today(), actor=self.actor)
        return balance
