"""What people ask about their data, and how far it came."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestKind(TextChoices):
    """What is asked for."""

    COPY = "copy", _("a copy of my data")
    ERASURE = "erasure", _("the erasure of my data")


class RequestState(TextChoices):
    """How far it came."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused, with the reason")
