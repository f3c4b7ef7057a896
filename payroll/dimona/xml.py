"""Write declarations for the batch channel: `Dimona_20231.xsd`, no namespace, fixed order of elements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lxml import etree

from core.identifiers import (
    normalise_enterprise_number,
    normalise_national_number,
    normalise_nsso_number,
)
from payroll.dimona.types import (
    Declaration,
    DimonaCancel,
    DimonaError,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    PlaceOfWork,
    check_declaration,
)

_OWN_FORM = "1"  # reference type: our reference of this form
_SINGLE = "SU"


def write_batch(declarations: Iterable[Declaration]) -> bytes:
    """Return one file with a form per declaration. Raises `DimonaError` for what the schema would refuse."""
    root = etree.Element("Dimona")
    for declaration in declarations:
        check_declaration(declaration)
        _form(root, declaration)
    if not len(root):
        raise DimonaError("empty", "A file holds at least one declaration.")
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _form(root: etree._Element, declaration: Declaration) -> None:
    form = etree.SubElement(root, "Form")
    _text(form, "Identification", "DIMONA")
    _text(form, "FormCreationDate", f"{declaration.created_at:%Y-%m-%d}")
    milliseconds = declaration.created_at.microsecond // 1000
    _text(form, "FormCreationHour", f"{declaration.created_at:%H:%M:%S}.{milliseconds:03d}")
    _text(form, "AttestationStatus", "0")
    _text(form, "TypeForm", _SINGLE)
    reference = etree.SubElement(form, "Reference")
    _text(reference, "ReferenceType", _OWN_FORM)
    _text(reference, "ReferenceOrigin", "1")
    _text(reference, "ReferenceNbr", declaration.reference)
    match declaration:
        case DimonaIn():
            _in(form, declaration)
        case DimonaOut():
            group = etree.SubElement(form, "DimonaOut")
            _text(group, "DimonaPeriodId", declaration.period_id)
            _date(group, "EndingDate", declaration.ends_on)
            _national_number(group, declaration.national_number)
            _employer(group, declaration.employer)
        case DimonaUpdate():
            group = etree.SubElement(form, "DimonaUpdate")
            _text(group, "DimonaPeriodId", declaration.period_id)
            _date(group, "StartingDate", declaration.starts_on)
            _date(group, "EndingDate", declaration.ends_on)
            _national_number(group, declaration.national_number)
            if declaration.planned_hours is not None:
                _text(group, "PlannedHoursNbr", str(declaration.planned_hours))
            _employer(group, declaration.employer)
        case DimonaCancel():
            group = etree.SubElement(form, "DimonaCancel")
            _text(group, "DimonaPeriodId", declaration.period_id)
            _national_number(group, declaration.national_number)
            _employer(group, declaration.employer)


def _in(form: etree._Element, declaration: DimonaIn) -> None:
    group = etree.SubElement(form, "DimonaIn")
    _date(group, "StartingDate", declaration.starts_on)
    _date(group, "EndingDate", declaration.ends_on)
    if declaration.planned_hours is not None:
        _text(group, "PlannedHoursNbr", str(declaration.planned_hours))
    _employer(group, declaration.employer)
    _national_number(etree.SubElement(group, "NaturalPerson"), declaration.national_number)
    features = etree.SubElement(group, "DimonaFeatures")
    _text(features, "JointCommissionNbr", declaration.joint_committee)
    _text(features, "WorkerType", declaration.worker_type.value)
    if declaration.place_of_work is not None:
        _place(group, declaration.place_of_work)


def _place(parent: etree._Element, place: PlaceOfWork) -> None:
    group = etree.SubElement(parent, "StudentPlaceOfWork")
    _text(group, "Denomination", place.name[:96])
    address = etree.SubElement(group, "Address")
    _text(address, "Street", place.street[:42])
    _text(address, "HouseNbr", place.house_number[:10])
    if place.box:
        _text(address, "PostBox", place.box[:4])
    _text(address, "ZIPCode", place.postal_code[:9])
    _text(address, "City", place.city[:40])
    _text(address, "Country", str(place.country))


def _employer(parent: etree._Element, employer: Employer) -> None:
    group = etree.SubElement(parent, "EmployerId")
    number = normalise_nsso_number(employer.nsso_number)
    _text(group, "ProvisionalNSSONbr" if len(number) == 10 else "NOSSRegistrationNbr", number)
    _text(group, "CompanyID", normalise_enterprise_number(employer.enterprise_number))


def _national_number(parent: etree._Element, number: str) -> None:
    if number:
        _text(parent, "INSS", normalise_national_number(number))


def _date(parent: etree._Element, name: str, day: date | None) -> None:
    if day is not None:
        _text(parent, name, day.isoformat())


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = "".join(
        character for character in text if character.isprintable()
    ).strip()
