"""Read what the office sends back by the batch channel: receipts of files (ACRF) and answers to declarations
(NOTIFICATION). What comes from outside is hostile until read: limited in size, without entities or schemas.

The meaning of the numbers of `ResultCode` is not published in what is at hand, so nothing rests on them:
a receipt with errors refuses its file; an answer with a blocking anomaly refuses, one that names a period
accepts, and one that does neither says that the office is still at work only if its number says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from lxml import etree

from payroll.dimona.types import Anomaly, Result, ResultCode

LARGEST = 10 * 1024 * 1024
MOST_FORMS = 20_000
_STILL_WORKING = "2"
_MUCH = 500


class UnreadableFile(ValueError):
    """Not a file of the office, or one that nobody should read."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file of ours as the office received it: refused as a whole when there are errors."""

    file_name: str
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """The answer to the declaration with our reference; `result` is None where it says nothing that can be
    relied on.
    """

    reference: str
    result: Result | None


def read_answers(content: bytes) -> list[Receipt] | list[FormAnswer]:
    """The receipts or the answers of a file. Raises `UnreadableFile`."""
    root = _parsed(content)
    forms = root.findall("Form")
    if not 0 < len(forms) <= MOST_FORMS:
        raise UnreadableFile("forms")
    if root.tag == "ACRF":
        return [_receipt(form) for form in forms]
    if root.tag == "NOTIFICATION":
        return [_answer(form) for form in forms]
    raise UnreadableFile("another kind of file")


def _parsed(content: bytes) -> etree._Element:
    if len(content) > LARGEST:
        raise UnreadableFile("too large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("no XML") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableFile("a document type")
    return root


def _receipt(form: etree._Element) -> Receipt:
    name = _text(form, "FileReference/FileName")
    if not name or form.find("ReceptionResult") is None:
        raise UnreadableFile("a receipt of nothing")
    errors = tuple(_words(item.text)[:20] for item in form.findall("ReceptionResult/ErrorID"))
    return Receipt(name[:200], errors)


def _answer(form: etree._Element) -> FormAnswer:
    reference = _text(form, "HandledReference/ReferenceNbr")
    handled = form.find("HandlingResult")
    if handled is None:
        raise UnreadableFile("an answer to nothing")
    return FormAnswer(reference[:20], _result(handled))


def _result(handled: etree._Element) -> Result | None:
    anomalies, blocks = [], False
    for report in handled.findall("AnomalyReport"):
        code = _text(report, "ErrorID")
        blocks = blocks or _text(report, "AnomalyClass") == "B"
        label = _text(report, "AnomalyLabel")[:_MUCH]
        anomalies.append(Anomaly(code[:20], label, label))
    number = _text(handled, "ImpactReport/DimonaImpactReport/DimonaPeriodId")
    period = number.zfill(12) if number.isascii() and number.isdigit() and len(number) <= 12 else None
    if blocks:
        return _kept(ResultCode.REFUSED, anomalies, None)
    if period is not None:
        return _kept(ResultCode.WARNING if anomalies else ResultCode.ACCEPTED, anomalies, period)
    if _text(handled, "ResultCode") == _STILL_WORKING:
        return _kept(ResultCode.WAITING, anomalies, None)
    return None


def _kept(code: ResultCode, anomalies: list[Anomaly], period: str | None) -> Result:
    """The result with what is kept of it, as the online channel writes it."""
    kept = {
        "channel": "batch",
        "result": code.value,
        "anomalies": [
            {"code": a.code, "descriptionFr": a.description_fr, "descriptionNl": a.description_nl}
            for a in anomalies
        ],
        "period": period,
    }
    return Result(code, tuple(anomalies), period, json.dumps(kept, ensure_ascii=False))


def _text(parent: etree._Element, path: str) -> str:
    return _words(parent.findtext(path))


def _words(text: str | None) -> str:
    return "".join(character for character in text or "" if character.isprintable()).strip()
