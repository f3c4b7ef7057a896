"""Money that another entity of the house paid: the receiving side of a transfer, never counted twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from ledger.treasury.dues.types import TRANSFER, TRANSFERS
from ledger.treasury.enums import MatchedBy, PayoutState
from ledger.treasury.matching import Claim, Claims, LineMatcher
from ledger.treasury.models import BankTransaction, Payout

_PAYOUT_ID = re.compile(r"P([0-9a-f]{32})", re.IGNORECASE)


class TransferReceived(LineMatcher):
    """A line that came in from another entity's account: it takes 580 back to zero on our side."""

    order = 25
    source_type = TRANSFER

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """Lines that bear the end-to-end id of a transfer to this very account, of its amount, each once."""
        named = {
            line.pk: (line, UUID(found.group(1)))
            for line in lines
            if line.amount > 0 and (found := _PAYOUT_ID.fullmatch(line.end_to_end_id.strip()))
        }
        if not named:
            return {}
        payouts = {
            payout.pk: payout
            for payout in Payout.objects.filter(
                pk__in={key for _, key in named.values()},
                source_type=TRANSFER,
                state__in=(PayoutState.RELEASED, PayoutState.PAID),
            )
        }
        received = set(
            BankTransaction.objects.filter(
                source_type=TRANSFER, source_id__in=[p.source_id for p in payouts.values()]
            ).values_list("source_id", flat=True)
        )
        claims: dict[UUID, Claims] = {}
        for pk, (line, key) in named.items():
            payout = payouts.get(key)
            if (
                payout is not None
                and payout.source_id not in received
                and payout.iban == line.statement.account.iban
                and payout.amount == line.amount
            ):
                received.add(payout.source_id)
                claims[pk] = (
                    Claim(
                        TRANSFERS,
                        None,
                        TRANSFER,
                        payout.source_id,
                        payout.communication,
                        matched_by=MatchedBy.OWN,
                    ),
                )
        return claims
