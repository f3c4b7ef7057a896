"""What workers are told by mail about work abroad."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "abroad_certificate": (
        _("Your A1 certificate is ready"),
        (
            _("The certificate for your work in %(country)s (“%(work)s”) has come."),
            _("Download it from the page of your contract before you leave, and keep it with you: it shows "
              "that you stay insured at home."),
        ),
    ),
}  # fmt: skip
"""kind → subject, paragraphs, as `members.notices.wording` has them."""
