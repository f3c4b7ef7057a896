"""Closed lists of open-ended contracts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalState(TextChoices):
    """Life of a salary that is being agreed."""

    OPEN = "open", _("to be agreed")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ConsentSide(TextChoices):
    """Who agrees to a salary. The Activity's holder too, where the worker does not hold it."""

    WORKER = "worker", _("the worker")
    ADVISER = "adviser", _("the cooperative")
    HOLDER = "holder", _("the holder of the Activity")


class SalaryState(TextChoices):
    """What became of the salary of a month."""

    PLANNED = "planned", _("money set aside")
    REFUSED = "refused", _("not covered")
    ASKED = "asked", _("waits for a second person")
    EMPTY = "empty", _("no pay in this month")


class Category(TextChoices):
    """Function category of joint committee 200."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class AbsenceKind(TextChoices):
    """Why somebody does not work on a working day."""

    PAID_HOLIDAY = "paid_holiday", _("paid holiday")
    SICKNESS = "sickness", _("sickness")
    ACCIDENT = "accident", _("accident at work")
    SMALL_LEAVE = "small_leave", _("leave for a family event")
    FAMILY_LEAVE = "family_leave", _("leave for pressing family reasons")
    UNPAID_LEAVE = "unpaid_leave", _("unpaid leave")
    MATERNITY = "maternity", _("maternity leave")
    BIRTH_LEAVE = "birth_leave", _("birth leave")
    TEMPORARY_UNEMPLOYMENT = "temporary_unemployment", _("temporary unemployment")


class AbsenceState(TextChoices):
    """Life of an absence."""

    ASKED = "asked", _("asked")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class HalfDay(TextChoices):
    """Which half of the day, when it is not the whole."""

    WHOLE = "", _("the whole day")
    MORNING = "morning", _("the morning")
    AFTERNOON = "afternoon", _("the afternoon")


class StaffAllowance(TextChoices):
    """What staff are paid beside the monthly salary."""

    YEAR_END = "year_end", _("year-end premium")
    DOUBLE_HOLIDAY = "double_holiday", _("double holiday pay")
    ANNUAL_PREMIUM = "annual_premium", _("annual premium of joint committee 200")


class DrawKind(TextChoices):
    """Why holiday money that was set aside leaves its account."""

    DOUBLE = "double", _("double holiday pay")
    TAKEN = "taken", _("holiday taken")
