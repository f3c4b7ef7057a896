"""What stands in the books, what seals it, and the acts of finance."""

from ledger.models.acts import AuditExport, BooksCheck, ManualEntry
from ledger.models.books import (
    Account,
    Budget,
    JournalEntry,
    JournalLine,
    LegalEntity,
    NumberSeries,
    Party,
    Period,
    Reservation,
)
from ledger.models.seals import Seal, SealedEntry

__all__ = [
    "Account",
    "AuditExport",
    "BooksCheck",
    "Budget",
    "JournalEntry",
    "JournalLine",
    "LegalEntity",
    "ManualEntry",
    "NumberSeries",
    "Party",
    "Period",
    "Reservation",
    "Seal",
    "SealedEntry",
]
