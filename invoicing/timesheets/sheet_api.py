"""REST doors of time sheets that are put to clients."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from activities.views import SEE
from core import clock
from core.api import actor_behind, idempotent, identity_behind
from invoicing.errors import ActivityNotYours
from invoicing.selectors import client_for
from invoicing.timesheets import approval, selectors
from invoicing.timesheets.models import TimeSheet
from invoicing.timesheets.serializers import OneSheetOutput, SendSheetInput, SheetOutput
from members.enums import Role

READ = frozenset(SEE)
MEMBERS = frozenset({Role.MEMBER})


def _answer(request: Request, pk: UUID, status: int = 200) -> Response:
    identity = identity_behind(request)
    found = selectors.sheet_for(identity.person, pk, roles=identity.roles)
    return Response(OneSheetOutput(found).data, status=status)


class Sheets(generics.ListAPIView[TimeSheet]):
    """Time sheets that I may see; putting one to its client."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = SheetOutput
    queryset = TimeSheet.objects.none()

    def get_queryset(self) -> QuerySet[TimeSheet]:
        """Those of Activities that I may see, the latest first."""
        identity = identity_behind(self.request)
        return selectors.visible_sheets(identity.person, identity.roles) if identity.person else self.queryset

    @extend_schema(request=SendSheetInput, responses={201: OneSheetOutput}, operation_id="time_sheets_send")
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask a client to approve hours of one of my Activities; they are locked until it answers."""
        data = SendSheetInput(data=request.data)
        data.is_valid(raise_exception=True)
        fields, identity = dict(data.validated_data), identity_behind(request)
        activity_id = fields.pop("activity")
        if identity.person is None or not holds(identity.person.pk, activity_id):
            raise ActivityNotYours
        sheet = approval.send_sheet(
            activity_id=activity_id,
            client_id=client_for(identity.person, fields.pop("client"), roles=identity.roles).pk,
            on=clock.today(),
            actor=actor_behind(request),
            **fields,
        )
        return _answer(request, sheet.pk, 201)


class OneSheet(APIView):
    """One time sheet."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=OneSheetOutput, operation_id="time_sheets_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """Its hours as the client sees them, and what the client answered."""
        return _answer(request, pk)


class WithdrawSheet(APIView):
    """A sheet that is taken back."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneSheetOutput, operation_id="time_sheets_withdraw")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Take an unanswered sheet of mine back: its hours can be corrected again."""
        found = selectors.own_sheet_for(identity_behind(request).person, pk)
        approval.withdraw_sheet(sheet_id=found.pk, at=clock.now(), actor=actor_behind(request))
        return _answer(request, pk)
