"""The figures of `core.registry.gauges`, read for one cooperative."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import DatabaseError, transaction

from core.models import Cooperative
from core.registry import Gauge, gauges
from core.tenancy import tenant_scope

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge and what it showed: None when it has nothing to say, `broken` when it could not be read."""

    gauge: Gauge
    value: float | None
    broken: bool = False

    @property
    def alarms(self) -> bool:
        """Whether a person must look."""
        if self.value is None:
            return self.broken or self.gauge.required
        return self.gauge.alarm is not None and self.value > self.gauge.alarm


def read_gauges(cooperative: Cooperative) -> list[Reading]:
    """Every gauge of a cooperative. One that fails is shown as broken and hides no other."""
    readings = []
    with tenant_scope(cooperative):
        for gauge in gauges():
            try:
                with transaction.atomic():
                    readings.append(Reading(gauge, gauge.source()))
            except (DatabaseError, OSError, ArithmeticError, LookupError, TypeError, ValueError):
                log.exception("gauge %s cannot be read", gauge.key)
                readings.append(Reading(gauge, None, broken=True))
    return readings
