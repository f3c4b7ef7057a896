"""Why a supplier's document is not taken: each names the line of the file where one must look.

`line` counts from 1; None where the fault has no place of its own (the file is too large, it is empty).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UblRefused(DomainError):
    """A file that is no document for us; nothing of it was kept."""

    code = "ubl_refused"
    message = _("This file is no invoice that can be read.")

    def __init__(self, *, line: int | None = None, **params: Any) -> None:
        super().__init__(line=line, **params)
        self.line = line


class UblEmpty(UblRefused):
    """No bytes."""

    code = "ubl_empty"
    message = _("The file is empty: ask the supplier to send it again.")


class UblTooLarge(UblRefused):
    """It passes a limit: of bytes before reading, or of parts."""

    code = "ubl_too_large"
    message = _("The file is larger than what an invoice may be (%(limit)s): ask for one that is smaller.")


class UblEncoding(UblRefused):
    """Its bytes are not text of the encoding that it names."""

    code = "ubl_encoding"
    message = _("The file is not written in %(encoding)s, as it says: ask the supplier to send it again.")


class UblDoctype(UblRefused):
    """It brings a document type along: the way to entity bombs and to foreign files."""

    code = "ubl_doctype"
    message = _("The file defines entities or a document type of its own, which no invoice needs.")


class UblNotXml(UblRefused):
    """It breaks off, or never was XML."""

    code = "ubl_not_xml"
    message = _("The file is not whole XML: %(reason)s. Ask the supplier to send it again.")


class UblTooDeep(UblRefused):
    """Its parts stand in each other more often than in any invoice."""

    code = "ubl_too_deep"
    message = _("The parts of the file stand in each other more than %(limit)s times: it is no invoice.")


class UblNotUbl(UblRefused):
    """XML, but no invoice or credit note of UBL 2."""

    code = "ubl_not_ubl"
    message = _("The file is XML, but neither a UBL invoice nor a UBL credit note (it begins with %(root)s).")


class UblMissing(UblRefused):
    """Something without which it cannot be booked."""

    code = "ubl_missing"
    message = _("The document has no %(what)s, which is mandatory.")


class UblRepeated(UblRefused):
    """Something stands twice that has one value: nobody could say which holds."""

    code = "ubl_repeated"
    message = _("The document has %(what)s more than once: only one can hold.")


class UblValue(UblRefused):
    """A value that is not of its kind."""

    code = "ubl_value"
    message = _("“%(value)s” cannot be %(what)s.")


class UblCurrency(UblRefused):
    """An amount in another currency than the document's."""

    code = "ubl_currency"
    message = _("%(what)s is in %(found)s, the document in %(currency)s.")


class UblDoesNotAddUp(UblRefused):
    """Its own totals contradict each other (EN 16931, fatal rules)."""

    code = "ubl_does_not_add_up"
    message = _("The figures do not add up: %(detail)s. Ask the supplier for a corrected document.")
