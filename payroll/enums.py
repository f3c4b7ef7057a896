"""Closed lists of payroll."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ContractType(TextChoices):
    """Kind of employment contract; temporary agency work has no multiplier until one is entered."""

    EMPLOYEE = "employee", _("employee")
    ARTISTIC = "artistic", _("artistic")
    STUDENT = "student", _("student")
    INTERIM = "interim", _("temporary agency work")


class ContractState(TextChoices):
    """Life of a contract. Between declared and settled it is performed: that needs no state, only the
    calendar.
    """

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    DECLARED = "declared", _("declared")
    SETTLED = "settled", _("settled")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")
    NO_SHOW = "no_show", _("not performed")


OPEN_STATES = (ContractState.SUBMITTED, ContractState.DECLARED)
"""Money is reserved and work is declared or about to be."""

COUNTED_STATES = (*OPEN_STATES, ContractState.SETTLED, ContractState.PAID)
"""The contract exists: its hours count and its days are taken."""


class UnemploymentReason(TextChoices):
    """Why work that was agreed could not be given; each has its code in the quarterly declaration."""

    ECONOMIC = "economic", _("economic reasons")
    LACK_OF_WORK = "lack_of_work", _("lack of work (employees)")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    BAD_WEATHER = "bad_weather", _("bad weather")
    TECHNICAL = "technical", _("technical accident or another reason")


class CorrectionOrigin(TextChoices):
    """What wrote a correction of a settled month, when it was not a person by hand."""

    ABSENCE = "absence", _("an absence")
    UNEMPLOYMENT = "unemployment", _("days of temporary unemployment")
    QUOTA = "quota", _("the student quota")


class Side(TextChoices):
    """Who signs a contract."""

    WORKER = "worker", _("worker")
    EMPLOYER = "employer", _("employer")


class EndReason(TextChoices):
    """Why a contract ended otherwise than planned."""

    JOB_CANCELLED = "job_cancelled", _("the client called the work off")
    LESS_WORK = "less_work", _("there was less work than planned")
    ILLNESS = "illness", _("illness or accident")
    RESIGNED = "resigned", _("the worker stopped")
    DISMISSED = "dismissed", _("the employer ended it")
    AGREED = "agreed", _("both agreed to end it")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    ENTRY_ERROR = "entry_error", _("it was written by mistake")
    NO_SHOW = "no_show", _("the worker did not come")
    OTHER = "other", _("another reason")


class EndedBy(TextChoices):
    """Who ended a contract: the end-of-contract form asks for it."""

    WORKER = "worker", _("the worker")
    EMPLOYER = "employer", _("the employer")
    CLIENT = "client", _("the client")
    BOTH = "both", _("worker and employer together")
    NOBODY = "nobody", _("nobody: force majeure")


class RowState(TextChoices):
    """What became of a row of contracts written together."""

    WAITING = "waiting", _("to do")
    SUBMITTED = "submitted", _("submitted")
    REFUSED = "refused", _("refused")


class DeclarationKind(TextChoices):
    """What a declaration says."""

    IN = "in", _("start of work")
    UPDATE = "update", _("change of dates")
    OUT = "out", _("end of work")
    CANCEL = "cancel", _("cancellation")


class DeclarationState(TextChoices):
    """Life of a declaration."""

    DRAFT = "draft", _("to be sent")
    SENT = "sent", _("sent")
    WAITING = "waiting", _("identity being checked")
    ACCEPTED = "accepted", _("accepted")
    ACCEPTED_WITH_WARNING = "accepted_with_warning", _("accepted with a remark")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("not delivered")
    CANCELLED = "cancelled", _("cancelled")


ACCEPTED_STATES = (DeclarationState.ACCEPTED, DeclarationState.ACCEPTED_WITH_WARNING)
"""The body counts the declaration."""

PENDING_STATES = (DeclarationState.DRAFT, DeclarationState.SENT, DeclarationState.WAITING)
"""The body has not given its last word."""

QUEUE_STATES = (DeclarationState.REFUSED, DeclarationState.FAILED)
"""A person must look."""


class BatchState(TextChoices):
    """Life of a file of declarations."""

    MADE = "made", _("to be handed in")
    RECEIVED = "received", _("received by the office")
    REJECTED = "rejected", _("refused as a whole")
    ANSWERED = "answered", _("answered")


class AnswerKind(TextChoices):
    """Files that the office sends back."""

    RECEIPT = "receipt", _("receipt of a file")
    NOTIFICATION = "notification", _("answers to declarations")


class DifferenceKind(TextChoices):
    """How what is expected and what the office holds disagree."""

    MISSING = "missing", _("not known to the office")
    UNEXPECTED = "unexpected", _("known to the office only")
    DIFFERENT = "different", _("other dates or hours")


class LineKind(TextChoices):
    """What a line does: to the net of the worker, or to the cost of the employer."""

    ADDS = "adds", _("adds to the net")
    WITHHELD = "withheld", _("withheld from the net")
    EXPLAINS = "explains", _("explains")
    EMPLOYER = "employer", _("paid by the employer")


class RunState(TextChoices):
    """Life of a payroll run. Shards compute and close; people review and approve between the two."""

    COMPUTING = "computing", _("computing")
    REVIEW = "review", _("to review")
    APPROVED = "approved", _("approved")
    CLOSING = "closing", _("closing")
    CLOSED = "closed", _("closed")


class ShardPhase(TextChoices):
    """Which part of a run a shard does."""

    COMPUTE = "compute", _("compute")
    CLOSE = "close", _("close")


class ShardState(TextChoices):
    """Life of a shard: waiting, held by a worker under a lease, done, or given up and shown to people."""

    PENDING = "pending", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
