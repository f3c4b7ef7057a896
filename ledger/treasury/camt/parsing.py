"""From the bytes of a CAMT.053 file to its statements: XML of a stranger, all doors shut."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from ledger.treasury.camt.nodes import Node
from ledger.treasury.camt.statement import StatementReader
from ledger.treasury.enums import StatementFormat
from ledger.treasury.reading import Statement, StatementError

DEFAULT_SIZE_LIMIT = 10_000_000
"""Bytes. A busy day has about a thousand movements, two million bytes."""
MOST_TAGS = 2_000_000
DEEPEST = 60
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.\d{3}\.\d{3}\.\d{2})")


def read_camt(
    content: bytes, *, strict: bool = True, size_limit: int = DEFAULT_SIZE_LIMIT
) -> tuple[Statement, ...]:
    """Return the statements of a CAMT.053 file, in the order of the file; the pages of one are put together.

    `strict=False` lets pass broken balances, totals and accounts, and reports each in `warnings`. Raises
    `StatementError` and nothing else.
    """
    if len(content) > size_limit:
        raise StatementError("too_large", f"The file is larger than {size_limit} bytes.")
    root = _parse(content)
    name = etree.QName(root)
    found = _NAMESPACE.fullmatch(name.namespace or "")
    if name.localname != "Document" or found is None:
        raise StatementError("structure", "This is no document of ISO 20022.", root.sourceline)
    if found[1] not in (StatementFormat.CAMT_02, StatementFormat.CAMT_08):
        raise StatementError("unknown_format", f"{found[1]} is not read here, camt.053 is.", root.sourceline)
    report = Node(root, name.namespace or "").child("BkToCstmrStmt")
    nodes = report.children("Stmt") if report is not None else []
    if not nodes:
        raise StatementError("no_statement", "The file holds no statement.", root.sourceline)
    read = [StatementReader(node, found[1], strict=strict).read() for node in nodes]
    return tuple(_together(read))


def _parse(content: bytes) -> etree._Element:
    """The root element. No document type, no entities, no network, no depth beyond reason."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise StatementError("empty", "The file is empty.")
    plain = content.replace(b"\x00", b"")  # the same letters in UTF-16
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        line = plain[: max(plain.find(b"<!DOCTYPE"), 0)].count(b"\n") + 1
        raise StatementError("document_type", "A document type does not belong in a statement.", line)
    if plain.count(b"<") > MOST_TAGS:
        raise StatementError("too_large", "The file holds more than a statement does.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise StatementError(*_said(error, plain), error.lineno or None) from error
    except (ValueError, LookupError) as error:  # an encoding that is none
        raise StatementError("encoding", "The text is not in the encoding that it names.") from error
    if _deeper_than(root, DEEPEST):
        raise StatementError("structure", "The elements stand too deep in each other.", root.sourceline)
    return root


def _said(error: etree.XMLSyntaxError, content: bytes) -> tuple[str, str]:
    text = str(error)
    if any(word in text for word in ("encod", "UTF-8", "Char 0x", "invalid character")):
        return "encoding", "The text is not in the encoding that it names."
    if "Premature end" in text or not content.rstrip().endswith(b">"):
        return "truncated", "The file is cut short."
    return "malformed", "This is no XML that holds together."


def _deeper_than(root: etree._Element, limit: int) -> bool:
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def _together(read: list[tuple[Statement, str, int | None]]) -> list[Statement]:
    """Pages of one statement, which follow each other and bear its identification, become one statement."""
    whole: list[Statement] = []
    last: tuple[str, int] | None = None
    for statement, identification, page in read:
        if (
            whole
            and page is not None
            and last == (identification, page - 1)
            and (statement.account, statement.number) == (whole[-1].account, whole[-1].number)
            and statement.opening == whole[-1].closing
        ):
            first = whole[-1]
            shift = len(first.movements)
            whole[-1] = replace(
                first,
                closing=statement.closing,
                closing_date=statement.closing_date,
                movements=first.movements
                + tuple(replace(m, sequence=m.sequence + shift) for m in statement.movements),
                transactions=first.transactions
                + tuple(replace(m, sequence=m.sequence + shift) for m in statement.transactions),
                warnings=first.warnings + statement.warnings,
            )
        else:
            whole.append(statement)
        last = (identification, page) if page is not None else None
    return whole
