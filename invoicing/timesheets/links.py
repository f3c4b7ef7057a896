"""The signed link of a time sheet."""

from __future__ import annotations

from datetime import date, timedelta

from core.links import link, whole_link
from core.signed_links import make_token, read_token
from invoicing.timesheets.models import TimeSheet

PURPOSE = "time_sheet"
READABLE = timedelta(days=180)
"""How long the link of a sheet opens it."""

GENERATION = 1
"""A sheet never changes: its link ends with its days, or says that it was taken back."""


def token_of(sheet: TimeSheet) -> str:
    """The token of a sheet."""
    return make_token(PURPOSE, sheet.pk, generation=GENERATION, last_day=sheet.link_until)


def path_of(sheet: TimeSheet) -> str:
    """The address of the client's page, inside the house."""
    return link("timesheets:approval", token=token_of(sheet))


def address_of(sheet: TimeSheet) -> str:
    """The same for a letter."""
    return whole_link("timesheets:approval", token=token_of(sheet))


def sheet_by(token: str, *, on: date) -> TimeSheet | None:
    """The sheet that a token opens; None for every token that opens nothing, whatever the reason."""
    said = read_token(PURPOSE, token, on=on)
    if said is None or said.generation != GENERATION:
        return None
    return TimeSheet.objects.filter(pk=said.key).select_related("client", "activity").first()
