"""Money that bears the communication of a grouped invoice is split over its invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from invoicing.matching import Left, split_over
from invoicing.models import Invoice
from invoicing.portal import selectors
from invoicing.portal.models import GroupedInvoice
from ledger.treasury.enums import MatchedBy
from ledger.treasury.matching import Claims, LineMatcher
from ledger.treasury.references import communications_in

if TYPE_CHECKING:
    from ledger.treasury.models import BankTransaction


class GroupMatcher(LineMatcher):
    """Asked before the matcher of invoices, which is told what came for each of them.

    Open invoices are paid in the order of their due dates; what is too much stays with the last one.
    """

    order = 95

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """The parts of each line that names a group of the account's entity."""
        named = {
            line.pk: communications_in(line.structured_reference, line.communication)
            for line in lines
            if line.amount > 0 and not line.return_reason
        }
        groups = selectors.groups_by_communication({one for found in named.values() for one in found})
        if not groups:
            return {}
        left, found = Left(), {}
        for line in lines:
            mine = [groups[one] for one in named.get(line.pk, ()) if one in groups]
            mine = [group for group in mine if group.entity_id == line.statement.account.entity_id]
            if len({group.pk for group in mine}) == 1:
                found[line.pk] = _split(line, mine[0], left)
        return found

    def search(self, line: BankTransaction, text: str) -> Sequence[Claims]:
        """The group of a communication or number that a person typed."""
        if line.amount <= 0:
            return ()
        groups = [*selectors.groups_by_communication(communications_in(text)).values()]
        groups += GroupedInvoice.objects.filter(number=text.strip().upper())
        mine = [group for group in groups if group.entity_id == line.statement.account.entity_id]
        return [_split(line, group, Left(), MatchedBy.HAND) for group in mine[:1]]


def _split(
    line: BankTransaction, group: GroupedInvoice, left: Left, matched_by: str = MatchedBy.COMMUNICATION
) -> Claims:
    invoices: list[Invoice] = selectors.invoices_of_group(group)
    still = [invoice for invoice in invoices if left.of(invoice) > 0]
    return split_over(line.amount, still or invoices[-1:], matched_by=matched_by, left=left)
