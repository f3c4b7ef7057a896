"""What people are told by mail about advances on wages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "advance_asked": (
        _("%(worker)s asks for an advance of %(amount)s"),
        (
            _("An advance on wages of %(amount)s for %(worker)s has waited for a decision since %(day)s."),
            _("Open the page Advances on wages: whoever asked does not decide, and nobody for themselves."),
        ),
    ),
    "advance_agreed": (
        _("Your advance of %(amount)s is agreed"),
        (
            _("The advance on your wages that was asked on %(day)s is agreed: it is paid with the next "
              "payments, on the account of your profile."),
            _("The pay of the work that it was given on is lower by as much: see the page My pay."),
        ),
    ),
    "advance_refused": (
        _("Your advance of %(amount)s is refused"),
        (
            _("The advance on your wages that was asked on %(day)s is refused: %(answer)s"),
            _("Your pay comes on its usual day. Write to payroll if something is not clear."),
        ),
    ),
}  # fmt: skip
"""kind → subject, paragraphs, as `members.notices.wording` has them."""
