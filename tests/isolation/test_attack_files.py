"""Files of one cooperative asked for by the other: by key, by path, in parts, by their content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.documents import finished_file, render_one, request_document
from core.files import FileGone, read_file, store_file
from core.models import DocumentJob, StoredFile
from core.tenancy import tenant_scope
from members.models import Person
from tests.activities.builders import PDF
from tests.isolation.towns import Town, make_town


@pytest.fixture(scope="module")
def towns(house: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Town]]:
    """Belgium and France with a document made in each."""
    before = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    made = make_town(1, "be", name="Vanbelgenland"), make_town(2, "fr", name="Defrance")
    for town in made:
        while render_one(town.cooperative):
            pass
    yield made
    settings.MEDIA_ROOT = before


def signed_in(person: Person) -> Client:
    """Somebody at the door."""
    browser = Client(raise_request_exception=False)
    assert person.user is not None
    browser.force_login(person.user)
    return browser


def kept() -> dict[str, bytes]:
    """Every file on the disk, by its path under the media folder."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_same_content_in_two_cooperatives_is_two_files(towns: tuple[Town, Town]) -> None:
    content = b"%PDF-1.4 the same contract, signed by both"
    files = []
    for town in towns:
        with tenant_scope(town.cooperative):
            files.append(store_file(content, name="contrat.pdf", content_type="application/pdf"))
            files.append(store_file(content, name="encore.pdf", content_type="application/pdf"))

    paths = [path for path, bytes_ in kept().items() if bytes_ == content]
    digest = files[0].sha256
    assert sorted(paths) == [f"{tenant}/{digest[:2]}/{digest}" for tenant in (1, 2)]
    assert len({file.pk for file in files}) == 4

    # One of them is lost: the other cooperative's copy does not stand in for it.
    (Path(settings.MEDIA_ROOT) / f"2/{digest[:2]}/{digest}").unlink()
    with tenant_scope(towns[0].cooperative):
        assert read_file(files[0]) == content
    with tenant_scope(towns[1].cooperative), pytest.raises(FileGone):
        read_file(files[2])


def test_a_file_of_the_other_cooperative_is_not_there(towns: tuple[Town, Town]) -> None:
    """Neither its row, nor, for somebody who holds the row, its bytes."""
    be, fr = towns
    with tenant_scope(be.cooperative):
        theirs = StoredFile.objects.get(pk=be.things["file"])
        document = finished_file("invoice_ubl", be.things["document"])
    assert document is not None
    alone = f"1/{document.sha256[:2]}/{document.sha256}"
    assert alone in kept()

    with tenant_scope(fr.cooperative):
        assert not StoredFile.objects.filter(pk=theirs.pk).exists()
        assert not StoredFile.objects.filter(sha256=document.sha256).exists()
        assert finished_file("invoice_ubl", be.things["document"]) is None
        with pytest.raises(FileGone):
            read_file(document)


HOSTILE = (
    "../../1/{head}/{digest}", "/{media}/1/{head}/{digest}", "..", "", ".", "{digest}/../{digest}",
    "{DIGEST}", "{digest}\x00", "x" * 64, "{head}/../../../1/{head}/{digest}",
)  # fmt: skip


@pytest.mark.parametrize("written", HOSTILE)
def test_a_row_that_names_a_path_opens_nothing(towns: tuple[Town, Town], written: str) -> None:
    """Whatever stands where the digest should: no path is made of it."""
    be, fr = towns
    with tenant_scope(be.cooperative):
        theirs = finished_file("invoice_ubl", be.things["document"])
    assert theirs is not None
    digest = theirs.sha256
    path = written.format(
        head=digest[:2], digest=digest, DIGEST=digest.upper(), media=str(settings.MEDIA_ROOT).lstrip("/")
    )
    with tenant_scope(fr.cooperative), pytest.raises(FileGone):
        read_file(StoredFile(sha256=path, size=1, content_type="application/xml", name="x.xml"))


GUESSES = (
    "/media/1/{head}/{digest}", "/var/media/1/{head}/{digest}", "/1/{head}/{digest}",
    "/fr/media/1/{head}/{digest}", "/static/../media/1/{head}/{digest}",
    "/static/%2e%2e/media/1/{head}/{digest}",
    "/static/..%2fmedia%2f1%2f{head}%2f{digest}", "/static//media/1/{head}/{digest}",
    "/static/....//media/1/{head}/{digest}", "/static/%252e%252e/media/1/{head}/{digest}", "/fr/{digest}",
    "/fr/fichiers/{digest}", "/be/{digest}",
)  # fmt: skip


@pytest.mark.parametrize("guess", GUESSES)
def test_no_address_leads_to_a_file_by_its_path(towns: tuple[Town, Town], guess: str) -> None:
    be, fr = towns
    with tenant_scope(be.cooperative):
        file = finished_file("invoice_ubl", be.things["document"])
        assert file is not None
        content = read_file(file)
    address = guess.format(head=file.sha256[:2], digest=file.sha256)
    for town in towns:
        answer = signed_in(town.people["staff"]).get(address)
        assert answer.status_code in (301, 302, 400, 404), answer.status_code
        assert content[:60] not in answer.getvalue()


def _addresses(things: dict[str, Any], slug: str) -> list[str]:
    document, expense = things["document"], things["expense"]
    return [
        reverse("invoicing:document", kwargs={"cooperative": slug, "pk": document, "kind": "xml"}),
        reverse("activities:receipt", kwargs={"cooperative": slug, "pk": expense}),
    ]


ASKED = ({}, {"Range": "bytes=0-20"}, {"Range": "bytes=-20"}, {"If-Range": "x"}, {"If-None-Match": "*"})


@pytest.mark.parametrize("headers", ASKED, ids=str)
def test_neither_whole_nor_in_parts(towns: tuple[Town, Town], headers: dict[str, str]) -> None:
    """By the address of either cooperative, whole, from a place, or asked whether it changed: nothing."""
    be, fr = towns
    own = signed_in(be.people["member"])
    for address in _addresses(be.things, "be"):
        answer = own.get(address, headers=headers)
        assert answer.status_code == 200  # a file is given whole or not at all
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
    for person in fr.people.values():
        browser = signed_in(person)
        for slug in ("be", "fr"):
            for address in _addresses(be.things, slug):
                answer = browser.get(address, headers=headers)
                assert answer.status_code in (302, 403, 404), (address, answer.status_code)
                assert b"%PDF" not in answer.content
                assert b"Vanbelgenland" not in answer.content
    neighbour = signed_in(be.people["other"])
    for address in _addresses(be.things, "be"):
        assert neighbour.get(address, headers=headers).status_code == 404


def test_a_document_of_another_cooperatives_source_is_never_made(towns: tuple[Town, Town]) -> None:
    """Asked for by its key: the row waits, the renderer finds no source, nothing of it is written."""
    be, fr = towns
    before = kept()
    with tenant_scope(fr.cooperative):
        job = request_document("invoice_ubl", be.things["document"])
        other = request_document("invoice_ubl", uuid4())
    for _ in range(20):
        with tenant_scope(fr.cooperative):  # the pauses between attempts are over
            DocumentJob.objects.filter(state="pending").update(lease_until=None)
        render_one(fr.cooperative)

    with tenant_scope(fr.cooperative):
        rows = {row.pk: row for row in DocumentJob.objects.filter(pk__in=(job.pk, other.pk))}
    assert {row.state for row in rows.values()} == {"failed"}
    assert rows[job.pk].error == rows[other.pk].error  # no word about which of the two exists
    assert {path for path in kept() if path.startswith("1/")} == {p for p in before if p.startswith("1/")}


def test_nothing_is_kept_outside_the_cooperatives_own_folder(towns: tuple[Town, Town]) -> None:
    with tenant_scope(towns[1].cooperative):
        store_file(PDF + b"%", name="../../../1/x.pdf", content_type="application/pdf")

    assert {path.split("/")[0] for path in kept()} == {"1", "2"}
    assert all(len(path.split("/")) == 3 for path in kept())
