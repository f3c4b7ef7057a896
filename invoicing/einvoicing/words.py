"""Reasons in words that tell people what to do."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.operations.words import WORDS, words_of
from invoicing.einvoicing.enums import AnswerCode
from invoicing.einvoicing.models import Delivery

REASONS = {
    "no_receiver": gettext_lazy(
        "The client does not receive such documents by Peppol. It went by e-mail where there is an address."
    ),
    "unavailable": gettext_lazy("The network could not be reached for hours."),
    "no_answer": gettext_lazy("Nothing was heard for three days: ask the client whether it arrived."),
    "returned": gettext_lazy("It came back: correct the address of the client and send it again."),
    "DUP": gettext_lazy("The client already has a document with this number."),
}
"""Our own reasons. What the network or the client says stands as they said it."""


_RULE = re.compile(r"(?:[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+|XSD|XML)(?=: )")
"""Names of public rules (`BR-CO-15`), and of the schema, as they stand before their text."""


def rules_in(error: str) -> list[str]:
    """The names of the rules that a kept `UblRefused` holds, each once; never its texts, which may repeat
    what people wrote.
    """
    parts = error.removeprefix("UblRefused: ").split("; ")
    found = (_RULE.match(part) for part in parts)
    return list(dict.fromkeys(match.group() for match in found if match))


def refused(error: str) -> str:
    """A document that the rules refuse, with the names of the rules."""
    rules = ", ".join(rules_in(error))
    if not rules:
        return _("The document breaks the public rules of electronic invoices.")
    return _("The document breaks a public rule and is not sent: %(rules)s") % {"rules": rules}


def why(row: Delivery) -> str:
    """Why a sending did not arrive."""
    if row.reason_code == "not_valid":
        return refused(row.reason) if rules_in(row.reason) else words_of(row.reason)
    if row.response == AnswerCode.REJECTED:
        said = row.reason or row.reason_code
        return _("“%(said)s” — credit the invoice, or settle it with the client.") % {"said": said}
    if row.reason_code == "returned" and row.reason:
        return f"{REASONS['returned']} ({row.reason})"
    if row.reason_code in REASONS:
        return str(REASONS[row.reason_code])
    if any(row.reason_code in codes for codes, _words in WORDS):
        return words_of(row.reason_code)
    return " ".join(filter(None, (row.reason_code, row.reason)))
