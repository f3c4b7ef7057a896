"""Reading what many earn: a page of a list that names others leaves one trace, as a payslip that is opened
does with its worker (`members.disclosure`). The trace says who read, which list with which filters, and how
many rows were of others; whose they were follows from that. Lists as files leave theirs when they are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

from core import audit
from core.types import Actor
from members.models import Person

LISTED = "payroll.pay_listed"


class OfSomebody(Protocol):
    """A row that says what a person earns."""

    @property
    def person_id(self) -> UUID:
        """Whose it is."""


def note_list_read(
    kind: str, rows: Iterable[OfSomebody], *, reader: Person | None, filters: Mapping[str, str], actor: Actor
) -> None:
    """Write down that `reader` was shown a page of pay: `kind` is the list, `filters` what it was asked for.
    One statement. A page without anybody else's pay leaves no trace.
    """
    shown = sum(1 for row in rows if reader is None or row.person_id != reader.pk)
    if reader is not None and shown:
        asked = {name: value[:40] for name, value in filters.items() if value}
        audit.record_read(actor, LISTED, reader, list=kind, filters=asked, rows=shown)
