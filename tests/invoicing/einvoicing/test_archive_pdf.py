"""The PDF is an archive copy (PDF/A-3, ISO 19005-3) with the electronic document inside.

What a validator would look at and that can be looked at by hand: identification, output intent, fonts, no
encryption, no transparency, no scripts, the attachment and its relation.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from core.models import Cooperative
from invoicing.content import ubl_of
from invoicing.models import IssuedDocument
from invoicing.rendering import pdf_of
from invoicing.services import credit_invoice
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice
from tests.factories import SYSTEM

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData"}


@pytest.fixture(params=["invoice", "credit_note"])
def document(be: Cooperative, request: pytest.FixtureRequest) -> IssuedDocument:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity, name="Théâtre « Œuvre & Cie »"))
    if request.param == "credit_note":
        credit_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM, reason="Annulé")
    return IssuedDocument.objects.get(kind=request.param)


@pytest.fixture
def opened(document: IssuedDocument) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf_of(document.content))) as pdf:
        yield pdf


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found


def test_the_electronic_document_is_inside_byte_for_byte(
    document: IssuedDocument, opened: pikepdf.Pdf
) -> None:
    assert list(opened.attachments) == [f"{document.number}.xml"]
    spec = opened.attachments[f"{document.number}.xml"]
    assert spec.get_file().read_bytes() == ubl_of(document)
    assert spec.obj.AFRelationship == "/Alternative"
    assert spec.obj.EF.F.Subtype in {"/application/xml", "/text/xml"}
    assert str(spec.obj.UF) == f"{document.number}.xml"
    assert str(spec.obj.EF.F.Params.ModDate).startswith("D:20261102")


def test_the_document_names_its_attachment_as_its_own(opened: pikepdf.Pdf) -> None:
    associated = list(opened.Root.AF)
    assert {entry.objgen for entry in associated} == {
        opened.attachments[name].obj.objgen for name in opened.attachments
    }


def test_it_says_that_it_is_pdfa_3(document: IssuedDocument, opened: pikepdf.Pdf) -> None:
    with opened.open_metadata() as metadata:
        assert metadata[f"{PDFA}part"] == "3"
        assert metadata[f"{PDFA}conformance"] == "U"
        assert document.number in metadata["dc:title"]
        assert document.content["seller"]["name"] in metadata["dc:creator"]
        # What the old dictionary says, the metadata says too: readers believe either.
        assert str(opened.docinfo["/Title"]) == metadata["dc:title"]


def test_colours_are_those_of_a_named_profile(opened: pikepdf.Pdf) -> None:
    intents = list(opened.Root.OutputIntents)
    assert [str(intent.S) for intent in intents] == ["/GTS_PDFA1"]
    assert intents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_every_font_is_inside(opened: pikepdf.Pdf) -> None:
    descriptors = [found for found in dictionaries(opened) if found.get("/Type") == "/FontDescriptor"]
    assert descriptors
    assert all("/FontFile2" in found or "/FontFile3" in found for found in descriptors)
    fonts = [found for found in dictionaries(opened) if found.get("/Subtype") == "/Type0"]
    assert fonts
    assert all("/ToUnicode" in font for font in fonts)


def test_nothing_is_hidden_or_moves(opened: pikepdf.Pdf) -> None:
    assert not opened.is_encrypted
    assert opened.trailer.get("/ID") is not None
    assert opened.Root.get("/Lang") is not None
    for found in dictionaries(opened):
        assert found.get("/S") not in FORBIDDEN_ACTIONS
        assert "/JS" not in found
        if "/SMask" in found:
            assert found.SMask == "/None"
        for name in ("/ca", "/CA"):
            assert float(found.get(name, 1)) == 1.0
        if "/BM" in found:
            assert found.BM in {"/Normal", "/Compatible"}


def test_the_same_content_gives_the_same_bytes(document: IssuedDocument) -> None:
    assert pdf_of(document.content) == pdf_of(document.content)
