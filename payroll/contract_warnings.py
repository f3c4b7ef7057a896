"""What the law says of a contract that may be made all the same: codes, words and the source of the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from payroll.models import EmploymentContract


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning in words: what is the matter, what it means or asks for, and where the rule stands."""

    code: str
    title: object
    text: object
    source: str


WARNINGS = {
    row.code: row
    for row in (
        Warned(
            "committee_not_loaded",
            _("Minimum wage"),
            _(
                "The scale of this joint committee is not loaded: the guaranteed minimum income was checked "
                "instead."
            ),
            "CNT, CCT n° 43",
        ),
        Warned(
            "late",
            _("Submitted late"),
            _("The work had begun when it was declared: the declaration is late, and it shows."),
            "AR du 5 novembre 2002 (Dimona), art. 4",
        ),
        Warned(
            "successive",
            _("One contract after another"),
            _(
                "It follows another one without a break: such contracts are presumed to be one without an "
                "end, unless the nature of the work justifies them. Say why in the contract."
            ),
            "Loi du 3 juillet 1978, art. 10 et 10bis",
        ),
        Warned(
            "successive_too_many",
            _("Too many contracts in a row"),
            _("More contracts follow each other without a break than the law allows in two years."),
            "Loi du 3 juillet 1978, art. 10bis",
        ),
        Warned(
            "short_performance",
            _("Less than three hours at a time"),
            _("Each performance lasts three hours at least: check the hours, or take fewer days."),
            "Loi du 3 juillet 1978, art. 21",
        ),
        Warned(
            "part_time_too_small",
            _("Less than a third of full time"),
            _("Part-time work is at least a third of a full week, unless a rule of the sector allows less."),
            "Loi du 3 juillet 1978, art. 11bis",
        ),
        Warned(
            "public_holiday",
            _("A public holiday in the contract"),
            _("It is paid as a day of work: count its hours, or give another day instead."),
            "Loi du 4 janvier 1974; AR du 18 avril 1974",
        ),
        Warned(
            "attestation_missing",
            _("No attestation of work in the arts"),
            _(
                "The worker holds none on the first day. An employment contract can be made all the same; "
                "the attestation opens article 1bis and the rights of artists: advise asking for it."
            ),
            "Loi du 16 décembre 2022 (commission du travail des arts)",
        ),
        Warned(
            "attestation_unknown",
            _("Attestation of work in the arts"),
            _("Attestations are not kept here yet, so it was not looked at: ask the worker."),
            "Loi du 16 décembre 2022 (commission du travail des arts)",
        ),
        Warned(
            "unsigned",
            _("Not signed before the start"),
            _(
                "A fixed-term contract is signed by both sides before the work starts. This one was not: it "
                "may be taken for a contract without an end."
            ),
            "Loi du 3 juillet 1978, art. 9",
        ),
    )
}


WarningSource = Callable[[EmploymentContract, date], Iterable[str]]
"""(contract, day) → codes that hold on that day."""

_sources: list[WarningSource] = []


def register_contract_warning(row: Warned, source: WarningSource) -> None:
    """Add a warning that comes and goes by itself: its words, and when it holds; twice is once."""
    WARNINGS[row.code] = row
    if source not in _sources:
        _sources.append(source)


def standing_warnings(contract: EmploymentContract, on: date) -> list[str]:
    """Codes of the warnings of rooms that hold for a contract on a day."""
    return [code for source in _sources for code in source(contract, on)]


def warned(codes: Iterable[str]) -> list[Warned]:
    """The warnings of these codes, in words."""
    return [WARNINGS[code] for code in codes if code in WARNINGS]
