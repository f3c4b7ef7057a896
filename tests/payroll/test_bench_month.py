"""The measured month is a true one: a town is paid whole, its books hold, its floor writes the same rows."""

from __future__ import annotations

from typing import Any

from django.db import connections


def test_a_small_town_is_paid_and_written_again(fresh_database: Any) -> None:
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from ledger import checks as books
    from ledger.treasury.models import Payout, PayoutBatch
    from payroll import checks
    from payroll.models import PayItem, PayrollRun, Payslip
    from smart.bench.floor import TABLES, read_rows, write_rows, write_run
    from smart.bench.payroll import pay_month
    from smart.bench.workers import build_workers
    from tests.cluster import point_django_at

    def counted(be: Cooperative) -> dict[str, int]:
        with tenant_scope(be):
            return {model.__name__: model._default_manager.count() for model, _ in TABLES}

    cluster, second = fresh_database.cluster, f"{fresh_database.name}_floor"
    build_workers(8)
    be = Cooperative.objects.get(slug="be")
    connections.close_all()
    cluster.copy(second, fresh_database.name)
    try:
        before = counted(be)
        phases = pay_month(be, 2)

        assert set(phases) == {"declarations", "compute_and_post", "payslips_and_payout"}
        with tenant_scope(be):
            assert Payslip.objects.count() == 8
            assert PayrollRun.objects.get().state == "closed"
            assert PayItem.objects.count() >= 8
            assert PayoutBatch.objects.get().payments == Payout.objects.filter(state="batched").count()
            assert [
                *books.check_entries(),
                *books.check_balances(),
                *books.check_reservations(),
                *checks.unpaid_wages_equal_account(),
                *checks.owed_equals_books(),
                *checks.reservations_equal_open_contracts(),
            ] == []
        after = counted(be)
        shares = [read_rows(be, place, 2) for place in range(2)]
        assert sum(share.count for share in shares) == sum(after.values()) - sum(before.values())

        point_django_at(cluster, second)
        assert counted(be) == before
        write_run(be, shares[0])
        for share in shares:
            write_rows(be, share)
        assert counted(be) == after
    finally:
        connections.close_all()
        point_django_at(cluster, fresh_database.name)
        cluster.drop(second)
