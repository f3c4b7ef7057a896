"""Background work of worker files."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from payroll.workers import selectors, services
from payroll.workers.services.certificates import BATCH


@shared_task(name="workers.write_certificates")
def write_certificates(cooperative_id: int) -> None:
    """Write a batch of holiday certificates; ring again while there are more."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    with tenant_scope(cooperative):
        made = services.write_certificates(on=clock.today(), actor=Actor.system("holiday certificates"))
    if len(made) == BATCH:
        write_certificates.delay(cooperative_id)


@shared_task(name="workers.sweep_certificates")
def sweep_certificates() -> None:
    """Ring for each cooperative with an exit holiday that has no certificate."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            waiting = selectors.uncertified().exists()
        if waiting:
            write_certificates.delay(cooperative.pk)
