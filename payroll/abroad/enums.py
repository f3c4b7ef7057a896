"""Closed lists of work abroad."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MissionState(TextChoices):
    """Life of a mission: written, confirmed by its worker, or called off."""

    DRAFT = "draft", _("waits for the worker's statement")
    DECLARED = "declared", _("complete")
    CANCELLED = "cancelled", _("called off")


class ActivityKind(TextChoices):
    """What is done abroad: some host countries ask for nothing for some of it."""

    PERFORMANCE = "performance", _("performance, concert, exhibition")
    SHOOTING = "shooting", _("film shooting or recording")
    TECHNICAL = "technical", _("stage technique, assembly")
    TEACHING = "teaching", _("teaching, workshop")
    CONSULTING = "consulting", _("consulting, project work")
    MEETING = "meeting", _("meeting, conference, fair")
    CONSTRUCTION = "construction", _("construction, fitting out")
    OTHER = "other", _("another activity")


class StepKind(TextChoices):
    """What must be done for a mission."""

    A1 = "a1", _("A1 certificate")
    NOTICE = "notice", _("notice of posting in the host country")
    CONVENTION = "convention", _("certificate of the bilateral convention")
    CONTRIBUTIONS = "contributions", _("contributions of the host country")
    PERMIT = "permit", _("work permit or visa")
    INSURANCE = "insurance", _("travel and repatriation insurance")
    WITHDRAWAL = "withdrawal", _("withdrawal of the notice of posting")


class StepState(TextChoices):
    """Where a step stands."""

    TO_DO = "todo", _("to do")
    SENT = "sent", _("at the office")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("not delivered")
    NOT_NEEDED = "not_needed", _("not needed")


QUEUE_STATES = (StepState.TO_DO, StepState.REFUSED, StepState.FAILED)
"""A person must act."""

SETTLED_STATES = (StepState.DONE, StepState.NOT_NEEDED)
"""Nothing is left to do."""


class RequestState(TextChoices):
    """Life of a request for an A1 certificate."""

    DRAFT = "draft", _("to be sent")
    SENT = "sent", _("sent")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("not delivered")
    RETRACTING = "retracting", _("being withdrawn")
    RETRACTED = "retracted", _("withdrawn")


MOVING_STATES = (RequestState.DRAFT, RequestState.SENT, RequestState.RETRACTING)
"""A carrier has something to do."""

STANDING_STATES = (RequestState.DRAFT, RequestState.SENT, RequestState.GRANTED)
"""The mission counts on the request."""
