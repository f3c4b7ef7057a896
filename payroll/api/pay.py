"""Doors of what people earned."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor_behind, identity_behind
from core.documents import finished_file, request_document
from core.doors import SeenList
from core.files import file_response
from members.disclosure import log_access
from members.enums import Disclosed
from members.models import Person
from payroll import selectors, serializers
from payroll.api.asked import PAY
from payroll.filters import (
    PayItemFilter,
    PayslipFilter,
)
from payroll.models import PayItem, Payslip
from payroll.services.payslips import KIND


class PayItems(SeenList[PayItem]):
    """Pay items that the caller may read."""

    required_roles = PAY
    serializer_class = serializers.PayItemOutput
    filterset_class = PayItemFilter
    queryset = PayItem.objects.none()
    seen = staticmethod(selectors.visible_items)


class OnePayItem(APIView):
    """One pay item."""

    required_roles = PAY

    @extend_schema(responses=serializers.PayItemDetail, operation_id="pay_item")
    def get(self, request: Request, pk: UUID) -> Response:
        """With every line that explains it."""
        identity = identity_behind(request)
        item = selectors.item_for(identity.person, pk, roles=identity.roles)
        _log(request, item.person, pk)
        return Response(serializers.PayItemDetail(item).data)


class Payslips(SeenList[Payslip]):
    """Payslips that the caller may read."""

    required_roles = PAY
    serializer_class = serializers.PayslipOutput
    filterset_class = PayslipFilter
    queryset = Payslip.objects.none()
    seen = staticmethod(selectors.visible_payslips)


class OnePayslip(APIView):
    """One payslip."""

    required_roles = PAY

    @extend_schema(responses=serializers.PayslipDetail, operation_id="payslip")
    def get(self, request: Request, pk: UUID) -> Response:
        """As issued; a reading by staff is written down."""
        identity = identity_behind(request)
        slip = selectors.payslip_for(identity.person, pk, roles=identity.roles)
        _log(request, slip.person, pk)
        return Response(serializers.PayslipDetail(slip).data)


class OnePayslipDocument(APIView):
    """A payslip as PDF."""

    required_roles = PAY

    @extend_schema(
        operation_id="payslip_document",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 202: serializers.DocumentWaiting},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The archived PDF (200), or 202 while it is being made, before those that nobody asked for: ask
        again after `Retry-After` seconds. A reading by staff is written down.
        """
        identity = identity_behind(request)
        slip = selectors.payslip_for(identity.person, pk, roles=identity.roles)
        file = finished_file(KIND, slip.pk)
        if file is not None:
            _log(request, slip.person, pk)
            return file_response(file)
        job = request_document(KIND, slip.pk, urgent=True)
        body = serializers.DocumentWaiting({"state": job.state}).data
        return Response(body, status=202, headers={"Retry-After": "3"})


def _log(request: Request, person: Person, source_id: UUID) -> None:
    log_access(
        person=person,
        what=Disclosed.PAYSLIP,
        purpose="REST",
        actor=actor_behind(request),
        source_id=source_id,
    )
