"""Doors of contracts of several people, through the services of the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor, ShowDoor, ThingDoor
from core.uuid7 import uuid7
from members.enums import Role
from payroll import contract_selectors, services
from payroll import contract_serializers as shapes
from payroll.api.asked import WRITERS, caller
from payroll.errors import ContractNotFound
from payroll.models import ContractBatch
from payroll.services.contracts.batches import BatchPerson, check_people


def _asked(request: Request) -> dict[str, Any]:
    """What is asked for, of an Activity of the caller's and of people who are there."""
    data = read_body(shapes.ContractBatchInput, request)
    if Role.PAYROLL_ADMIN not in identity_behind(request).roles and not holds(
        caller(request).pk, data["activity"]
    ):
        raise ContractNotFound
    people = [
        BatchPerson(row["person"], {k: v for k, v in row.items() if k != "person"}) for row in data["rows"]
    ]
    check_people(people)
    return {"activity_id": data["activity"], "shared": data["shared"], "people": people, "key": data["key"]}


def _batch(request: Request, pk: UUID) -> ContractBatch:
    identity = identity_behind(request)
    return contract_selectors.batch_for(identity.person, pk, roles=identity.roles)


class Batches(APIView):
    """Contracts of several people."""

    required_roles = WRITERS

    @extend_schema(
        request=shapes.ContractBatchInput,
        responses={201: shapes.ContractBatchOutput},
        operation_id="contract_batch_write",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Draft and submit each row; each keeps its contract, or why it was refused."""
        asked, actor = _asked(request), actor_behind(request)
        batch = services.write_batch(actor=actor, **(asked | {"key": asked["key"] or str(uuid7())}))
        services.submit_batch(batch_id=batch.pk, on=clock.now(), actor=actor)
        return Response(shapes.ContractBatchOutput(_batch(request, batch.pk)).data, status=201)


class BatchPreview(APIView):
    """The same, looked at."""

    required_roles = WRITERS

    @extend_schema(
        request=shapes.ContractBatchInput,
        responses=shapes.RowSeenOutput(many=True),
        operation_id="contract_batch_preview",
    )
    def post(self, request: Request) -> Response:
        """What each row would cost or why it would be refused; nothing is written."""
        asked = _asked(request)
        asked.pop("key")
        seen = services.preview_batch(on=clock.now(), actor=actor_behind(request), **asked)
        return Response(shapes.RowSeenOutput(seen, many=True).data)


class BatchDoor(ThingDoor):
    """A batch that the caller may see."""

    required_roles = WRITERS
    output = shapes.ContractBatchOutput

    def found(self, pk: UUID) -> ContractBatch:
        """Of an Activity of theirs, or any for payroll."""
        return _batch(self.request, pk)


class OneBatch(BatchDoor, ShowDoor):
    """What became of each row."""

    operation_id = "contract_batch"


class SubmitBatch(BatchDoor, ActDoor):
    """Try again what was refused, once its cause is mended; what was submitted stays."""

    operation_id = "contract_batch_submit"

    def act(self, batch: ContractBatch) -> ContractBatch:
        services.submit_batch(batch_id=batch.pk, on=clock.now(), actor=self.actor)
        return self.found(batch.pk)
