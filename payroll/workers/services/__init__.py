"""What changes worker files."""

from payroll.workers.services.accidents import close_accident, declare_accident, report_accident
from payroll.workers.services.certificates import read_certificate, write_certificates
from payroll.workers.services.covers import add_cover, end_cover
from payroll.workers.services.papers import (
    check_attestation,
    hand_in_attestation,
    note_elsewhere,
    refuse_attestation,
)

__all__ = [
    "add_cover",
    "check_attestation",
    "close_accident",
    "declare_accident",
    "end_cover",
    "hand_in_attestation",
    "note_elsewhere",
    "read_certificate",
    "refuse_attestation",
    "report_accident",
    "write_certificates",
]
