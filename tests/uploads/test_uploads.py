"""What people send in is hostile until looked at: nothing crashes, nothing acts, nothing is half kept."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.errors import DomainError
from core.files import read_file, store_upload
from core.models import Cooperative, StoredFile
from core.scanning import FileInfected, ScannerAway
from core.uploads import FileActs, FileDamaged, FileLocked, FileTooLarge, FileTypeRefused, accept
from invoicing.ubl import Attachment, write_document
from invoicing.ubl.reader import read_document
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.camt import read_camt
from ledger.treasury.camt_simulator import write_camt
from ledger.treasury.coda import read_coda
from ledger.treasury.reading import StatementError
from tests.activities.builders import NOVEMBER, PDF
from tests.invoicing.ubl.test_writer import MATRIX


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, (200, 60, 50)).save(drawn, kind, **more)
    return drawn.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], None], **more: Any) -> bytes:
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        change(pdf)
        written = io.BytesIO()
        pdf.save(written, **more)
        return written.getvalue()


def eicar() -> bytes:
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def test_an_honest_receipt_is_kept_to_the_byte(tenant: Cooperative) -> None:
    kept = store_upload(SimpleUploadedFile("../../reçu.exe", PDF))

    assert (kept.content_type, read_file(kept)) == ("application/pdf", PDF)
    assert "/" not in kept.name


def test_a_photo_keeps_its_picture_and_loses_where_it_was_taken() -> None:
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 6, "Phone of Nora"  # turned, maker
    tags.get_ifd(0x8825)[1] = "N"
    kept = accept(picture("JPEG", (40, 30), exif=tags))

    with Image.open(io.BytesIO(kept.content)) as shown:
        assert shown.size == (30, 40)  # upright now
        assert not shown.getexif()
    assert b"Nora" not in kept.content


def test_what_hides_behind_a_picture_does_not_survive() -> None:
    hidden = b"PK\x03\x04<script>alert(1)</script>"
    for kind in ("PNG", "JPEG"):
        assert hidden not in accept(picture(kind) + hidden).content
    text = io.BytesIO()
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "<script>")
    Image.new("RGB", (3, 3)).save(text, "PNG", pnginfo=info)
    assert b"<script>" not in accept(text.getvalue()).content


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    bomb = picture("PNG", (8_000, 8_000))
    assert len(bomb) < 1_000_000
    with pytest.raises(FileTooLarge):
        accept(bomb)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a script", lambda pdf: pdf.Root.__setitem__(
            "/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))),
        ("a program to launch", lambda pdf: pdf.Root.__setitem__(
            "/OpenAction", pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")))),
        ("a file inside", lambda pdf: pdf.attachments.__setitem__("a.exe", b"MZ")),
        ("a form of the XFA kind", lambda pdf: pdf.Root.__setitem__(
            "/AcroForm", pikepdf.Dictionary(XFA="<x/>"))),
        ("acts of a page", lambda pdf: pdf.pages[0].obj.__setitem__(
            "/AA", pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")))),
    ],
)  # fmt: skip
def test_a_pdf_that_acts_is_refused(
    tenant: Cooperative, what: str, change: Callable[[pikepdf.Pdf], None]
) -> None:
    with pytest.raises(FileActs):
        store_upload(SimpleUploadedFile("recu.pdf", pdf_with(change)))
    assert not StoredFile.objects.exists(), what


def test_what_acts_is_found_in_compressed_objects_too() -> None:
    hidden = pdf_with(
        lambda pdf: pdf.Root.__setitem__(
            "/OpenAction", pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x"))
        ),
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
    )
    assert b"JavaScript" not in hidden
    with pytest.raises(FileActs):
        accept(hidden)


def test_a_locked_pdf_a_cut_one_and_a_bare_head_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as the PDF renderer leaves it
    locked = pdf_with(lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(FileLocked):
        accept(locked)
    for broken in (b"%PDF-1.7\n", PDF[: len(PDF) // 2], picture()[:60], picture("JPEG")[:200]):
        with pytest.raises(FileDamaged):
            accept(broken)


@pytest.mark.parametrize(
    "content", [b"<svg onload='x'/>", b"<html>", b"MZ\x90", b"PK\x03\x04", b"GIF89a", b""]
)
def test_other_kinds_are_refused(content: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        accept(content)


def test_what_the_scanner_knows_is_not_kept(tenant: Cooperative) -> None:
    with pytest.raises(FileInfected):
        store_upload(SimpleUploadedFile("recu.pdf", PDF + eicar()))
    assert not StoredFile.objects.exists()


def test_without_the_scanner_nothing_passes_unseen(settings: Any) -> None:
    settings.SCANNER = "clamd:127.0.0.1:1"
    with pytest.raises(ScannerAway):
        accept(PDF)
    settings.SCANNER = "none"
    assert accept(PDF).content == PDF


def test_the_scanner_is_asked_in_its_own_words(settings: Any) -> None:
    import socket
    import struct
    import threading

    server = socket.create_server(("127.0.0.1", 0))
    settings.SCANNER = f"clamd:127.0.0.1:{server.getsockname()[1]}"
    answers = [
        b"stream: OK\0",
        b"stream: Win.Test.EICAR_HDB-1 FOUND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
    ]
    heard: list[bytes] = []

    def clamd() -> None:
        for answer in answers:
            line, _ = server.accept()
            with line:
                stream = line.makefile("rb")
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(length)
                heard.append(content)
                line.sendall(answer)

    thread = threading.Thread(target=clamd, daemon=True)
    thread.start()
    assert accept(PDF).content == PDF
    with pytest.raises(FileInfected):
        accept(PDF)
    with pytest.raises(ScannerAway):
        accept(PDF)
    thread.join(5)
    server.close()
    assert heard == [PDF] * 3


# --- what no one would think of ---------------------------------------------------------------------------


STATEMENT = BankStatement(
    iban="BE68539007547034",
    number=1,
    day=NOVEMBER,
    opening=Decimal("100.00"),
    movements=tuple(
        BankMovement(Decimal(n), communication=f"+++090/9337/5549{n}+++", counterparty_name="THEATRE")
        for n in range(1, 6)
    ),
)


def coda() -> bytes:
    return write_coda([STATEMENT])


def camt() -> bytes:
    return write_camt([STATEMENT])


def supplier_document() -> bytes:
    """An invoice of two rates, a discount and a file inside."""
    made = MATRIX["three rates"]
    attached = Attachment("1", "plan.pdf", "application/pdf", PDF)
    return write_document(replace(made, attachments=(attached,)))


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """The seed with a few of: bytes turned, cut out, doubled, moved, lengths changed, other text put in."""
    content = bytearray(seed)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(content) + 1)
        length = chance.choice((1, 2, 4, 16, 128))
        match chance.randrange(7):
            case 0:
                for index in range(place, min(place + length, len(content))):
                    content[index] = chance.randrange(256)
            case 1:
                del content[place : place + length]
            case 2:
                content[place:place] = content[place : place + length]
            case 3:
                content[place:place] = chance.choice(
                    (
                        b"\x00" * 8,
                        b"\xff" * 8,
                        b"9" * 40,
                        b"\r\n",
                        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
                        b"obj\n<<",
                    )
                )
            case 4:
                del content[place:]
            case 5:
                if content:
                    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            case 6:
                other = chance.randrange(len(content) + 1)
                content[place:place] = content[other : other + length]
    return bytes(content)


SEEDS: dict[str, tuple[Callable[[], bytes], Callable[[bytes], Any]]] = {
    "coda": (coda, lambda content: list(read_coda(content))),
    "camt": (camt, lambda content: list(read_camt(content))),
    "pdf": (lambda: PDF, accept),
    "png": (picture, accept),
    "jpeg": (lambda: picture("JPEG"), accept),
    "ubl": (supplier_document, read_document),
}
"""Kind → an honest upload, and what reads it."""


def storm(kind: str, count: int, seed: int) -> tuple[int, int]:
    """Send mutated uploads to a reader: (taken, refused).

    Anything but an answer or a refusal goes through.
    """
    chance = random.Random(seed)  # noqa: S311 - the same storm each time
    honest, read = SEEDS[kind]
    first, taken = honest(), 0
    for _ in range(count):
        content = mutated(first, chance)
        start = time.monotonic()
        try:
            read(content)
            taken += 1
        except (DomainError, StatementError):
            continue
        finally:
            assert time.monotonic() - start < 5, "an upload must not hold a worker"
    return taken, count - taken


@pytest.mark.parametrize("kind", SEEDS)
def test_mutated_uploads_are_answered_or_refused(kind: str) -> None:
    _taken, refused = storm(kind, 400, seed=1)
    assert refused > 40


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize("kind", SEEDS)
def test_a_hundred_thousand_mutated_uploads(kind: str, part: int) -> None:
    """Forty parts of 2,500: nothing but answers and refusals."""
    storm(kind, 2_500, seed=1_000 + part)


@pytest.mark.parametrize("kind", ["coda", "camt", "pdf"])
def test_a_refused_upload_leaves_nothing_behind(tenant: Cooperative, settings: Any, kind: str) -> None:
    """Rows and files before and after each refusal are the same, by way of the services that people use."""
    from ledger.models import JournalEntry
    from ledger.treasury.models import BankStatement as Row
    from ledger.treasury.services import import_statement
    from tests.factories import SYSTEM, load_cooperative

    load_cooperative()
    chance = random.Random(7)  # noqa: S311

    def left() -> tuple[int, ...]:
        files = sum(1 for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
        return (Row.objects.count(), JournalEntry.objects.count(), StoredFile.objects.count(), files)

    for _ in range(60):
        before = left()
        content = mutated(SEEDS[kind][0](), chance)
        try:
            if kind in ("coda", "camt"):
                import_statement(content=content, filename="x.cod", today=NOVEMBER, actor=SYSTEM)
            else:
                store_upload(SimpleUploadedFile("x.pdf", content))
        except DomainError:
            assert left()[:3] == before[:3]
