"""What is counted at the doors of the house."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Knock(models.TextChoices):
    """What somebody tries at a door that stands open to everyone."""

    LOG_IN = "log_in", _("log-in")
    SECOND_FACTOR = "second_factor", _("second factor")
    SIGN_UP = "sign_up", _("sign-up")
    PASSWORD_RESET = "password_reset", _("password reset")
