"""Refusals of returns to public bodies."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownReturnPeriod(DomainError):
    """The text is no period of that kind of return."""

    code = "unknown_return_period"
    message = _(
        "“%(period)s” is no period: write 2026-4 for a quarter, 2026-11 for a month, 2026 for a year."
    )


class ReturnNotFound(DomainError):
    """No such return, or none that the person may see."""

    code = "return_not_found"
    kind = "not_found"
    message = _("There is no such return.")


class PaperNotFound(DomainError):
    """No such paper, or none that the person may see."""

    code = "paper_not_found"
    kind = "not_found"
    message = _("There is no such paper.")


class NobodyPaid(DomainError):
    """There is nothing to declare."""

    code = "nobody_paid"
    kind = "conflict"
    message = _("Nobody was paid by %(entity)s in that period: there is nothing to declare.")


class ReturnStands(DomainError):
    """Somebody stands for it already."""

    code = "return_stands"
    kind = "conflict"
    message = _("This return is %(state)s: it is not made anew. What came later is a correction.")


class ReturnPeriodOpen(DomainError):
    """Nothing is approved before its last day is over."""

    code = "return_period_open"
    kind = "conflict"
    message = _("The period ends on %(last)s: it is approved after that day.")


class ReturnNotReady(DomainError):
    """The step does not follow from the state."""

    code = "return_not_ready"
    kind = "conflict"
    message = _("This is %(state)s: that step does not follow.")


class ReturnHasProblems(DomainError):
    """The body would refuse it."""

    code = "return_has_problems"
    kind = "conflict"
    message = _("%(count)s points forbid sending it: they stand on the page, each with what to do.")


class ReturnDiffers(DomainError):
    """What is declared is not what the books owe, and nothing explains it."""

    code = "return_differs"
    kind = "conflict"
    message = _("The books differ by %(difference)s € from what is declared: look at the workers concerned.")


class ReturnOutdated(DomainError):
    """Pay was booked after the return was made."""

    code = "return_outdated"
    kind = "conflict"
    message = _("Pay was booked since this was made: make it again, then check it.")


class SecondPersonChecks(DomainError):
    """Nobody approves what they made or checked themselves."""

    code = "second_person_returns"
    kind = "forbidden"
    message = _("You made or checked this: a colleague of payroll approves it.")


class ContractNotEnding(DomainError):
    """The paper is about the end of a contract."""

    code = "contract_not_ending"
    kind = "conflict"
    message = _("This contract has no end, or is not one that was worked: the paper is made when it ends.")


class NssoNumberMissing(DomainError):
    """The body knows employers by their number."""

    code = "nsso_number_missing"
    kind = "conflict"
    message = _("%(entity)s has no number of the social security office: enter it with the legal entities.")


class ReturnFileMissing(DomainError):
    """Nothing was written yet."""

    code = "return_file_missing"
    kind = "not_found"
    message = _("The file of this return is not made yet.")
