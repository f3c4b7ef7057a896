"""Refusals of temporary unemployment."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class DaysMissing(DomainError):
    """At least one day is named."""

    code = "days_missing"
    message = _("Name the days on which there was no work.")


class DayNotPlanned(DomainError):
    """Only planned days of work can be lost."""

    code = "day_not_planned"
    message = _("%(day)s is not a working day of this contract: choose days from %(first)s to %(last)s.")


class DaysOfTwoMonths(DomainError):
    """Each month has its own pay and declaration."""

    code = "days_of_two_months"
    message = _("These days lie in two months: enter each month by itself.")


class DayAlreadyUnemployed(DomainError):
    """A day of a contract is lost once."""

    code = "day_already_unemployed"
    kind = "conflict"
    message = _("%(day)s is entered already for this contract: leave it out.")


class NoEndAgreed(DomainError):
    """Absences of open-ended contracts have their own page."""

    code = "contract_without_end"
    message = _(
        "This contract has no end: enter the absence with its salary, on the page of open-ended contracts."
    )


class StudentsHaveNone(DomainError):
    """Students have no right to unemployment benefits for their student work."""

    code = "student_unemployment"
    message = _(
        "Students have no temporary unemployment: shorten the contract or report that it was not performed."
    )
