"""Kinds of programs and of what they hold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProgramKind(TextChoices):
    """What sort of program it is, which says how it may ask for tokens."""

    WEB = "web", _("a website: acts for people who allow it, keeps a secret on its server")
    NATIVE = "native", _("an app on a phone or a computer: acts for people who allow it, keeps no secret")
    SERVICE = "service", _("a service without people: acts for the administrator who registers it")


class TokenKind(TextChoices):
    """What a text that a program holds is good for."""

    ACCESS = "access", _("access")
    REFRESH = "refresh", _("refresh")
