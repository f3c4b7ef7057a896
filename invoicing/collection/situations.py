"""What stands in the way of a late invoice, as badges say it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

HELD = {
    "disputed": _("disputed"),
    "paused": _("on hold"),
    "planned": _("in a payment plan"),
    "handed_over": _("with an agent"),
    "lost": _("lost"),
}
"""Word kept → word shown."""
