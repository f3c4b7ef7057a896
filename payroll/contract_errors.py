"""Refusals about what changes in a contract after it was written: amended, corrected, signed, copied."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AttestationMissing(DomainError):
    """Work in the arts without a contract of employment (article 1bis) needs its attestation."""

    code = "attestation_missing"
    kind = "conflict"
    message = _(
        "%(name)s holds no attestation of work in the arts on %(on)s: without it only an employment contract "
        "can be made. Ask for the attestation, or take away the article 1bis."
    )


class AttestationUnknown(DomainError):
    """Nobody keeps attestations yet, so that nobody can say whether it is held."""

    code = "attestation_unknown"
    kind = "conflict"
    message = _(
        "Nothing is known here of an attestation of work in the arts of %(name)s: under article 1bis it must "
        "be held. Take away the article 1bis, or have the attestation entered."
    )


class NothingAmended(DomainError):
    """An amendment changes something."""

    code = "nothing_amended"
    message = _("Nothing is different from what stands: change at least one field.")


class AmendmentTooLate(DomainError):
    """What is over is shortened or corrected, not amended."""

    code = "amendment_too_late"
    kind = "conflict"
    message = _(
        "The contract ended on %(ends_on)s: say that less was worked, or ask the payroll administration for "
        "a correction of the month."
    )


class AmendmentBeforeToday(DomainError):
    """An agreement changes what is to come."""

    code = "amendment_backwards"
    kind = "conflict"
    message = _(
        "What has begun is not moved: the first day stays %(starts_on)s, and the last day is %(today)s or "
        "later. For less work than planned, shorten the contract."
    )


class AmendmentSettled(DomainError):
    """A part whose pay is computed is corrected, not amended."""

    code = "amendment_settled"
    kind = "conflict"
    message = _(
        "The pay up to %(until)s is computed (%(hours)s hours, %(gross)s €): the amendment must leave more "
        "hours and more pay than that, and the last day after it."
    )


class ReasonMissing(DomainError):
    """Who changes pay or a promise says why."""

    code = "reason_missing"
    message = _("Say why: the reason stands in the file of the contract.")


class MonthNotSettled(DomainError):
    """Only a month whose pay was computed is corrected."""

    code = "month_not_settled"
    kind = "conflict"
    message = _("The pay of this month is not computed yet: amend or shorten the contract instead.")


class CorrectionPending(DomainError):
    """One correction after the other."""

    code = "correction_pending"
    kind = "conflict"
    message = _("A correction of this month waits to be computed: make the next one after it.")


class CorrectionTooLarge(DomainError):
    """A month never falls below nothing."""

    code = "correction_too_large"
    message = _(
        "The month has %(hours)s hours and %(gross)s €: a correction leaves hours and pay above zero, or "
        "nothing of both."
    )


class CorrectionEmpty(DomainError):
    """A correction moves pay."""

    code = "correction_empty"
    message = _("Give the gross that is added or taken away: a correction without it changes no pay.")


class NotACorrection(DomainError):
    """Only a correction is taken back; what was planned is amended, shortened or cancelled."""

    code = "not_a_correction"
    kind = "conflict"
    message = _("This is the month as it was agreed, no correction: amend or shorten the contract instead.")


class CorrectionSettled(DomainError):
    """What is settled stays; the opposite correction undoes it."""

    code = "correction_settled"
    kind = "conflict"
    message = _(
        "The pay of this correction is computed and stays: undo it by a correction of %(hours)s hours and "
        "%(gross)s €."
    )


class CorrectionOfOthers(DomainError):
    """A correction that follows from something else is changed there."""

    code = "correction_of_others"
    kind = "conflict"
    message = _("This correction follows from %(origin)s: change that, and the pay follows.")


class OwnPay(DomainError):
    """Nobody decides on their own pay."""

    code = "own_pay"
    kind = "forbidden"
    message = _("This is about your own pay: a colleague does it.")


class ConsentMissing(DomainError):
    """Who signs says that they agree."""

    code = "consent_missing"
    message = _("Read the contract and tick that you agree with it: then you can sign.")


class DocumentChanged(DomainError):
    """What is signed is what was shown."""

    code = "document_changed"
    kind = "conflict"
    message = _("The contract has changed since you opened this page: read it again, then sign.")


class TemplateNameTaken(DomainError):
    """Each model of a member has a name of its own."""

    code = "template_name_taken"
    kind = "conflict"
    message = _("You keep a model named “%(name)s” already: choose another name.")


class TemplateNotFound(DomainError):
    """No such model among one's own."""

    code = "template_not_found"
    kind = "not_found"
    message = _("There is no such model of yours.")


class NotStudentContract(DomainError):
    """Only a student's draft above the hours that are left is split."""

    code = "not_a_student_draft"
    kind = "conflict"
    message = _("Only the draft of a student contract with more hours than are left is split in two.")


class BatchEmpty(DomainError):
    """A batch has people."""

    code = "batch_empty"
    message = _("Add at least one person, and at most %(most)s.")


class BatchNotFound(DomainError):
    """No such batch, or one of an Activity of others."""

    code = "batch_not_found"
    kind = "not_found"
    message = _("There are no such contracts written together here.")


class PaperNotSigned(DomainError):
    """The document is made once both sides have signed."""

    code = "paper_not_signed"
    kind = "conflict"
    message = _("This document is made once both sides have signed: read it on the page where it is signed.")
