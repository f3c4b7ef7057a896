"""REST doors of dues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import generics
from rest_framework.response import Response

from core import clock
from core.doors import ActDoor, NewDoor, ShowDoor, ThingDoor
from ledger.selectors import entity_by_code
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.models import Due, EntityTransfer
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.dues.serializers import (
    CorrectInput,
    DueBatchInput,
    DueBatchOutput,
    DueOutput,
    TransferInput,
    TransferOutput,
)


class Dues(generics.ListAPIView):  # type: ignore[type-arg]
    """What is owed to public bodies, the last made first."""

    required_roles = SEE
    serializer_class = DueOutput
    queryset = Due.objects.none()

    def get_queryset(self) -> QuerySet[Due]:
        """Every one."""
        found: QuerySet[Due] = selectors.dues()
        return found


class DueDoor(ThingDoor):
    """What is owed to a public body."""

    required_roles = ACT
    output = DueOutput

    def found(self, pk: UUID) -> Due:
        """Whatever the body."""
        due: Due = get_object_or_404(selectors.dues(), pk=pk)
        return due

    def answer(self, row: Due) -> Response:
        """As it stands now, with its terms."""
        return super().answer(self.found(row.pk))


class OneDue(DueDoor, ShowDoor):
    """As it stands."""

    required_roles = SEE


class AgreeDue(DueDoor, ActDoor):
    """It can be put in a batch."""

    def act(self, due: Due) -> Due:
        return services.agree_due(due_id=due.pk, today=clock.today(), actor=self.actor)


class CorrectDue(DueDoor, ActDoor):
    """A colleague agrees to it."""

    body = CorrectInput

    def act(self, due: Due, **given: Any) -> Due:
        return services.correct_due(due_id=due.pk, actor=self.actor, **given)


class NewDueBatch(NewDoor):
    """Somebody else releases it."""

    required_roles = ACT
    body = DueBatchInput
    output = DueBatchOutput

    def make(self, entity: str, **given: Any) -> Any:
        return services.make_batch(
            entity_id=entity_by_code(entity).pk, today=clock.today(), actor=self.actor, **given
        )


class Transfers(generics.ListAPIView):  # type: ignore[type-arg]
    """Transfers between entities, the last made first."""

    required_roles = SEE
    serializer_class = TransferOutput
    queryset = EntityTransfer.objects.none()

    def get_queryset(self) -> QuerySet[EntityTransfer]:
        """Every one."""
        return selectors.transfers()


class NewTransfer(NewDoor):
    """Above the policy's amount it waits for a colleague."""

    required_roles = ACT
    body = TransferInput
    output = TransferOutput

    def make(self, giver: str, taker: str, **given: Any) -> EntityTransfer:
        return services.propose_transfer(
            giver_id=entity_by_code(giver).pk,
            taker_id=entity_by_code(taker).pk,
            document=None,
            actor=self.actor,
            **given,
        )


class TransferDoor(ActDoor):
    """What becomes of a transfer between entities."""

    required_roles = ACT
    output = TransferOutput

    def found(self, pk: UUID) -> EntityTransfer:
        """Whoever wrote it."""
        return get_object_or_404(selectors.transfers(), pk=pk)


class AgreeTransfer(TransferDoor):
    """It is carried out."""

    def act(self, transfer: EntityTransfer) -> EntityTransfer:
        return services.agree_transfer(transfer_id=transfer.pk, today=clock.today(), actor=self.actor)


class RefuseTransfer(TransferDoor):
    """Nothing is booked; whoever wrote it may do it too."""

    operation_id = "entity_transfers_refuse"

    def act(self, transfer: EntityTransfer) -> EntityTransfer:
        services.refuse_transfer(transfer_id=transfer.pk, actor=self.actor)
        return self.found(transfer.pk)
