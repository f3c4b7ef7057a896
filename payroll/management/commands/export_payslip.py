"""`export_payslip`: a payslip as the PDF that is archived."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from core.commands import JsonCommand
from core.documents import made_document
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from members.disclosure import log_access
from members.enums import Disclosed
from payroll.errors import PayNotFound
from payroll.models import Payslip
from payroll.services.payslips import KIND


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the PDF was written, and what tells that it is the archived one."""

    number: str
    file: Path
    bytes: int
    sha256: str


class Command(JsonCommand):
    """Writes the PDF of a payslip, rendered earlier or made now (the same bytes): no worker is needed."""

    help = "A payslip as PDF, by its id or its number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("id", help="id or number of the payslip")
        parser.add_argument("--cooperative", help="needed for a number, and when there are several")
        parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write it")

    def answer(self, **options: Any) -> Exported:
        """The file written. Raises `UnknownCooperative`, `PayNotFound`. The reading is written down."""
        slug = options["cooperative"]
        cooperatives = Cooperative.objects.order_by("pk")
        if slug:
            cooperatives = cooperatives.filter(slug=slug)
            if not cooperatives:
                raise UnknownCooperative(slug=slug)
        for cooperative in cooperatives:
            with tenant_scope(cooperative):
                slip = _find(options["id"])
                if slip is not None:
                    return _export(slip, options["out"])
        raise PayNotFound


def _find(asked: str) -> Payslip | None:
    rows = Payslip.objects.select_related("person")
    try:
        return rows.filter(pk=UUID(asked)).first()
    except ValueError:
        return rows.filter(number=asked).first()


def _export(slip: Payslip, folder: Path) -> Exported:
    document = made_document(KIND, slip.pk)
    log_access(
        person=slip.person,
        what=Disclosed.PAYSLIP,
        purpose="export_payslip",
        actor=Actor("user", "export_payslip"),
        source_id=slip.pk,
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document.name
    path.write_bytes(document.content)
    digest = hashlib.sha256(document.content).hexdigest()
    return Exported(slip.number, path, len(document.content), digest)
