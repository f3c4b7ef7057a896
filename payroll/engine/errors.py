"""Refusals of the pay engine. The engine alone speaks English; the app puts its translator in at start."""

from collections.abc import Callable
from typing import ClassVar

from core.errors import DomainError


class PayRefusal(DomainError):
    """A refusal of the engine: `message` and the parameter `reason` are message ids in English."""

    translate: ClassVar[Callable[[str], str]] = str

    @property
    def detail(self) -> str:
        """The message in the active language once a translator is set, its places filled."""
        translate = type(self).translate
        params = self.params
        if "reason" in params:
            params = params | {"reason": translate(params["reason"])}
        return translate(self.message) % params if params else translate(self.message)


class NoFigureInForce(PayRefusal):
    """The statutory files hold no value of this figure for that day: never replaced by a default."""

    code = "no_rate_in_force"
    message = "No statutory figure %(figure)s is loaded for %(on)s: nothing can be computed for that date."


class NoPayrollEngine(PayRefusal):
    """Pay of that country is not computed by this software."""

    code = "no_payroll_engine"
    message = "Pay cannot be computed for country %(country)s: no pay engine exists for it."
    kind = "not_found"


class InvalidAmount(PayRefusal):
    """An amount that is not a positive number with at most two decimals."""

    code = "invalid_amount"
    message = (
        "%(value)s is not a valid amount for %(field)s: give a positive amount with at most two decimals."
    )


class InvalidHours(PayRefusal):
    """Paid hours are missing, zero or negative; also a fee per piece needs its hours."""

    code = "invalid_hours"
    message = "%(value)s is not a valid number of paid hours: hours above zero are needed, also for a fee."


class InvalidPartTime(PayRefusal):
    """A part of full time that is not above zero and at most the whole."""

    code = "invalid_part_time"
    message = "%(value)s is not a part of full time: write 1/2, 0.5 or 50%%."


class InvalidMonthFile(PayRefusal):
    """The file with the month so far cannot be read."""

    code = "invalid_month_file"
    message = "The month to date cannot be read (%(place)s): %(problem)s."


class AnnualGrossMissing(PayRefusal):
    """The tax on an allowance is chosen by the yearly normal gross pay."""

    code = "annual_gross_missing"
    message = (
        "The tax on an allowance depends on the yearly normal gross pay: give it, or the pay of the month "
        "to date, of which it is twelve times."
    )


class AllowanceNotComputed(PayRefusal):
    """Allowances are computed for employees: the holidays of artists are paid by their own fund."""

    code = "allowance_not_computed"
    message = "No figures are loaded for this allowance with a contract of type %(type)s."


class UnsupportedSituation(PayRefusal):
    """The person's situation has no loaded figures (non-resident, worker under 19): a human must decide."""

    code = "unsupported_situation"
    message = "No figures are loaded for this situation: %(reason)s."


class ContradictorySituation(PayRefusal):
    """The family situation says two things that exclude each other."""

    code = "contradictory_situation"
    message = "The family situation contradicts itself: %(reason)s."


class FlatTaxNotAllowed(PayRefusal):
    """The flat withholding tax is for artistic contracts only."""

    code = "flat_tax_not_allowed"
    message = "The flat withholding tax is for artistic contracts only."


class NegativeMonth(PayRefusal):
    """Corrections took more from the month than it held."""

    code = "negative_month"
    message = "The month would total %(gross)s for %(hours)s hours: a correction cannot exceed what was paid."


class BudgetTooSmall(PayRefusal):
    """What remains after levy and expenses does not pay a gross of one cent."""

    code = "budget_too_small"
    message = "After levy and expenses %(budget)s remains: too little for a salary."


class NetOutOfReach(PayRefusal):
    """No invoice amount within the accepted range gives the wanted net."""

    code = "net_out_of_reach"
    message = "No invoice up to %(limit)s gives a net of %(net)s."


class NetTooSmall(PayRefusal):
    """Even one cent of gross gives more than the wanted net."""

    code = "net_too_small"
    message = "No gross of at least 0.01 gives a net of at most %(net)s: ask for a higher net."


class GrossOutOfReach(PayRefusal):
    """The wanted net lies beyond the highest gross that is looked at."""

    code = "gross_out_of_reach"
    message = "No gross up to %(limit)s gives a net as high as %(net)s."


class CopyrightCeiling(PayRefusal):
    """The author's copyright of the year passes the amount that the favourable regime allows."""

    code = "copyright_ceiling"
    message = "With this payment the author's copyright of the year is %(total)s, above %(ceiling)s."


class UnknownCountry(PayRefusal):
    """There is no cooperative in that country."""

    code = "unknown_country"
    message = "There is no cooperative in country %(country)s."
    kind = "not_found"
