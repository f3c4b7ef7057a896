"""The file of the quarterly declaration, written worker by worker so that its size costs no memory.

Order of elements, names and units are those of `DmfAOriginal_20223.xsd` (no namespace): amounts in cents,
days and hours in hundredths, dates `YYYY-MM-DD`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from lxml import etree


@dataclass(frozen=True, slots=True)
class Header:
    """Who declares which quarter (`20264`), how much is owed in cents, and when the file was made."""

    quarter: str
    first: date
    last: date
    nsso_number: str
    enterprise_number: str
    owed: int
    reference: str
    made_at: datetime


def write_dmfa(
    target: IO[bytes], header: Header, workers: Iterable[tuple[str, list[dict[str, Any]]]]
) -> None:
    """Write the declaration: `workers` gives the national number and the records of each, in order."""
    with etree.xmlfile(target, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element("DmfAOriginal"), xml.element("Form"):
            _texts(
                xml,
                ("Identification", "DMFA"),
                ("FormCreationDate", header.made_at.date().isoformat()),
                ("FormCreationHour", header.made_at.strftime("%H:%M:%S.000")),
                ("AttestationStatus", "0"),
                ("TypeForm", "SU"),
            )
            with xml.element("Reference"):
                _texts(
                    xml, ("ReferenceType", "1"), ("ReferenceOrigin", "1"), ("ReferenceNbr", header.reference)
                )
            with xml.element("EmployerDeclaration"):
                _texts(
                    xml,
                    ("Quarter", header.quarter),
                    ("NOSSRegistrationNbr", header.nsso_number),
                    ("Trusteeship", "0"),
                    ("CompanyID", header.enterprise_number),
                    ("NetOwedAmount", str(header.owed)),
                )
                for number, (inss, records) in enumerate(workers, 1):
                    xml.write(_person(number, inss, records, header))


def _texts(xml: Any, *pairs: tuple[str, str]) -> None:
    for name, text in pairs:
        with xml.element(name):
            xml.write(text)


def _add(parent: etree._Element, name: str, value: object) -> None:
    etree.SubElement(parent, name).text = str(value)


def _person(number: int, inss: str, records: list[dict[str, Any]], header: Header) -> etree._Element:
    person = etree.Element("NaturalPerson")
    _add(person, "NaturalPersonSequenceNbr", number)
    _add(person, "INSS", inss)
    for record in records:
        _record(etree.SubElement(person, "WorkerRecord"), record, header)
    return person


def _record(node: etree._Element, record: Mapping[str, Any], header: Header) -> None:
    _add(node, "EmployerClass", record["class"])
    _add(node, "WorkerCode", record["code"])
    _add(node, "NOSSQuarterStartingDate", header.first.isoformat())
    _add(node, "NOSSQuarterEndingDate", header.last.isoformat())
    _add(node, "Border", 0)
    for number, row in enumerate(record["occupations"], 1):
        _occupation(etree.SubElement(node, "Occupation"), number, row)
    if record["student"]:
        student = etree.SubElement(node, "StudentContribution")
        _add(student, "StudentRemunAmount", record["student"]["pay"])
        _add(student, "StudentContributionAmount", record["student"]["contribution"])
        _add(student, "StudentHoursNbr", record["student"]["hours"])
    for line in record["contributions"]:
        contribution = etree.SubElement(node, "WorkerContribution")
        _add(contribution, "ContributionWorkerCode", line["code"])
        _add(contribution, "ContributionType", line["type"])
        if line["basis"]:
            _add(contribution, "ContributionCalculationBasis", line["basis"])
        _add(contribution, "ContributionAmount", line["amount"])
    for line in record["deductions"]:
        deduction = etree.SubElement(node, "WorkerDeduction")
        _add(deduction, "DeductionCode", line["code"])
        _add(deduction, "DeductionAmount", line["amount"])


def _occupation(node: etree._Element, number: int, row: Mapping[str, Any]) -> None:
    _add(node, "OccupationSequenceNbr", number)
    _add(node, "OccupationStartingDate", row["starts_on"])
    if row["ends_on"]:
        _add(node, "OccupationEndingDate", row["ends_on"])
    _add(node, "JointCommissionNbr", row["joint_committee"])
    _add(node, "WorkingDaysSystem", row["days_a_week"])
    _add(node, "ContractType", row["part_time"])
    _add(node, "RefMeanWorkingHours", row["reference_hours"])
    if row["status"]:
        _add(node, "WorkerStatus", row["status"])
    _add(node, "MeanWorkingHours", row["mean_hours"])
    _add(node, "Retired", 0)
    for place, time in enumerate(row["services"], 1):
        service = etree.SubElement(node, "Service")
        _add(service, "ServiceSequenceNbr", place)
        _add(service, "ServiceCode", time["code"])
        _add(service, "ServiceNbrDays", time["days"])
        if time["hours"]:
            _add(service, "ServiceNbrHours", time["hours"])
    for place, pay in enumerate(row["pay"], 1):
        remun = etree.SubElement(node, "Remun")
        _add(remun, "RemunSequenceNbr", place)
        _add(remun, "RemunCode", pay["code"])
        _add(remun, "RemunAmount", pay["amount"])
