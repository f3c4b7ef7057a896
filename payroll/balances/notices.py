"""What workers are told by mail about a balance that they are asked to pay back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "balance_net": (
        _("Pay that was too high: %(amount)s to pay back"),
        (
            _("Pay of %(entity)s that you received was corrected. Since %(since)s there are %(amount)s too "
              "much, and no later pay from which they could be kept."),
            _("Please pay %(amount)s by %(due_on)s to %(iban)s (%(entity)s) with the communication "
              "%(communication)s."),
            _("If you cannot pay it at once, or do not agree, write to your adviser: you can pay in "
              "parts. If you work through us again, your next pay is lowered by it."),
        ),
    ),
    "balance_holiday": (
        _("Exit holiday pay that was too high: %(amount)s to pay back"),
        (
            _("The pay from which your exit holiday of %(entity)s was counted has been corrected since. You "
              "received %(amount)s net too much; contributions and tax are not asked from you."),
            _("Please pay %(amount)s by %(due_on)s to %(iban)s (%(entity)s) with the communication "
              "%(communication)s."),
            _("If you cannot pay it at once, or do not agree, write to your adviser: you can pay in "
              "parts. If you work through us again, the holiday of that work makes up for it."),
        ),
    ),
}  # fmt: skip
"""kind → subject, paragraphs, as `members.notices.wording` has them."""
