"""Refusals of payroll."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ContractNotFound(DomainError):
    """No such contract, or not one that the person may see."""

    code = "contract_not_found"
    kind = "not_found"
    message = _("There is no such contract here.")


class ContractNotDraft(DomainError):
    """Only a draft is changed or submitted."""

    code = "contract_not_draft"
    kind = "conflict"
    message = _("This contract is %(state)s already: it can no longer be changed here.")


class ContractNotOpen(DomainError):
    """The act needs a contract that is submitted and not settled."""

    code = "contract_not_open"
    kind = "conflict"
    message = _("This contract is %(state)s: it can no longer be cancelled or shortened.")


class GrossOrBudget(DomainError):
    """One of the two is given; the other follows."""

    code = "gross_or_budget"
    message = _("Give either the gross salary or the budget of the contract: the other one is computed.")


class NationalNumberMissing(DomainError):
    """A worker is declared by national number."""

    code = "worker_national_number_missing"
    kind = "conflict"
    message = _(
        "%(name)s has no national number in the profile: fill it in, nobody can be declared without it."
    )


class IbanMissing(DomainError):
    """Wages are paid by transfer."""

    code = "worker_iban_missing"
    kind = "conflict"
    message = _("%(name)s has no bank account in the profile: fill in the IBAN, the salary is paid there.")


class AddressMissing(DomainError):
    """The address stands on the contract and the payslip."""

    code = "worker_address_missing"
    kind = "conflict"
    message = _(
        "%(name)s has no full address in the profile: fill it in, it stands on the contract and the payslip."
    )


class FamilySituationMissing(DomainError):
    """The withholding tax needs the family situation of the day."""

    code = "family_situation_missing"
    kind = "conflict"
    message = _("%(name)s has given no family situation: fill it in, the tax depends on it.")


class ContractDates(DomainError):
    """A contract ends on or after its start."""

    code = "contract_dates"
    message = _("The contract ends before it starts: check the dates.")


class ContractTooLong(DomainError):
    """A fixed-term contract lasts one day to one month."""

    code = "contract_too_long"
    message = _("A contract lasts one month at most: end it by %(latest)s and make another one for the rest.")


class ContractTooLate(DomainError):
    """Work is declared before it starts."""

    code = "contract_too_late"
    kind = "conflict"
    message = _(
        "Work that starts on %(starts_on)s had to be submitted before: the day before at the latest, or on "
        "the day itself before the hour of the start. Choose a later start."
    )


class ContractAfterStart(DomainError):
    """After the start a contract is shortened or reported as not performed, not cancelled."""

    code = "contract_started"
    kind = "conflict"
    message = _(
        "The work started on %(starts_on)s: shorten the contract or report that it did not take place."
    )


class TooManyHours(DomainError):
    """More hours than the days hold."""

    code = "too_many_hours"
    message = _("%(hours)s hours do not fit in %(days)s days: give the hours really worked.")


class BelowMinimumWage(DomainError):
    """The hourly gross is under the minimum of the joint committee."""

    code = "below_minimum_wage"
    message = _(
        "%(hourly)s € an hour is below the minimum of %(minimum)s € an hour: the gross for %(hours)s hours "
        "must be at least %(lowest)s €."
    )


class StudentQuotaExceeded(DomainError):
    """A student's yearly hours at reduced contributions."""

    code = "student_quota_exceeded"
    kind = "conflict"
    message = _(
        "%(left)s student hours are left in %(year)s and this contract has %(hours)s: make a student "
        "contract for %(left)s hours and an employee contract for the rest."
    )


class QuotaHoursUnknown(DomainError):
    """The office says that a student's hours pass the quota, and our count does not."""

    code = "quota_hours_unknown"
    kind = "conflict"
    message = _(
        "The social security office says that the student hours of %(year)s pass the quota; by our count "
        "%(left)s are left. Look the hours up with the worker and note those worked elsewhere in the "
        "worker's file: the pay follows."
    )


class ContractOverlap(DomainError):
    """Nobody works twice at the same hours."""

    code = "contract_overlap"
    kind = "conflict"
    message = _(
        "From %(starts_on)s to %(ends_on)s there is another contract at the same hours: change the days, or "
        "give the hours of the day in both contracts."
    )


class AlreadySigned(DomainError):
    """Each side signs once."""

    code = "already_signed"
    kind = "conflict"
    message = _("This side has signed already.")


class NotTheWorker(DomainError):
    """Only the worker signs for the worker."""

    code = "not_the_worker"
    kind = "forbidden"
    message = _("Only %(name)s can sign this contract for the worker.")


class InvalidShortening(DomainError):
    """What was worked lies within what was planned."""

    code = "invalid_shortening"
    message = _("Give a last day and hours within the contract, and fewer hours than planned.")


class ActivityNotOpen(DomainError):
    """Contracts are made in an open Activity."""

    code = "activity_not_open"
    kind = "conflict"
    message = _("The Activity %(name)s is not open: ask your adviser.")


class DeclarationNotQueued(DomainError):
    """Only refused or undelivered declarations wait for a person."""

    code = "declaration_not_queued"
    kind = "conflict"
    message = _("This declaration is %(state)s: it waits for nobody.")


class NothingToRun(DomainError):
    """Every entity with somebody to pay has its run, or there is nobody to pay."""

    code = "nothing_to_run"
    kind = "conflict"
    message = _("In %(month)s no entity is left with somebody to pay: open the run that exists.")


class NothingToDeclare(DomainError):
    """No declaration waits unsent."""

    code = "nothing_to_declare"
    kind = "conflict"
    message = _("No declaration waits to be sent: everything is declared or on its way.")


class AnswerFileRefused(DomainError):
    """It is neither a receipt nor a file of answers of the social security office."""

    code = "answer_file_refused"
    message = _(
        "This is not an answer of the social security office: choose the receipt (ACRF) or the notification "
        "(NOTIFICATION) as you received it, at most 10 MB."
    )


class AnswersRead(DomainError):
    """The same file twice."""

    code = "answers_read"
    kind = "conflict"
    message = _("This file was read before: nothing is left to do with it.")


class NoteMissing(DomainError):
    """Who closes a matter by hand says what was done."""

    code = "note_missing"
    message = _("Say in a few words what you did: the next person must understand it.")


class FiguresUnreadable(DomainError):
    """A file of statutory figures that cannot be read."""

    code = "figures_unreadable"
    message = _(
        "The file of figures cannot be read: %(reason)s. Take a file of payroll/statutory as a model."
    )


class NothingToApprove(DomainError):
    """No run of the month is in review."""

    code = "nothing_to_approve"
    kind = "conflict"
    message = _("No run of %(month)s waits for an approval: start or compute it first.")


class NoSuchMonth(DomainError):
    """A month is written with year and number."""

    code = "no_such_month"
    kind = "not_found"
    message = _("%(month)s is not a month: write it as 2026-11.")


class NoRunYet(DomainError):
    """The month of the entity has not been started."""

    code = "no_run_yet"
    kind = "not_found"
    message = _("The run of %(month)s has not been started: compute it first.")


class NotPayrollAdmin(DomainError):
    """Only a payroll administrator acts on a run, also from the command line."""

    code = "not_payroll_admin"
    kind = "forbidden"
    message = _("%(email)s is not a payroll administrator here: name somebody who is.")


class RunExists(DomainError):
    """One run per entity and month."""

    code = "run_exists"
    kind = "conflict"
    message = _("The run of %(month)s is %(state)s already.")


class RunTooEarly(DomainError):
    """A month is run when its last day is over."""

    code = "run_too_early"
    kind = "conflict"
    message = _("The month is not over: the run can start from %(on)s.")


class RunTooLate(DomainError):
    """A month so long ago is a slip of the keyboard: corrections of its pay stand on a later month."""

    code = "run_too_late"
    kind = "conflict"
    message = _("This month is too long ago: choose one from %(earliest)s on.")


class RunNotReady(DomainError):
    """The act does not fit the state of the run."""

    code = "run_state"
    kind = "conflict"
    message = _("The run is %(state)s: this cannot be done now.")


class ExceptionsOpen(DomainError):
    """Every exception is looked at before a run is approved."""

    code = "exceptions_open"
    kind = "conflict"
    message = _("%(count)s exceptions have not been reviewed: look at each one first.")


class SecondPersonNeeded(DomainError):
    """Nobody approves their own run."""

    code = "second_person_needed"
    kind = "forbidden"
    message = _("You started this run: a second person approves it.")


class PaidByRun(DomainError):
    """Nobody approves a run that pays themselves."""

    code = "paid_by_this_run"
    kind = "forbidden"
    message = _("This run pays you too: a colleague who is not paid by it approves it.")


class PaidToSelf(DomainError):
    """Nobody reviews an exception about their own pay."""

    code = "own_exception"
    kind = "forbidden"
    message = _("This exception is about your own pay: a colleague reviews it.")


class NotQuickJob(DomainError):
    """The contract was not made with the Contract tool."""

    code = "not_a_quick_job"
    message = _("This contract has no invoice of its own: cancel the contract and credit the invoice apart.")


class QuickJobNeedsClient(DomainError):
    """A job is done for somebody."""

    code = "client_needed"
    message = _("Choose a client or give the name and address of a new one.")


class NothingDeclared(DomainError):
    """There is no such declaration, or none at all."""

    code = "nothing_declared"
    kind = "not_found"
    message = _("There is no such declaration in this cooperative.")


class PayNotFound(DomainError):
    """No such pay item or payslip, or not one that the person may read."""

    code = "pay_not_found"
    kind = "not_found"
    message = _("There is no such payslip here.")


class SalaryGoesOn(DomainError):
    """An open-ended contract is neither shortened nor amended like one of a few days."""

    code = "salary_goes_on"
    kind = "conflict"
    message = _(
        "This contract has a monthly salary: note absences, change its salary or end it on the page of "
        "open-ended contracts."
    )
