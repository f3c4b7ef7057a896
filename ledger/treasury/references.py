"""References and accounts as payers and banks write them: what holds is normalised, the rest is nothing."""

from __future__ import annotations

import re

from core.identifiers import (
    InvalidIdentifier,
    iban_from_belgian_account,
    normalise_creditor_reference,
    normalise_iban,
    normalise_structured_communication,
)

NOT_A_REFERENCE = {"", "NOTPROVIDED", "NOT PROVIDED"}
"""What banks write where the payer gave no end-to-end reference."""

_WRITTEN = re.compile(r"[+*]{0,3}\s*(\d{3}\s?/\s?\d{4}\s?/\s?\d{5})\s*[+*]{0,3}")
_COMMUNICATION = re.compile(
    r"(?<!\d)(\d{3})\s*[/.]\s*(\d{4})\s*[/.]\s*(\d{5})(?!\d)|(?<!\d)(\d{3} \d{4} \d{5})(?!\d)"
    r"|(?<![0-9A-Za-z])(\d{12})(?!\d)"
)
_CREDITOR = re.compile(r"(?<![A-Za-z0-9])RF\s?\d{2}(?:\s?[A-Z0-9]{1,4}){1,6}", re.IGNORECASE)


def reference_of(text: str) -> str | None:
    """The reference that a text is, when it holds: 12 digits, or `RF…`."""
    compact = text.strip().strip("+*").strip()
    try:
        if compact[:2].upper() == "RF":
            return normalise_creditor_reference(compact)
        return normalise_structured_communication(compact)
    except InvalidIdentifier:
        return None


def reference_in(text: str) -> str | None:
    """The reference of a text that says nothing else: `+++123/1234/12345+++`, `RF18 5390 0754 7034`."""
    written = _WRITTEN.fullmatch(text.strip())
    if written:
        return reference_of(written[1])
    return reference_of(text) if text[:2].upper() == "RF" else None


def communications_in(*texts: str) -> list[str]:
    """Every Belgian structured communication that stands in the texts, however it is written, in order."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _COMMUNICATION.finditer(text):
            try:
                found[normalise_structured_communication("".join(filter(None, match.groups())))] = None
            except InvalidIdentifier:
                continue
    return list(found)


def creditor_references_in(*texts: str) -> list[str]:
    """Every creditor reference (ISO 11649) that stands in the texts; the longest reading that holds."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _CREDITOR.finditer(text):
            words = match[0].split()
            for end in range(len(words), 0, -1):
                try:
                    found[normalise_creditor_reference("".join(words[:end]))] = None
                    break
                except InvalidIdentifier:
                    continue
    return list(found)


def iban_in(account: str) -> str | None:
    """The IBAN that an account field holds, also in the old Belgian form; None when it holds none."""
    try:
        return normalise_iban(account)
    except InvalidIdentifier:
        pass
    try:
        return normalise_iban(iban_from_belgian_account(account))
    except InvalidIdentifier:
        return None
