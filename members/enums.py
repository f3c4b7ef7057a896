"""Closed lists about people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do in one cooperative, between two dates."""

    MEMBER = "member", _("member")
    CLIENT_CONTACT = "client_contact", _("client contact")
    ADVISER = "adviser", _("adviser")
    ADVISER_LEAD = "adviser_lead", _("adviser team lead")
    PAYROLL_ADMIN = "payroll_admin", _("payroll administrator")
    CREDIT_CONTROLLER = "credit_controller", _("credit controller")
    FINANCE = "finance", _("finance")
    LEGAL = "legal", _("legal")
    COOP_ADMIN = "coop_admin", _("cooperative administrator")
    BOARD = "board", _("board")
    AUDITOR = "auditor", _("auditor")


ADVISERS = frozenset({Role.ADVISER, Role.ADVISER_LEAD})
"""Roles that may have a portfolio."""

STAFF = frozenset(Role) - {Role.MEMBER, Role.CLIENT_CONTACT}
"""Roles of whoever works for the cooperative or sits in its organs."""


class FamilyStatus(TextChoices):
    """Family situation as the scale of the withholding tax asks for it."""

    SINGLE = "single", _("single")
    MARRIED_ONE_INCOME = "married_one_income", _("married, partner without income of their own")
    MARRIED_TWO_INCOMES = "married_two_incomes", _("married, both with an income")


class SpouseIncome(TextChoices):
    """What a partner with an income of their own lives on, as far as the tax asks: a small one counts."""

    NOT_SMALL = "", _("not small, or not known")
    INCOME = "income", _("a small income")
    PENSION = "pension", _("only a pension")


class Language(TextChoices):
    """Languages of screens, mails and documents."""

    FR = "fr", _("French")
    NL = "nl", _("Dutch")
    DE = "de", _("German")
    EN = "en", _("English")


class NoteKind(TextChoices):
    """How an adviser and a member were in touch."""

    NOTE = "note", _("note")
    CALL = "call", _("call")
    MAIL = "mail", _("mail")
    MEETING = "meeting", _("meeting")


class Disclosed(TextChoices):
    """What staff read of a person and is written down."""

    NATIONAL_NUMBER = "national_number", _("national number")
    PAYSLIP = "payslip", _("payslip")
