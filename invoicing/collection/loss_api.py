"""REST doors of what is written down, declared lost, and hoped for again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core import clock
from core.doors import ActDoor
from invoicing.api.asked import OfInvoice
from invoicing.collection import selectors, services
from invoicing.collection.models import WriteDown as Written
from invoicing.collection.roles import WRITERS_DOWN
from invoicing.collection.serializers import GivenReasonInput, WriteDownOutput
from invoicing.models import Invoice


class WriteDown(OfInvoice):
    """Above the policy's threshold somebody else must agree."""

    required_roles = frozenset(WRITERS_DOWN)
    body = GivenReasonInput
    output = WriteDownOutput
    status = 201
    operation_id = "write_down"

    def act(self, invoice: Invoice, **given: Any) -> Written:
        return services.write_down(invoice_id=invoice.pk, on=clock.today(), actor=self.actor, **given)


class LossDoor(ActDoor):
    """An act of those who answer for the books, on what was written down."""

    required_roles = frozenset(WRITERS_DOWN)
    output = WriteDownOutput

    def found(self, pk: UUID) -> Written:
        """Whatever the invoice."""
        return selectors.write_down(pk)


class DeclareLost(LossDoor):
    """Above the policy's threshold somebody else must agree."""

    body = GivenReasonInput
    operation_id = "write_down_lost"

    def act(self, row: Written, **given: Any) -> Written:
        return services.declare_lost(write_down_id=row.pk, on=clock.today(), actor=self.actor, **given)


class AgreeWriteDown(LossDoor):
    """It is posted at once, for what is open now."""

    operation_id = "write_down_agree"

    def act(self, row: Written) -> Written:
        return services.agree_write_down(write_down_id=row.pk, on=clock.today(), actor=self.actor)


class RefuseWriteDown(LossDoor):
    """What was proposed is dropped."""

    operation_id = "write_down_refuse"

    def act(self, row: Written) -> Written:
        return services.refuse_write_down(write_down_id=row.pk, on=clock.today(), actor=self.actor)


class UndoWriteDown(LossDoor):
    """The reverse of what stands."""

    body = GivenReasonInput
    operation_id = "write_down_undo"

    def act(self, row: Written, **given: Any) -> Written:
        return services.undo_write_down(write_down_id=row.pk, on=clock.today(), actor=self.actor, **given)
