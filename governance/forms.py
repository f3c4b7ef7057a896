"""Shape of what people send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from governance.services import MOST_SHARES


class SubscriptionForm(KitForm):
    """How many shares."""

    shares = forms.IntegerField(
        label=_("Number of shares"),
        min_value=1,
        max_value=MOST_SHARES,
        initial=1,
        help_text=_("Each share bought this year covers one year of use: three cover this one and two more."),
    )
