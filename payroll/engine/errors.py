"""Refusals of the pay engine. Messages are message ids in English; the edge that shows them translates."""

from core.errors import DomainError


class NoFigureInForce(DomainError):
    """The statutory files hold no value of this figure for that day: never replaced by a default."""

    code = "no_rate_in_force"
    message = "No statutory figure %(figure)s is loaded for %(on)s: nothing can be computed for that date."


class NoPayrollEngine(DomainError):
    """Pay of that country is not computed by this software."""

    code = "no_payroll_engine"
    message = "Pay cannot be computed for country %(country)s: no pay engine exists for it."
    kind = "not_found"


class InvalidAmount(DomainError):
    """An amount that is not a positive number with at most two decimals."""

    code = "invalid_amount"
    message = (
        "%(value)s is not a valid amount for %(field)s: give a positive amount with at most two decimals."
    )


class InvalidHours(DomainError):
    """Paid hours are missing, zero or negative; also a fee per piece needs its hours."""

    code = "invalid_hours"
    message = "%(value)s is not a valid number of paid hours: hours above zero are needed, also for a fee."


class UnsupportedSituation(DomainError):
    """The person's situation has no loaded figures (non-resident, worker under 19): a human must decide."""

    code = "unsupported_situation"
    message = "No figures are loaded for this situation: %(reason)s."


class ContradictorySituation(DomainError):
    """The family situation says two things that exclude each other."""

    code = "contradictory_situation"
    message = "The family situation contradicts itself: %(reason)s."


class FlatTaxNotAllowed(DomainError):
    """The flat withholding tax is for artistic contracts only."""

    code = "flat_tax_not_allowed"
    message = "The flat withholding tax is for artistic contracts only."


class NegativeMonth(DomainError):
    """Corrections took more from the month than it held."""

    code = "negative_month"
    message = "The month would total %(gross)s for %(hours)s hours: a correction cannot exceed what was paid."


class BudgetTooSmall(DomainError):
    """What remains after levy and expenses does not pay a gross of one cent."""

    code = "budget_too_small"
    message = "After levy and expenses %(budget)s remains: too little for a salary."


class NetOutOfReach(DomainError):
    """No invoice amount within the accepted range gives the wanted net."""

    code = "net_out_of_reach"
    message = "No invoice up to %(limit)s gives a net of %(net)s."


class CopyrightCeiling(DomainError):
    """The author's copyright of the year passes the amount that the favourable regime allows."""

    code = "copyright_ceiling"
    message = "With this payment the author's copyright of the year is %(total)s, above %(ceiling)s."


class UnknownCountry(DomainError):
    """There is no cooperative in that country."""

    code = "unknown_country"
    message = "There is no cooperative in country %(country)s."
    kind = "not_found"
