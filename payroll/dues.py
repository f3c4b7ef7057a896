"""What pay makes owed to public bodies and the insurer; the days on which it is paid stand with the dues."""

from django.utils.translation import gettext_lazy as _

from ledger.treasury.dues.registry import DueSource

DUE_SOURCES = (
    DueSource("onss_advance", _("Social security, advance")),
    DueSource("onss_balance", _("Social security, balance of the quarter")),
    DueSource("withholding_tax", _("Withholding tax on wages")),
    DueSource("onva_year", _("Holiday fund, yearly contribution")),
    DueSource("insurance", _("Accident insurance")),
)
