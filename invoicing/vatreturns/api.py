"""REST doors of VAT returns."""

from __future__ import annotations

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
from core.doors import ActDoor, NewDoor, ShowDoor, ThingDoor
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


class VatReturnDoor(ThingDoor):
    """A return or a listing, with the figures of the version that it holds."""

    required_roles = ACT
    output = OneVatReturnOutput

    def found(self, pk: UUID) -> VatReturn:
        """Whoever made it."""
        return _return(pk)

    def answer(self, row: VatReturn) -> Response:
        """As it stands."""
        shown = self.output(row, context={"version": selectors.version_of(row)})
        return Response(shown.data, status=self.status)


class PrepareVatReturn(VatReturnDoor, NewDoor):
    """It waits for a second person."""

    body = PrepareInput

    def make(self, entity: str, period: str, **given: Any) -> VatReturn:
        return services.prepare_return(
            entity=entity_by_code(entity),
            period=parse_period(period),
            today=clock.today(),
            actor=self.actor,
            **given,
        )


class OneVatReturn(VatReturnDoor, ShowDoor):
    """As it stands."""

    required_roles = SEE


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


class ApproveVatReturn(VatReturnDoor, ActDoor):
    """What it holds is declared."""

    def act(self, row: VatReturn) -> VatReturn:
        return services.approve_return(vat_return_id=row.pk, today=clock.today(), actor=self.actor)


class SubmitVatReturn(VatReturnDoor, ActDoor):
    """The answer comes later."""

    body = SubmitInput

    def act(self, row: VatReturn, **given: Any) -> VatReturn:
        return services.submit_return(vat_return_id=row.pk, on=clock.today(), actor=self.actor, **given)


class AnswerVatReturn(VatReturnDoor, ActDoor):
    """Where a person carried the file."""

    body = AnswerInput

    def act(self, row: VatReturn, **given: Any) -> VatReturn:
        return services.record_answer(
            vat_return_id=row.pk, answer=Answer(**given), on=clock.today(), actor=self.actor
        )


class ReopenVatReturn(VatReturnDoor, ActDoor):
    """It is prepared anew."""

    def act(self, row: VatReturn) -> VatReturn:
        return services.reopen_return(vat_return_id=row.pk, on=clock.today(), actor=self.actor)


def _return(pk: UUID) -> VatReturn:
    return get_object_or_404(selectors.returns(), pk=pk)
