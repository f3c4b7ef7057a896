"""Closed lists of returns."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PublicReturnKind(TextChoices):
    """What is declared."""

    DMFA = "dmfa", _("quarterly declaration (DmfA)")
    WITHHOLDING = "withholding_tax", _("withholding-tax return")
    TAX_SLIPS = "tax_slips", _("tax slips 281.10")
    ACCOUNTS = "individual_account", _("individual accounts")
    END = "end_of_contract", _("end of contract (C4)")


class PublicReturnState(TextChoices):
    """Life of a return. Refused, it is built anew; individual accounts end approved: they go to workers."""

    BUILDING = "building", _("being made")
    DRAFT = "draft", _("to check")
    CHECKED = "checked", _("checked")
    APPROVED = "approved", _("approved")
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("not delivered")


REMADE = (
    PublicReturnState.BUILDING,
    PublicReturnState.DRAFT,
    PublicReturnState.CHECKED,
    PublicReturnState.REFUSED,
    PublicReturnState.FAILED,
)
"""States in which a return may be built anew."""

STANDING = (PublicReturnState.APPROVED, PublicReturnState.SENT, PublicReturnState.ACCEPTED)
"""Somebody stands for the figures: they are declared, or about to be."""

QUEUED = (PublicReturnState.REFUSED, PublicReturnState.FAILED)
"""A person must look."""


class Body(TextChoices):
    """Who receives it."""

    SOCIAL = "social", _("social security office")
    FINANCE = "finance", _("tax office")
    NOBODY = "nobody", _("the workers themselves")


BODIES = {
    PublicReturnKind.DMFA: Body.SOCIAL,
    PublicReturnKind.END: Body.SOCIAL,
    PublicReturnKind.WITHHOLDING: Body.FINANCE,
    PublicReturnKind.TAX_SLIPS: Body.FINANCE,
    PublicReturnKind.ACCOUNTS: Body.NOBODY,
}


class PaperKind(TextChoices):
    """A paper that a worker keeps."""

    TAX_SLIP = "tax_slip", _("tax slip 281.10")
    ACCOUNT = "individual_account", _("individual account")
    END = "end_of_contract", _("end of contract (C4)")
