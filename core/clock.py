"""Time as the cooperative lives it: real time plus its offset. Read at edges and tasks only; services take
dates.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.models import Cooperative
from core.tenancy import current_cooperative

ZONE = ZoneInfo("Europe/Brussels")


def now(cooperative: Cooperative | None = None) -> datetime:
    """The moment in the cooperative's clock, Belgian time zone."""
    cooperative = cooperative or current_cooperative()
    return (timezone.now() + cooperative.clock_offset).astimezone(ZONE)


def today(cooperative: Cooperative | None = None) -> date:
    """The calendar day in the cooperative's clock."""
    return now(cooperative).date()


def set_clock(cooperative: Cooperative, moment: datetime) -> None:
    """Make the cooperative's clock show `moment` now and run on from there (demonstrations and tests)."""
    cooperative.clock_offset = moment - timezone.now()
    Cooperative.objects.filter(pk=cooperative.pk).update(clock_offset=cooperative.clock_offset)
