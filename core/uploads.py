"""What people send in: looked at before it is kept, made harmless where that costs nothing, else refused.

* Pictures are drawn anew: what is hidden behind or between their pixels (place and camera, other formats,
  scripts) does not survive.
* PDF is kept to the byte, because it may be evidence, and therefore refused when it holds anything that acts:
  scripts, programs to launch, files inside, forms of the XFA kind, media; or when it is locked.
* Everything else is refused, whatever its name says.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from core.errors import DomainError
from core.scanning import scan

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_OBJECTS = 20_000
MOST_PAGES = 200
JPEG_QUALITY = 90

_ACTING = frozenset({
    "/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA", "/AA", "/Movie",
    "/Sound", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition",
})  # fmt: skip
"""Names in a PDF that let it act, reach out or carry something else."""


class FileTooLarge(DomainError):
    """The upload passes the size limit."""

    code = "file_too_large"
    message = _("The file is larger than %(limit)s MB: make it smaller and send it again.")


class FileTypeRefused(DomainError):
    """The content is not of a kind that is accepted, whatever its name says."""

    code = "file_type_refused"
    message = _("Only PDF, PNG and JPEG files are accepted.")


class FileDamaged(DomainError):
    """It begins as such a file and goes on as none."""

    code = "file_damaged"
    message = _("The file cannot be read to its end: open it, save it anew and send it again.")


class FileLocked(DomainError):
    """Nobody could read it."""

    code = "file_locked"
    message = _("The PDF is protected by a password: save it without protection and send it again.")


class FileActs(DomainError):
    """It holds something that acts."""

    code = "file_acts"
    message = _("The PDF holds %(what)s, which is not accepted: print it to a new PDF and send that.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is kept, and as what."""

    content: bytes
    content_type: str


def accept_upload(upload: Any) -> Accepted:
    """Look at an upload (`size`, `read()`). Raises `FileTooLarge`, `FileTypeRefused`, `FileDamaged`,
    `FileLocked`, `FileActs`, `core.scanning.FileInfected`, `core.scanning.ScannerAway`.
    """
    if upload.size > LARGEST:
        raise FileTooLarge(limit=LARGEST // 1024 // 1024)
    return accept(upload.read())


def accept(content: bytes) -> Accepted:
    """Look at bytes; see `accept_upload`."""
    if len(content) > LARGEST:
        raise FileTooLarge(limit=LARGEST // 1024 // 1024)
    scan(content)
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return Accepted(content, "application/pdf")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Accepted(_draw_anew(content, "PNG"), "image/png")
    if content.startswith(b"\xff\xd8\xff"):
        return Accepted(_draw_anew(content, "JPEG"), "image/jpeg")
    raise FileTypeRefused


def _draw_anew(content: bytes, kind: str) -> bytes:
    """The picture, upright, and nothing but the picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # the PDF renderer switches it on for its whole process
            with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileTooLarge(limit=LARGEST // 1024 // 1024)
                upright = ImageOps.exif_transpose(picture)
                plain = upright.convert("RGB" if kind == "JPEG" else _plain_mode(upright.mode))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileTooLarge(limit=LARGEST // 1024 // 1024) from None
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
    ):
        raise FileDamaged from None
    except (ArithmeticError, AttributeError, MemoryError, OverflowError):  # of a library fed with nonsense
        raise FileDamaged from None
    drawn = io.BytesIO()
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    clean.save(drawn, kind, **({"quality": JPEG_QUALITY} if kind == "JPEG" else {"optimize": False}))
    return drawn.getvalue()


def _plain_mode(mode: str) -> str:
    return mode if mode in ("L", "RGB", "RGBA") else "RGBA" if "A" in mode or mode == "P" else "RGB"


def _check_pdf(content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True, attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise FileLocked
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise FileDamaged
            for count, thing in enumerate(pdf.objects):
                if count > MOST_OBJECTS:
                    raise FileTooLarge(limit=LARGEST // 1024 // 1024)
                for name in _names(thing):
                    if name in _ACTING:
                        raise FileActs(what=name.removeprefix("/"))
    except pikepdf.PasswordError:
        raise FileLocked from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, IndexError):
        raise FileDamaged from None
    except (RuntimeError, RecursionError, OverflowError, AttributeError, MemoryError):
        raise FileDamaged from None


def _names(thing: Any, depth: int = 0) -> Iterator[str]:
    """Keys and names in an object, without following references: those are visited on their own."""
    if depth > 40:
        raise FileDamaged
    if isinstance(thing, pikepdf.Name):
        yield str(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        entries = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        for key in entries.keys():  # noqa: SIM118 - not a mapping of Python's
            yield str(key)
            inner = entries.get(key)
            if not getattr(inner, "is_indirect", False):
                yield from _names(inner, depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for inner in thing:
            if not getattr(inner, "is_indirect", False):
                yield from _names(inner, depth + 1)
