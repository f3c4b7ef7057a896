"""REST doors of what is written down, declared lost, and hoped for again."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import idempotent
from invoicing.collection import selectors, services
from invoicing.collection.api import body_of, by_whom, invoice_of
from invoicing.collection.roles import WRITERS_DOWN
from invoicing.collection.serializers import GivenReasonInput, WriteDownOutput


class _Decide(APIView):
    """A door of those who answer for the books."""

    required_roles: ClassVar[frozenset[str]] = frozenset(WRITERS_DOWN)


class WriteDown(_Decide):
    """A doubtful invoice."""

    @extend_schema(request=GivenReasonInput, responses={201: WriteDownOutput}, operation_id="write_down")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Above the policy's threshold somebody else must agree."""
        row = services.write_down(
            invoice_id=invoice_of(request, pk).pk,
            **body_of(request, GivenReasonInput),
            **by_whom(request),
        )
        return Response(WriteDownOutput(row).data, status=201)


class DeclareLost(_Decide):
    """A doubtful invoice that is given up."""

    @extend_schema(request=GivenReasonInput, responses=WriteDownOutput, operation_id="write_down_lost")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Above the policy's threshold somebody else must agree."""
        row = services.declare_lost(
            write_down_id=selectors.write_down(pk).pk,
            **body_of(request, GivenReasonInput),
            **by_whom(request),
        )
        return Response(WriteDownOutput(row).data)


class AgreeWriteDown(_Decide):
    """A second person's yes."""

    @extend_schema(request=None, responses=WriteDownOutput, operation_id="write_down_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is posted at once, for what is open now."""
        return Response(
            WriteDownOutput(
                services.agree_write_down(write_down_id=selectors.write_down(pk).pk, **by_whom(request))
            ).data
        )


class RefuseWriteDown(_Decide):
    """A second person's no."""

    @extend_schema(request=None, responses=WriteDownOutput, operation_id="write_down_refuse")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What was proposed is dropped."""
        return Response(
            WriteDownOutput(
                services.refuse_write_down(write_down_id=selectors.write_down(pk).pk, **by_whom(request))
            ).data
        )


class UndoWriteDown(_Decide):
    """Hope again."""

    @extend_schema(request=GivenReasonInput, responses=WriteDownOutput, operation_id="write_down_undo")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The reverse of what stands."""
        row = services.undo_write_down(
            write_down_id=selectors.write_down(pk).pk,
            **body_of(request, GivenReasonInput),
            **by_whom(request),
        )
        return Response(WriteDownOutput(row).data)
