"""Closed lists of collection."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChargeKind(TextChoices):
    """What is claimed for lateness."""

    INTEREST = "interest", _("late interest")
    INDEMNITY = "indemnity", _("recovery indemnity")
    FEE = "fee", _("cost of a reminder")
    COSTS = "costs", _("recovery costs")


class PlanState(TextChoices):
    """Life of a payment plan."""

    ACTIVE = "active", _("running")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")
    CANCELLED = "cancelled", _("cancelled")


class AgentKind(TextChoices):
    """Who collects in the cooperative's name."""

    COLLECTOR = "collector", _("collection agency")
    LAWYER = "lawyer", _("lawyer")


class HandOverState(TextChoices):
    """Life of a file given to somebody else."""

    OPEN = "open", _("with the agent")
    RECOVERED = "recovered", _("recovered")
    WITHDRAWN = "withdrawn", _("taken back")


class WriteDownState(TextChoices):
    """What the books think of an invoice that is not paid."""

    PROPOSED = "proposed", _("waits for a second person")
    DOUBTFUL = "doubtful", _("doubtful")
    LOST = "lost", _("lost")
    SETTLED = "settled", _("paid or credited after all")
    REFUSED = "refused", _("refused")


class DisputeState(TextChoices):
    """Where a dispute stands: with the controller, with the member, with the lawyers, or over."""

    OPEN = "open", _("to be examined")
    WITH_MEMBER = "with_member", _("the member answers")
    WITH_LEGAL = "with_legal", _("with the legal service")
    UPHELD = "upheld", _("the invoice stands")
    CONCEDED = "conceded", _("the client is right")


class DisputeReason(TextChoices):
    """What the client contests."""

    QUALITY = "quality", _("quality of the work")
    AMOUNT = "amount", _("amount")
    NOT_ORDERED = "not_ordered", _("not ordered")
    ALREADY_PAID = "already_paid", _("already paid")
    OTHER = "other", _("something else")


class ContactKind(TextChoices):
    """How the client was spoken to."""

    PHONE = "phone", _("telephone")
    MAIL = "mail", _("e-mail")
    NOTE = "note", _("note")
