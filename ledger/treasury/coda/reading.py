"""From the bytes of a CODA file to its statements."""

from __future__ import annotations

import re
from dataclasses import replace

from ledger.treasury.coda.block import Block
from ledger.treasury.reading import Statement, StatementError, StatementWarning

LINE_LENGTH = 128
DEFAULT_SIZE_LIMIT = 10_000_000
"""Bytes. A year of a busy account is about two million."""
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def read_coda(
    content: bytes, *, strict: bool = True, size_limit: int = DEFAULT_SIZE_LIMIT
) -> tuple[Statement, ...]:
    """Return the statements of a CODA file, in the order of the file.

    `strict=False` lets pass broken totals, balances and account numbers (samples and anonymised files
    have them) and reports each in `warnings`. Raises `StatementError` and nothing else.
    """
    if len(content) > size_limit:
        raise StatementError("too_large", f"The file is larger than {size_limit} bytes.")
    lines = _lines_of(content, strict=strict)
    if not lines:
        raise StatementError("empty", "The file holds no record.")
    statements: list[Statement] = []
    block: Block | None = None
    last_flag = ""
    for number, text in lines:
        if text[0] == "0":
            if block is not None:
                raise StatementError("truncated", "A new block starts before the last one ended.", number)
            block = Block(number, text, strict=strict)
        elif block is None:
            raise StatementError("structure", "A block starts with record 0.", number)
        else:
            finished = block.take(number, text)
            if finished is not None:
                statements.append(finished)
                last_flag = text[127]
                block = None
    if block is not None:
        raise StatementError("truncated", "The file ends inside a block: record 9 is missing.", lines[-1][0])
    if last_flag == "1":
        note = StatementWarning(
            "another_file_announced", "The last record announces another file.", lines[-1][0]
        )
        statements[-1] = replace(statements[-1], warnings=(*statements[-1].warnings, note))
    return tuple(statements)


def _lines_of(content: bytes, *, strict: bool) -> list[tuple[int, str]]:
    """Split, decode and measure the lines; numbers start at 1 and count blank lines too."""
    raw = content.rstrip(b"\x1a\r\n\t ").split(b"\n")
    result: list[tuple[int, str]] = []
    for number, line in enumerate(raw, start=1):
        stripped = line.rstrip(b"\r")
        if not stripped.strip():
            if strict and any(part.strip() for part in raw[number:]):
                raise StatementError("blank_line", "A record is missing: the line is blank.", number)
            continue
        if len(stripped) > 4 * LINE_LENGTH:
            raise StatementError("line_length", f"A record has {LINE_LENGTH} characters.", number)
        text = _decode(stripped, number, strict=strict)
        # The file's own end was trimmed above, so its last record may have lost trailing blanks.
        if number == len(raw):
            text = text.ljust(LINE_LENGTH)
        if len(text) != LINE_LENGTH:
            raise StatementError(
                "line_length", f"A record has {LINE_LENGTH} characters, not {len(text)}.", number
            )
        result.append((number, text))
    return result


def _decode(line: bytes, number: int, *, strict: bool) -> str:
    try:
        text = line.decode("cp1252")
    except UnicodeDecodeError as error:
        if strict:
            raise StatementError("encoding", "The text is not Windows-1252.", number) from error
        text = line.decode("cp1252", errors="replace").replace("\ufffd", "?")
    if not strict and len(text) != LINE_LENGTH:
        # Some mail systems convert the file to UTF-8: the accents then count for two.
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            return text
    if _CONTROL.search(text):
        if strict:
            raise StatementError("control_character", "A record holds a control character.", number)
        text = _CONTROL.sub(" ", text)
    return text
