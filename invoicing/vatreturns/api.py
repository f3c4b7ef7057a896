"""REST doors of VAT returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent
from core.files import file_response
from invoicing.vatreturns import selectors, services
from invoicing.vatreturns.intervat.port import Answer
from invoicing.vatreturns.models import ListedClient, VatFigure, VatReturn
from invoicing.vatreturns.periods import parse_period
from invoicing.vatreturns.roles import ACT, SEE
from invoicing.vatreturns.serializers import (
    AnswerInput,
    ListedClientOutput,
    OneVatReturnOutput,
    PrepareInput,
    SubmitInput,
    VatFigureOutput,
    VatReturnOutput,
)
from ledger.selectors import entity_by_code


class VatReturns(generics.ListAPIView):  # type: ignore[type-arg]
    """Returns and listings, the last made first."""

    required_roles = SEE
    serializer_class = VatReturnOutput
    queryset = VatReturn.objects.none()

    def get_queryset(self) -> QuerySet[VatReturn]:
        """Every one."""
        return selectors.returns()


class PrepareVatReturn(APIView):
    """Freeze the figures of a period."""

    required_roles = ACT

    @extend_schema(request=PrepareInput, responses={201: OneVatReturnOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """It waits for a second person."""
        data = PrepareInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        row = services.prepare_return(
            entity=entity_by_code(asked["entity"]),
            paper=asked["paper"],
            period=parse_period(asked["period"]),
            today=clock.today(),
            actor=actor_behind(request),
            explanation=asked["explanation"],
        )
        return Response(_shown(row), status=201)


class OneVatReturn(APIView):
    """A return with its figures."""

    required_roles = SEE

    @extend_schema(responses=OneVatReturnOutput)
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002 - a view
        """As it stands."""
        return Response(_shown(_return(pk)))


class VatReturnFigures(generics.ListAPIView):  # type: ignore[type-arg]
    """What a grid of a return is made of."""

    required_roles = SEE
    serializer_class = VatFigureOutput
    queryset = VatFigure.objects.none()

    def get_queryset(self) -> QuerySet[VatFigure]:
        """Of the version that the return holds."""
        if getattr(self, "swagger_fake_view", False):
            return VatFigure.objects.none()
        version = selectors.version_of(_return(self.kwargs["pk"]))
        return selectors.figures_of(version, self.kwargs["grid"])


class VatReturnClients(generics.ListAPIView):  # type: ignore[type-arg]
    """The clients on a listing."""

    required_roles = SEE
    serializer_class = ListedClientOutput
    queryset = ListedClient.objects.none()

    def get_queryset(self) -> QuerySet[ListedClient]:
        """Of the version that the listing holds."""
        if getattr(self, "swagger_fake_view", False):
            return ListedClient.objects.none()
        return ListedClient.objects.filter(version=selectors.version_of(_return(self.kwargs["pk"])))


class VatReturnFile(APIView):
    """The file for the tax office."""

    required_roles = SEE

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponse:  # noqa: ARG002 - a view
        """As it was sent."""
        row = get_object_or_404(selectors.returns().select_related("file"), pk=pk)
        if row.file is None:
            raise Http404
        return file_response(row.file)


class ApproveVatReturn(APIView):
    """A second person agrees."""

    required_roles = ACT

    @extend_schema(request=None, responses=OneVatReturnOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What it holds is declared."""
        return _acted(
            pk,
            lambda row: services.approve_return(
                vat_return_id=row.pk, today=clock.today(), actor=actor_behind(request)
            ),
        )


class SubmitVatReturn(APIView):
    """Write the file and send it."""

    required_roles = ACT

    @extend_schema(request=SubmitInput, responses=OneVatReturnOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The answer comes later."""
        row = _return(pk)
        data = SubmitInput(data=request.data)
        data.is_valid(raise_exception=True)
        done = services.submit_return(
            vat_return_id=row.pk,
            on=clock.today(),
            actor=actor_behind(request),
            ask_refund=data.validated_data["ask_refund"],
        )
        return Response(_shown(done))


class AnswerVatReturn(APIView):
    """Note what the tax office said."""

    required_roles = ACT

    @extend_schema(request=AnswerInput, responses=OneVatReturnOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Where a person carried the file."""
        row = _return(pk)
        data = AnswerInput(data=request.data)
        data.is_valid(raise_exception=True)
        done = services.record_answer(
            vat_return_id=row.pk,
            answer=Answer(**data.validated_data),
            on=clock.today(),
            actor=actor_behind(request),
        )
        return Response(_shown(done))


class ReopenVatReturn(APIView):
    """Take back what the tax office refused."""

    required_roles = ACT

    @extend_schema(request=None, responses=OneVatReturnOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is prepared anew."""
        return _acted(
            pk,
            lambda row: services.reopen_return(
                vat_return_id=row.pk, on=clock.today(), actor=actor_behind(request)
            ),
        )


def _return(pk: UUID) -> VatReturn:
    return get_object_or_404(selectors.returns(), pk=pk)


def _shown(row: VatReturn) -> dict[str, Any]:
    shown: dict[str, Any] = OneVatReturnOutput(row, context={"version": selectors.version_of(row)}).data
    return shown


def _acted(pk: UUID, act: Callable[[VatReturn], VatReturn]) -> Response:
    return Response(_shown(act(_return(pk))))
