"""The batch channel of the simulated office: a file of declarations comes in, its answers go out."""

from __future__ import annotations

import json
from datetime import date, datetime, time

from lxml import etree

from payroll.dimona.anomalies import known
from payroll.dimona.port import DeclarationRejected
from payroll.dimona.simulator.office import DimonaSimulator
from payroll.dimona.types import (
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    Result,
    ResultCode,
    WorkerType,
)


def hand_in(office: DimonaSimulator, name: str, content: bytes) -> tuple[bytes, bytes | None]:
    """The receipt of a file, and the answers to its declarations; none for a file that cannot be read."""
    try:
        declarations = [_declaration(form) for form in etree.fromstring(content).findall("Form")]
    except (etree.XMLSyntaxError, AttributeError, TypeError, ValueError):
        declarations = []
    if not declarations:
        return _receipt(name, ("90059-001",)), None
    root = etree.Element("NOTIFICATION")
    for declaration in declarations:
        try:
            result = office.poll(office.submit(declaration))
        except DeclarationRejected as refusal:
            return _receipt(name, (refusal.code[:9],)), None
        if result is not None:
            _answer(root, declaration.reference, result)
    answers: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return _receipt(name, ()), answers if len(root) else None


def _declaration(form: etree._Element) -> Declaration:
    moment = datetime.combine(
        date.fromisoformat(_need(form, "FormCreationDate")),
        time.fromisoformat(_need(form, "FormCreationHour")),
    )
    reference = _need(form, "Reference/ReferenceNbr")
    (group,) = (child for child in form if isinstance(child.tag, str) and child.tag.startswith("Dimona"))
    employer = Employer(
        group.findtext("EmployerId/NOSSRegistrationNbr") or _need(group, "EmployerId/ProvisionalNSSONbr"),
        _need(group, "EmployerId/CompanyID"),
    )
    start, end = _day(group, "StartingDate"), _day(group, "EndingDate")
    hours = group.findtext("PlannedHoursNbr")
    planned = None if hours is None else int(hours)
    worker, period = group.findtext("INSS") or "", (group.findtext("DimonaPeriodId") or "").zfill(12)
    match group.tag:
        case "DimonaIn" if start is not None:
            return DimonaIn(
                reference,
                moment,
                employer,
                _need(group, "NaturalPerson/INSS"),
                start,
                end,
                WorkerType(_need(group, "DimonaFeatures/WorkerType")),
                _need(group, "DimonaFeatures/JointCommissionNbr"),
                planned,
            )
        case "DimonaOut" if end is not None:
            return DimonaOut(reference, moment, employer, period, end, worker)
        case "DimonaUpdate":
            return DimonaUpdate(reference, moment, employer, period, start, end, planned, worker)
        case "DimonaCancel":
            return DimonaCancel(reference, moment, employer, period, worker)
    raise ValueError(group.tag)


def _receipt(name: str, errors: tuple[str, ...]) -> bytes:
    root = etree.Element("ACRF")
    form = _form(root, "ACRF001", "FA")
    _put(_put(form, "FileReference"), "FileName", name)
    result = _put(form, "ReceptionResult")
    _put(result, "ResultCode", "0" if errors else "1")
    for error in errors:
        _put(result, "ErrorID", error)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _answer(root: etree._Element, reference: str, result: Result) -> None:
    form = _form(root, "NOTI001", "SU")
    handled = _put(form, "HandledReference")
    _put(handled, "ReferenceType", "1")
    _put(handled, "ReferenceOrigin", "1")
    _put(handled, "ReferenceNbr", reference)
    outcome = _put(form, "HandlingResult")
    waits = result.code is ResultCode.WAITING
    _put(outcome, "ResultCode", "2" if waits else "1" if result.is_accepted else "0")
    for anomaly in json.loads(result.answer)["anomalies"]:
        row = known(anomaly["code"])
        report = _put(outcome, "AnomalyReport")
        _put(report, "ErrorID", anomaly["code"])
        _put(report, "AnomalyClass", "B" if row is None or row.blocks else "NP")
        _put(report, "AnomalyLabel", anomaly["descriptionFr"])
    if result.period_id is not None:
        impact = _put(_put(outcome, "ImpactReport"), "DimonaImpactReport")
        _put(impact, "DimonaPeriodId", result.period_id)
        _put(impact, "IsLocked", "0")


def _form(root: etree._Element, identification: str, kind: str) -> etree._Element:
    form = _put(root, "Form")
    _put(form, "Identification", identification)
    _put(form, "FormCreationDate", "2026-01-01")
    _put(form, "FormCreationHour", "00:00:00.000")
    _put(form, "AttestationStatus", "0")
    _put(form, "TypeForm", kind)
    return form


def _put(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def _need(parent: etree._Element, path: str) -> str:
    text: str | None = parent.findtext(path)
    if not text:
        raise ValueError(path)
    return text


def _day(parent: etree._Element, name: str) -> date | None:
    text = parent.findtext(name)
    return None if text is None else date.fromisoformat(text)
