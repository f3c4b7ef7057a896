"""The check of the books as an act: run, kept, and said aloud when something breaks."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from time import perf_counter

from django.db import transaction

from core import audit
from core.clock import ZONE
from core.tenancy import current_cooperative
from core.types import Actor
from ledger.checks import find_breaks
from ledger.models import BooksCheck, JournalEntry
from ledger.seal_checks import count_unsealed

log = logging.getLogger(__name__)

NIGHT = range(1, 6)
"""Hours in which the books are checked by themselves, Belgian time."""
RECENT = timedelta(hours=12)
OVERDUE = timedelta(hours=26)
MOST_KEPT = 200
"""Breaks that a check keeps word for word; a broken house needs no more to be seen."""


def check_is_due(*, at: datetime) -> bool:
    """Whether the nightly check is to run at a moment (real, as the stamps of checks are): at night when the
    last one is not recent, at any hour when it is overdue.
    """
    last = BooksCheck.objects.order_by("-at").first()
    if last is None or at - last.at > OVERDUE:
        return True
    return at - last.at > RECENT and at.astimezone(ZONE).hour in NIGHT


@transaction.atomic
def check_now(*, actor: Actor) -> BooksCheck:
    """Count the books of the cooperative again and keep the outcome; writes nothing else.

    What breaks is logged as an error, codes and keys only. Each call keeps a row of its own.
    """
    start = perf_counter()
    breaks = find_breaks()
    check = BooksCheck.objects.create(
        milliseconds=round((perf_counter() - start) * 1000),
        entries=JournalEntry.objects.count(),
        unsealed=count_unsealed(),
        ok=not breaks,
        breaks=[{"code": b.code, "subject": b.subject, "detail": b.detail} for b in breaks[:MOST_KEPT]],
    )
    audit.record(actor, "ledger.checked", check, breaks=len(breaks))
    if breaks:
        codes = sorted({broken.code for broken in breaks})
        log.error("the books of %s do not hold: %s", current_cooperative().slug, ", ".join(codes))
    return check
