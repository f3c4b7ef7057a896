"""A contract or an amendment as the worker reads and signs it: the same on the page and on the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.models import Function
from core.clock import ZONE
from payroll.contract_words import wording
from payroll.enums import ContractType, Side
from payroll.models import OPEN_END, ContractAmendment, ContractSignature, EmploymentContract
from payroll.services.contracts.signing import agreed_terms, digest_of

TERMS = (
    *("contract_type", "function_code", "description", "place", "joint_committee", "work_category"),
    *("seniority", "starts_on", "ends_on", "day_starts", "day_ends", "hours", "gross", "flat_tax"),
    "justification",
)
UNSAID = {"", "None", "False", "0"}
"""Terms that say nothing are left out."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A side's signature in words, or that it is missing."""

    side: str
    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper, in order."""

    language: str
    words: Mapping[str, str]
    title: str
    employer: str
    worker: str
    rows: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]
    reason: str
    clauses: tuple[str, ...]
    signatures: tuple[Signed, ...]
    digest: str


def paper_of(contract: EmploymentContract, number: int | None = None) -> Paper:
    """The paper of a version (0: the contract, n: its nth amendment; None: what stands now).

    A version that somebody signed is shown as it was signed, whatever has changed since.
    """
    number = contract.version if number is None else number
    signatures = [row for row in contract.signatures.all() if row.number == number]
    kept = next((row.evidence["terms"] for row in signatures if "terms" in row.evidence), None)
    terms = kept or agreed_terms(contract)
    language = contract.person.language
    words = wording(language)
    amendment = contract.amendments.filter(number=number).first() if number else None
    return Paper(
        language=language,
        words=words,
        title=_title(terms, words, number),
        employer=terms["employer"],
        worker=terms["worker"],
        rows=tuple(
            (words[name], _said(name, terms[name], words)) for name in TERMS if terms[name] not in UNSAID
        ),
        changes=tuple(
            (words[name], _said(name, amendment.before[name], words), _said(name, after, words))
            for name, after in amendment.after.items()
        )
        if amendment
        else (),
        reason=amendment.reason if amendment else "",
        clauses=_clauses(terms, words, amendment),
        signatures=tuple(_signed(side, signatures, words) for side in Side),
        digest=digest_of(terms),
    )


def _title(terms: Mapping[str, str], words: Mapping[str, str], number: int) -> str:
    if number:
        return words["amendment"] % {"number": number}
    if terms["article_1bis"] == "True":
        return words["contract_1bis"]
    student = terms["contract_type"] == ContractType.STUDENT
    return words["contract_student" if student else "contract"]


def _clauses(
    terms: Mapping[str, str], words: Mapping[str, str], amendment: ContractAmendment | None
) -> tuple[str, ...]:
    if amendment:
        return (words["clause_rest"],)
    names = ["clause_pay", "clause_rules", "clause_declared"]
    if terms["contract_type"] == ContractType.STUDENT:
        names.insert(2, "clause_trial")
    return tuple(words[name] for name in names)


def _signed(side: Side, rows: list[ContractSignature], words: Mapping[str, str]) -> Signed:
    row = next((row for row in rows if row.side == side), None)
    if row is None:
        return Signed(words[side], words["unsigned"], False)
    said = {"at": f"{row.signed_at.astimezone(ZONE):%d/%m/%Y %H:%M}", "who": row.signer_label}
    return Signed(words[side], words["signed"] % said, True)


def _said(name: str, value: Any, words: Mapping[str, str]) -> str:
    """A term kept as text, in words."""
    text = str(value)
    if text in ("", "None"):
        return "—"
    if name == "contract_type":
        return words[f"type_{text}"]
    if name == "function_code":
        found = Function.objects.filter(code=text).values_list("name", "isco").first()
        return f"{found[0]} (ISCO {found[1]})" if found else text
    if name in ("starts_on", "ends_on"):
        day = date.fromisoformat(text)
        return words["open_end"] if day == OPEN_END else f"{day:%d/%m/%Y}"
    if name in ("gross", "hours"):
        figure = text.replace(".", words["decimal"])
        return f"{figure} {words['currency']}" if name == "gross" else figure
    if name == "flat_tax":
        return words["yes" if text == "True" else "no"]
    return text[:5] if name in ("day_starts", "day_ends") else text
