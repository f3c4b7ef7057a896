"""Refusals of VAT returns."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownPeriod(DomainError):
    """The text is no period."""

    code = "unknown_period"
    message = _("“%(period)s” is no period: write 2026-10, 2026-Q4 or 2026.")


class NoVatForm(DomainError):
    """Nobody has described the return of that country."""

    code = "no_vat_form"
    message = _("The VAT return of %(country)s is not known to the product: file it by hand.")


class EntityExempt(DomainError):
    """An exempt entity files no periodic return."""

    code = "entity_exempt"
    kind = "conflict"
    message = _("%(entity)s is exempt from VAT (article 44): it files no return and no listing.")


class WrongRhythm(DomainError):
    """The entity files by another length of period."""

    code = "wrong_rhythm"
    message = _("%(entity)s files its returns by %(rhythm)s: choose such a period.")


class PeriodNotOver(DomainError):
    """Nothing is filed before its last day is over."""

    code = "period_not_over"
    kind = "conflict"
    message = _("The period ends on %(last)s: it is prepared after that day.")


class PeriodOverlaps(DomainError):
    """Some days of the period are in a return already."""

    code = "period_overlaps"
    kind = "conflict"
    message = _("Some of these days belong to the return of %(period)s.")


class EarlierReturnOpen(DomainError):
    """Returns are approved in the order of their periods."""

    code = "earlier_return_open"
    kind = "conflict"
    message = _("Approve the return of %(period)s first: what came late flows into the next one.")


class VatWithoutGrid(DomainError):
    """No row of the mapping fits what a document says."""

    code = "vat_without_grid"
    kind = "conflict"
    message = _(
        "No grid is known for %(documents)s: the VAT code of these documents has no place in the return."
    )


class DifferenceUnexplained(DomainError):
    """Documents and books do not agree, and nobody said why."""

    code = "difference_unexplained"
    kind = "conflict"
    message = _("The documents differ from the books by %(difference)s €: find the entry, or explain it.")


class ReturnNotPrepared(DomainError):
    """Only what is prepared is approved or prepared again."""

    code = "return_not_prepared"
    kind = "conflict"
    message = _("This is no longer waiting for approval: it is %(state)s.")


class ReturnStale(DomainError):
    """Postings came after the figures were frozen."""

    code = "return_stale"
    kind = "conflict"
    message = _("The books have changed since this was prepared: prepare it again, then approve it.")


class SecondPersonNeeded(DomainError):
    """Nobody approves what they prepared themselves."""

    code = "second_person_needed"
    kind = "forbidden"
    message = _("You prepared this: a colleague of finance approves it.")


class ReturnNotApproved(DomainError):
    """Only what is approved is sent."""

    code = "return_not_approved"
    kind = "conflict"
    message = _("This cannot be sent: it is %(state)s.")


class ReturnNotSubmitted(DomainError):
    """Nothing waits for an answer of the tax office."""

    code = "return_not_submitted"
    kind = "conflict"
    message = _("No answer is awaited: this is %(state)s.")


class ReturnNotRefused(DomainError):
    """Only what the tax office refused is reopened."""

    code = "return_not_refused"
    kind = "conflict"
    message = _("Only what the tax office refused is reopened: this is %(state)s.")


class ReasonMissing(DomainError):
    """A refusal says why."""

    code = "vat_reason_missing"
    message = _("Write what the tax office answered.")
