"""Closed lists of Activities and their expenses."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tool(TextChoices):
    """How an Activity works: job by job, or with a budget of its own."""

    CONTRACT = "contract", _("Contract: one invoice, one contract")
    ACTIVITY = "activity", _("Activity: a budget that you manage")


class Variant(TextChoices):
    """What an Activity with a budget may do."""

    BUDGETED = "budgeted", _("budgeted")
    ENTREPRENEURIAL = "entrepreneurial", _("entrepreneurial")
    ORGANISATION = "organisation", _("organisation")


class ActivityState(TextChoices):
    """Life of an Activity."""

    REQUESTED = "requested", _("waiting for an adviser")
    OPEN = "open", _("open")
    REFUSED = "refused", _("not opened")
    CLOSED = "closed", _("closed")


class HolderRole(TextChoices):
    """What a person may do in an Activity."""

    HOLDER = "holder", _("holder")
    COLLABORATOR = "collaborator", _("collaborator")


class ExpenseState(TextChoices):
    """Life of an expense: it is paid when its payout is."""

    SUBMITTED = "submitted", _("waiting for an adviser")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class ExpenseCategory(TextChoices):
    """What money was spent on; the account and the deductible VAT of each are in
    `reference/expenses.yaml`.
    """

    TRAVEL = "travel", _("Travel: train, bus, taxi, plane")
    CAR = "car", _("Car: fuel, parking, hire")
    MILEAGE = "mileage", _("Kilometres in my own car")
    MATERIAL = "material", _("Material and supplies")
    RESTAURANT = "restaurant", _("Restaurant and reception")
    LODGING = "lodging", _("Lodging")
    SERVICES = "services", _("Services and hire")
    OFFICE = "office", _("Office, telephone, software")
    OTHER = "other", _("Something else")
