"""Contracts as the client for whom somebody worked reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from invoicing.portal.contracts import ClientContract, contracts_for
from payroll.models import EmploymentContract
from tests.activities.builders import make_client
from tests.payroll.test_declarations import carry
from tests.payroll.test_quick_jobs import job

__all__ = ["carry", "job"]


def test_the_client_reads_who_worked_as_what_and_whether_it_was_declared(
    world: Any, job: Any, carry: Any
) -> None:
    done = job()
    contract = EmploymentContract.objects.get(invoice__isnull=False)
    client = contract.invoice.client

    [waiting] = contracts_for([client.pk])
    carry()
    [declared] = contracts_for([client.pk])

    assert done is not None
    worker = f"{world.worker.first_name} {world.worker.last_name[0]}."
    assert (waiting.worker, waiting.declared) == (worker, "waiting")
    assert (waiting.starts_on, waiting.ends_on) == (date(2026, 11, 6), date(2026, 11, 6))
    assert declared.declared == "accepted"
    assert waiting.function not in ("", "informatique_graphisme")
    assert world.worker.last_name not in repr(waiting)
    assert set(ClientContract.__slots__) == {
        "worker", "function", "starts_on", "ends_on", "declared", "invoice_id",
    }  # fmt: skip


@pytest.mark.parametrize("state", ["cancelled", "no_show"])
def test_what_did_not_happen_and_what_was_for_others_is_not_shown(world: Any, job: Any, state: str) -> None:
    job()
    contract = EmploymentContract.objects.get(invoice__isnull=False)
    other = make_client(name="Le Club SRL")

    assert contracts_for([other.pk]) == []
    EmploymentContract.objects.filter(pk=contract.pk).update(state=state)
    assert contracts_for([contract.invoice.client_id]) == []
