"""What stopped somebody's pay, in words for whoever must mend it: what happened, what to do, who, where.

One entry per code that settlement, exit holiday and quarter may refuse with; a test holds the table complete.
A code that nobody foresaw still tells its own words and whom to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.links import link
from payroll.models import PayException


@dataclass(frozen=True, slots=True)
class Advice:
    """`title`: what happened, in a few words. `act`: what to do. `who`: who can. `place`: what is
    mended (`worker`, `contract`, `policies`, or nothing here). `retry`: mended, it is settled by trying again
    at once; else it is a decision, and a note for the next month is the way on.
    """

    title: Any
    act: Any
    who: Any
    place: str = "contract"
    retry: bool = True


MEMBER = _("the worker, with the adviser")
PAYROLL = _("payroll administration")
ADMIN = _("cooperative administration")
FINANCE = _("finance")

UNFORESEEN = Advice(
    _("The pay could not be computed"),
    _("Read the reason. Mend what it names and try again; or write a note and ask an administrator."),
    PAYROLL,
)

ADVICE: dict[str, Advice] = {
    "family_situation_missing": Advice(
        _("Family situation missing"),
        _("Ask the worker to fill in the family situation in the profile, then try again."),
        MEMBER,
        "worker",
    ),
    "invalid_payout": Advice(
        _("No valid bank account"),
        _("Ask the worker for the IBAN: it is filled in under the profile. Then try again."),
        MEMBER,
        "worker",
    ),
    "contradictory_situation": Advice(
        _("Family situation contradicts itself"),
        _("Ask the worker to correct the family situation in the profile, then try again."),
        MEMBER,
        "worker",
    ),
    "unsupported_situation": Advice(
        _("Situation without loaded figures"),
        _("Compute this pay by hand, or have the figures loaded. Write a note that says what was decided."),
        PAYROLL,
        "worker",
        retry=False,
    ),
    "no_rate_in_force": Advice(
        _("A rate or figure is not loaded"),
        _(
            "Have the policy entered, or the statutory file of the year loaded; then try again. A day of "
            "payment in a year without figures can wait: write a note, the next run takes it."
        ),
        ADMIN,
        "policies",
    ),
    "no_payroll_engine": Advice(
        _("No pay engine for this country"),
        _("Pay in this country is not computed here: have it paid by a payroll office and write a note."),
        ADMIN,
        "",
        retry=False,
    ),
    "unknown_country": Advice(
        _("Unknown country"),
        _("Correct the country of the cooperative, then try again."),
        ADMIN,
        "",
    ),
    "negative_month": Advice(
        _("The month goes below zero"),
        _("The corrections took more than was paid: correct the contract's month, then try again."),
        PAYROLL,
    ),
    "invalid_hours": Advice(
        _("Hours missing"),
        _("Give the hours really worked on the contract, then try again."),
        MEMBER,
    ),
    "invalid_amount": Advice(
        _("Amount not valid"),
        _("Correct the gross of the contract, then try again."),
        MEMBER,
    ),
    "flat_tax_not_allowed": Advice(
        _("Flat tax on a contract that is not artistic"),
        _("Take the flat tax off the contract by an amendment, then try again."),
        PAYROLL,
    ),
    "allowance_not_computed": Advice(
        _("Allowance without figures"),
        _("Have the figures of this allowance loaded, or pay it next month: write a note."),
        PAYROLL,
        retry=False,
    ),
    "annual_gross_missing": Advice(
        _("Yearly gross missing"),
        _("Give the yearly normal gross of the contract, then try again."),
        PAYROLL,
    ),
    "budget_too_small": Advice(
        _("The budget pays no salary"),
        _("Raise the budget of the contract or cancel it, then try again."),
        MEMBER,
    ),
    "budget_exceeded": Advice(
        _("The Activity has no money for this"),
        _("Invoice first or lower the contract, then try again; the adviser can help."),
        MEMBER,
    ),
    "wrong_bearer": Advice(
        _("The books refuse the bearer of the cost"),
        _("Ask finance to look at the account and the Activity's entity, then try again."),
        FINANCE,
    ),
    "unbalanced_entry": Advice(
        _("The entry does not balance"),
        _("Tell finance: this must not happen. The pay waits; nothing was posted."),
        FINANCE,
    ),
    "period_closed": Advice(
        _("The month of the books is closed"),
        _("Ask finance for the day on which it may be booked, then try again."),
        FINANCE,
    ),
    "payout_differs": Advice(
        _("Another amount is already waiting for payment"),
        _("Ask finance to cancel the waiting payment, then try again."),
        FINANCE,
    ),
    "seizure_not_agreed": Advice(
        _("A seizure waits for a second person"),
        _("Have a colleague agree to the seizure, then try again."),
        PAYROLL,
        "worker",
    ),
    "seizure_table_missing": Advice(
        _("A seizure without the table of the year"),
        _("Have the table of what may be seized loaded, or compute it by hand: write a note."),
        PAYROLL,
        "worker",
    ),
    "salary_not_covered": Advice(
        _("The estimate of income does not cover the salary"),
        _(
            "Ask the worker to invoice or to lower the salary with the adviser; then try again. Without "
            "money a second person may have the pot lend it."
        ),
        MEMBER,
    ),
    "quota_hours_unknown": Advice(
        _("A student's hours pass the quota at the office"),
        _("Look the hours up with the worker and note those worked elsewhere in the worker's file."),
        PAYROLL,
        "worker",
    ),
    "copyright_ceiling": Advice(
        _("Copyright above the ceiling of the year"),
        _("Pay the rest as salary: lower the copyright, then try again."),
        MEMBER,
    ),
    "refused": UNFORESEEN,
}

FOR_SIMULATIONS = frozenset({
    "net_out_of_reach", "gross_out_of_reach", "net_too_small", "invalid_month_file", "invalid_part_time",
})  # fmt: skip
"""Refusals of what people type into simulators and commands: no settlement meets them."""


def advice_for(code: str) -> Advice:
    """What to do about a code; see `UNFORESEEN`."""
    return ADVICE.get(code, UNFORESEEN)


@dataclass(frozen=True, slots=True)
class Advised:
    """An exception and the page that mends it (empty: there is none)."""

    row: PayException
    url: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Open exceptions of one code, those that nobody looked at first, with what to do about them."""

    code: str
    advice: Advice
    rows: Sequence[Advised]
    unreviewed: int


def causes_of(rows: Iterable[PayException]) -> list[Cause]:
    """Exceptions by cause, the cause that most wait for first."""
    found: dict[str, list[PayException]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    causes = [
        Cause(
            code,
            advice_for(code),
            [Advised(row, _place(row)) for row in sorted(mine, key=lambda row: row.reviewed_at is not None)],
            sum(1 for row in mine if row.reviewed_at is None),
        )
        for code, mine in found.items()
    ]
    return sorted(causes, key=lambda cause: (-cause.unreviewed, cause.code))


def _place(row: PayException) -> str:
    place = advice_for(row.code).place
    if not place or row.contract_month is None:
        return ""
    return link("payroll:contract", pk=row.contract_month.contract_id)
