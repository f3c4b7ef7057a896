"""States and kinds of the house's own rows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RateStatus(TextChoices):
    """How sure a figure is."""

    CONFIRMED = "confirmed", _("confirmed")
    TO_CONFIRM = "to_confirm", _("to confirm")


class OutboxState(TextChoices):
    """Life of a message: waiting, handed to a worker, delivered, or given up and shown to people, who send it
    again or drop it.
    """

    PENDING = "pending", _("waiting")
    SENT = "sent", _("handed over")
    DONE = "done", _("delivered")
    DEAD = "dead", _("given up")
    DROPPED = "dropped", _("dropped")


class DocumentState(TextChoices):
    """Life of a document to render."""

    PENDING = "pending", _("waiting")
    RUNNING = "running", _("being made")
    DONE = "done", _("ready")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("dropped")


NOT_MADE = (DocumentState.FAILED, DocumentState.DROPPED)
"""Nobody makes the document unless an administrator has it tried again."""
