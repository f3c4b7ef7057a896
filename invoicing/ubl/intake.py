"""Bytes from a stranger to a tree that can be read without harm: limits, encoding, no document type.

The document type is refused before anything is parsed: with it go entities, foreign files and their bombs.
What remains is bounded in bytes, in parts and in depth.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from invoicing.ubl.refusals import (
    UblDoctype,
    UblEmpty,
    UblEncoding,
    UblNotUbl,
    UblNotXml,
    UblTooDeep,
    UblTooLarge,
)
from invoicing.ubl.types import DocumentKind

LARGEST = 20 * 1024 * 1024
"""Bytes of a file, with what is inside it."""
MOST_PARTS = 1_000_000
"""Tags of a file: ten thousand lines have half of it."""
MOST_ATTRIBUTES = 300_000
DEEPEST = 60

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
CAC = f"{UBL}:CommonAggregateComponents-2"
CBC = f"{UBL}:CommonBasicComponents-2"
ROOTS = {
    f"{{{UBL}:Invoice-2}}Invoice": DocumentKind.INVOICE,
    f"{{{UBL}:CreditNote-2}}CreditNote": DocumentKind.CREDIT_NOTE,
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENCODINGS = {
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "ascii",
    "iso8859-1",
    "iso8859-15",
    "cp1252",
}
_DECLARATION = re.compile(r"\A<\?xml\s[^>]*\?>")
_NAMED = re.compile(r"""encoding\s*=\s*["']([^"']*)["']""")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)


def parse_ubl(content: bytes) -> tuple[etree._Element, DocumentKind]:
    """The root of an invoice or a credit note, and which of the two.

    Raises `UblEmpty`, `UblTooLarge`, `UblEncoding`, `UblDoctype`, `UblNotXml`, `UblTooDeep`, `UblNotUbl`.
    """
    if len(content) > LARGEST:
        raise UblTooLarge(limit=f"{LARGEST // 1024 // 1024} MB")
    if not content.strip(b"\0 \t\r\n"):
        raise UblEmpty
    text = _decode(content)
    declared = _DECLARATION.match(text)
    if declared:
        text = text[declared.end() :]
    if text.count("<") > MOST_PARTS or text.count("=") > MOST_ATTRIBUTES:
        raise UblTooLarge(limit=f"{MOST_PARTS}")
    _refuse_doctype(text)
    root = _parse(text)
    _refuse_depth(root)
    kind = ROOTS.get(root.tag)
    if kind is None:
        raise UblNotUbl(root=str(root.tag)[:80], line=root.sourceline)
    return root, kind


def _decode(content: bytes) -> str:
    """The text, by its mark, by what it declares, else UTF-8; with universal line ends, so that lines count
    as in an editor.
    """
    encoding, start = "", 0
    for mark, name in _MARKS:
        if content.startswith(mark):
            encoding, start = name, len(mark)
            break
    if not encoding and content[:4] in (b"<\0?\0", b"<\0I\0", b"<\0C\0"):
        encoding = "utf-16-le"
    elif not encoding and content[:4] in (b"\0<\0?", b"\0<\0I", b"\0<\0C"):
        encoding = "utf-16-be"
    elif not encoding:
        declared = _DECLARATION.match(content[:200].decode("latin-1"))
        named = _NAMED.search(declared.group()) if declared else None
        encoding = _known(named.group(1)) if named else "utf-8"
    try:
        text = content[start:].decode(encoding)
    except UnicodeDecodeError as error:
        before = content[start : start + error.start].count(b"\n")
        raise UblEncoding(encoding=encoding.upper(), line=before + 1) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        raise UblEncoding(encoding=name[:40], line=1) from None
    if found not in _ENCODINGS or found.startswith("utf-16"):  # UTF-16 shows itself, by mark or by zeros
        raise UblEncoding(encoding=name[:40], line=1)
    return found


def _refuse_doctype(text: str) -> None:
    """Nothing but blanks, comments and instructions stands before the root."""
    place = 0
    while found := _PROLOG.match(text, place):
        place = found.end()
    if text.startswith("<!", place) and not text.startswith("<!--", place):
        raise UblDoctype(line=text.count("\n", 0, place) + 1)


def _parse(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # one attachment may pass 10 MB; bytes, parts and depth are bounded here
        recover=False,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text.encode("utf-8", "strict"), parser)
    except etree.XMLSyntaxError as error:
        if "depth" in (error.msg or "").lower():
            raise UblTooDeep(limit=DEEPEST, line=_line(error)) from None
        raise UblNotXml(reason=_reason(error), line=_line(error)) from None
    except (UnicodeEncodeError, ValueError):
        raise UblNotXml(reason="character", line=1) from None


def _line(error: etree.XMLSyntaxError) -> int | None:
    return error.lineno or None


def _reason(error: etree.XMLSyntaxError) -> str:
    """What the parser says, short and without the place, which is told apart."""
    return re.sub(r", line \d+, column \d+.*", "", error.msg or "syntax")[:160]


def _refuse_depth(root: etree._Element) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise UblTooDeep(limit=DEEPEST, line=element.sourceline)
