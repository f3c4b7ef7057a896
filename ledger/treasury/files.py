"""A file of the bank, whatever its form."""

from __future__ import annotations

from ledger.treasury.camt import read_camt
from ledger.treasury.coda import read_coda
from ledger.treasury.reading import Statement

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_statements(content: bytes, *, strict: bool = True) -> tuple[Statement, ...]:
    """The statements of a CODA or CAMT.053 file, told apart by their first letter. Raises `StatementError`
    and nothing else.
    """
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", *_BYTE_ORDER_MARKS)):
        return read_camt(content, strict=strict)
    return read_coda(content, strict=strict)
