"""`export_dmfa`: the quarterly declaration of an entity as the file that the social security office takes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from core import clock
from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.files import read_file
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.selectors import entity_by_code
from payroll.returns import services
from payroll.returns.enums import PublicReturnKind, PublicReturnState
from payroll.returns.errors import ReturnFileMissing
from payroll.returns.models import PublicReturn
from payroll.returns.periods import parse_return_period
from payroll.returns.selectors import return_by_key, summary

OPERATOR = Actor(kind="user", label="export_dmfa")
"""Who builds from the command line: nobody of payroll, so that anyone may check and approve it."""


class Command(JsonCommand):
    """Answers what is declared and where the file is; the XML itself without `--json` and `--out`.

    A declaration for which somebody stands is answered as it is; otherwise it is made anew.
    """

    help = "Quarterly declaration of social security (DmfA) as XML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--entity", required=True)
        parser.add_argument("--quarter", required=True, metavar="2026-4")
        parser.add_argument("--out", type=Path, metavar="FILE")

    def answer(self, **options: Any) -> object:
        """Refuses an unknown cooperative, entity or quarter, and a quarter in which nobody was paid."""
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        period = parse_return_period(PublicReturnKind.DMFA, options["quarter"])
        with tenant_scope(cooperative):
            entity = entity_by_code(options["entity"])
            row = PublicReturn.objects.filter(
                kind=PublicReturnKind.DMFA, entity=entity, first=period.first
            ).first()
            if row is None or row.state in (PublicReturnState.BUILDING, PublicReturnState.DRAFT):
                row = services.build_return(
                    kind=PublicReturnKind.DMFA,
                    entity=entity,
                    period=period,
                    on=clock.today(),
                    actor=OPERATOR,
                )
        while row.state == PublicReturnState.BUILDING and services.work_return(cooperative, row.pk):
            pass
        with tenant_scope(cooperative):
            row = return_by_key(row.pk)
            if row.file is None:
                raise ReturnFileMissing
            content = read_file(row.file)
            told = summary(row)
        out: Path | None = options["out"]
        if out is not None:
            out.write_bytes(content)
            told["file"] = out
        else:
            told["xml"] = content.decode()
        return told

    def render_text(self, answer: Any) -> str:
        """The XML itself, or the name of the file."""
        return str(answer["xml"] if "xml" in answer else answer["file"]).rstrip("\n")
