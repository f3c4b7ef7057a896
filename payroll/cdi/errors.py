"""Refusals of open-ended contracts: each says what to do next."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class OpenEndedNotFound(DomainError):
    """No such contract, proposal or absence, or not one that the person may see."""

    code = "open_ended_not_found"
    kind = "not_found"
    message = _("There is no such open-ended contract here.")


class HoursOfWeek(DomainError):
    """Seven numbers, none above twelve hours, some work, at most a full week."""

    code = "hours_of_week"
    message = _(
        "Give the hours of each day of the week: between 0 and 12 a day, and from 1 to 38 hours in all."
    )


class EstimateMonths(DomainError):
    """An estimate covers twelve months."""

    code = "estimate_months"
    message = _("Estimate the income and the costs of twelve months, one amount for each.")


class SalaryNotBorne(DomainError):
    """The estimate leaves nothing for a salary."""

    code = "salary_not_borne"
    kind = "conflict"
    message = _(
        "The estimated income leaves %(average)s € a month after levy and costs: no salary can be paid from "
        "it. Add income, or wait until more is agreed."
    )


class SalaryAboveEstimate(DomainError):
    """A smoothed salary never costs more than the estimate bears."""

    code = "salary_above_estimate"
    kind = "conflict"
    message = _(
        "This salary would cost %(cost)s € a month and the estimated income bears %(average)s €: the gross "
        "is at most %(most)s €."
    )


class SalaryBelowMinimum(DomainError):
    """The monthly gross is under the scale of the joint committee."""

    code = "below_minimum_wage"
    message = _(
        "%(gross)s € a month is below the minimum of %(lowest)s € for %(hours)s hours a week: lower the "
        "hours or add income."
    )


class ProposalNotOpen(DomainError):
    """Only an open proposal is agreed to, refused or withdrawn."""

    code = "proposal_not_open"
    kind = "conflict"
    message = _("This proposal is %(state)s already: make a new one.")


class NotYourConsent(DomainError):
    """Each side agrees for itself."""

    code = "not_your_consent"
    kind = "forbidden"
    message = _("You cannot agree on this side: %(side)s agrees in person, and nobody agrees on two sides.")


class ConsentGiven(DomainError):
    """Each side agrees once."""

    code = "consent_given"
    kind = "conflict"
    message = _("This side has agreed already.")


class ProposalWaits(DomainError):
    """One proposal at a time."""

    code = "proposal_waits"
    kind = "conflict"
    message = _("Another proposal for this contract waits: agree to it or withdraw it first.")


class TermsFromFirst(DomainError):
    """New terms begin with a month that is not planned to its end and paid."""

    code = "terms_from_first"
    message = _("New terms begin on the first day of a month, after %(after)s.")


class SalaryNotCovered(DomainError):
    """The budget does not bear the salary of a month."""

    code = "salary_not_covered"
    kind = "conflict"
    message = _(
        "The salary of %(month)s costs %(needed)s € and the budget has %(available)s €: add income, agree on "
        "a lower salary or unpaid leave, or let the common pot lend %(missing)s €: a salary is owed by law."
    )


class SalaryCovered(DomainError):
    """Nothing is missing: nobody needs to lend."""

    code = "salary_covered"
    kind = "conflict"
    message = _("The salary of this month is set aside already.")


class LoanNeedsSecondPerson(DomainError):
    """Above the threshold two persons let the pot lend."""

    code = "loan_second_person"
    kind = "forbidden"
    message = _("You asked for this loan: a second person agrees to it.")


class OwnMatter(DomainError):
    """Nobody decides on their own salary or absence."""

    code = "own_matter"
    kind = "forbidden"
    message = _("This is about yourself: a colleague decides.")


class AbsenceDays(DomainError):
    """An absence lies within the contract, and half a day is one day."""

    code = "absence_days"
    message = _(
        "Give days within the contract, the last one not before the first, at most a year; half a day is a "
        "single day."
    )


class NoWorkingDay(DomainError):
    """Nobody is absent from a day without work."""

    code = "no_working_day"
    message = _("There is no working day among these days: nothing needs to be noted.")


class AbsenceOverlap(DomainError):
    """A day has one absence, or two halves."""

    code = "absence_overlap"
    kind = "conflict"
    message = _("%(day)s is an absence already: cancel that one or choose other days.")


class AbsenceNotAsked(DomainError):
    """Only an absence that waits is decided."""

    code = "absence_not_asked"
    kind = "conflict"
    message = _("This absence is %(state)s: it waits for nobody.")


class HolidayUsedUp(DomainError):
    """Paid holiday within what is left of the year."""

    code = "holiday_used_up"
    kind = "conflict"
    message = _(
        "%(left)s days of holiday are left in %(year)s and this takes %(days)s: ask for unpaid leave."
    )


class CertificateMissing(DomainError):
    """Sickness of more than a day is certified."""

    code = "certificate_missing"
    kind = "conflict"
    message = _("Add the certificate first: sickness of more than one day is approved with it.")


class NotOpenEnded(DomainError):
    """The act is about a contract without an end."""

    code = "not_open_ended"
    kind = "conflict"
    message = _("This contract is not an open-ended one.")


class AllowanceNotDue(DomainError):
    """The allowance is not due yet, or not at all."""

    code = "allowance_not_due"
    kind = "conflict"
    message = _("This allowance is not due: it is paid from %(on)s, after %(months)s months of service.")


class AllowancePaid(DomainError):
    """Once per kind and year."""

    code = "allowance_paid"
    kind = "conflict"
    message = _("This allowance was paid already.")


class WholeDaysOnly(DomainError):
    """Temporary unemployment takes whole days."""

    code = "whole_days_only"
    message = _("Temporary unemployment takes whole days: leave the part of the day empty.")


class CauseMissing(DomainError):
    """Each cause of temporary unemployment has its code in the quarterly declaration."""

    code = "cause_missing"
    message = _("Say why there is no work: each cause of temporary unemployment is declared by its own code.")
