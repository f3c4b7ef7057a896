"""Closed lists of the ledger."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Fund(TextChoices):
    """What is held in common: a line of classes 6 and 7 carries a fund when it carries no budget."""

    POT = "pot", _("common pot")
    GUARANTEE = "guarantee", _("guarantee fund")
    SOLIDARITY = "solidarity", _("solidarity fund")


class Journal(TextChoices):
    """Where an entry is entered."""

    SALES = "SAL", _("sales")
    PURCHASES = "PUR", _("purchases")
    PAY = "PAY", _("pay")
    BANK = "BNK", _("bank")
    SHARES = "SHR", _("shares")
    VARIOUS = "VAR", _("various operations")


class PartyKind(TextChoices):
    """What a party is."""

    PERSON = "person", _("person")
    FIRM = "firm", _("firm")
    BODY = "body", _("public body")


class VatRegime(TextChoices):
    """How an entity stands towards VAT."""

    NORMAL = "normal", _("subject to VAT")
    EXEMPT_TRAINING = "exempt_training", _("exempt: training")


class ManualState(TextChoices):
    """Life of an entry by hand."""

    PROPOSED = "proposed", _("waits for a second person")
    POSTED = "posted", _("posted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
