"""Doors of what people earned."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor_behind, identity_behind
from core.documents import finished_file, request_document
from core.doors import Row, SeenList
from core.files import file_response
from members.disclosure import log_access
from members.enums import Disclosed
from members.models import Person
from payroll import selectors, serializers
from payroll.api.asked import PAY
from payroll.filters import PayItemFilter, PayslipFilter
from payroll.list_reads import note_list_read
from payroll.models import PayItem, Payslip
from payroll.services.payslips import KIND


class PayList(SeenList[Row]):
    """A list of what people earned, called `kind` in its trace: a page that staff reads is written down."""

    kind: ClassVar[str]
    filterset_class: ClassVar[Any]

    def paginate_queryset(self, queryset: Any) -> Any:
        """The rows of the page, once the reading is written down."""
        rows = super().paginate_queryset(queryset)
        asked = self.request.query_params
        note_list_read(
            self.kind,
            rows or (),
            reader=identity_behind(self.request).person,
            filters={name: asked.get(name, "") for name in self.filterset_class.base_filters},
            actor=actor_behind(self.request),
        )
        return rows


class PayItems(PayList[PayItem]):
    """Pay items that the caller may read. A page of them that staff reads is written down."""

    kind = "pay_items"
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


class Payslips(PayList[Payslip]):
    """Payslips that the caller may read. A page of them that staff reads is written down."""

    kind = "payslips"
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
