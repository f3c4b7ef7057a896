"""REST doors of time sheets that are put to clients."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor, SeenList, ShowDoor
from invoicing.api.asked import MEMBERS, READ, client_of, own_activity
from invoicing.timesheets import approval, selectors
from invoicing.timesheets.models import TimeSheet
from invoicing.timesheets.serializers import OneSheetOutput, SendSheetInput, SheetOutput


class Sheets(SeenList[TimeSheet]):
    """Time sheets that I may see; putting one to its client."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = SheetOutput
    queryset = TimeSheet.objects.none()
    seen = staticmethod(selectors.visible_sheets)

    @extend_schema(request=SendSheetInput, responses={201: OneSheetOutput}, operation_id="time_sheets_send")
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask a client to approve hours of one of my Activities; they are locked until it answers."""
        fields, identity = read_body(SendSheetInput, request), identity_behind(request)
        activity_id = own_activity(request, fields.pop("activity"))
        sheet = approval.send_sheet(
            activity_id=activity_id,
            client_id=client_of(request, fields.pop("client")).pk,
            on=clock.today(),
            actor=actor_behind(request),
            **fields,
        )
        shown = selectors.sheet_for(identity.person, sheet.pk, roles=identity.roles)
        return Response(OneSheetOutput(shown).data, status=201)


class OneSheet(ShowDoor):
    """Its hours as the client sees them, and what the client answered."""

    required_roles = READ
    output = OneSheetOutput
    operation_id = "time_sheets_retrieve"

    def found(self, pk: UUID) -> TimeSheet:
        """One that the caller may see."""
        return selectors.sheet_for(self.identity.person, pk, roles=self.identity.roles)


class WithdrawSheet(ActDoor):
    """Take an unanswered sheet of mine back: its hours can be corrected again."""

    required_roles = MEMBERS
    output = OneSheetOutput
    operation_id = "time_sheets_withdraw"

    def found(self, pk: UUID) -> TimeSheet:
        """Of an Activity of mine."""
        return selectors.own_sheet_for(self.identity.person, pk)

    def act(self, sheet: TimeSheet) -> TimeSheet:
        approval.withdraw_sheet(sheet_id=sheet.pk, at=clock.now(), actor=self.actor)
        return self.found(sheet.pk)
