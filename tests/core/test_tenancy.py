"""Two cooperatives never see each other, whoever forgets what."""

from datetime import date

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from core import audit
from core.models import AuditEvent, Cooperative, PolicyRate
from core.tenancy import TenancyError, current_cooperative, current_cooperative_or_none, tenant_scope
from core.types import Actor


def enter(value: str) -> PolicyRate:
    return PolicyRate.objects.create(
        key="levy.rate", valid_from=date(2026, 1, 1), value=value, source="test", status="confirmed"
    )


def test_rows_of_one_cooperative_do_not_exist_in_another(
    cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        mine = enter("0.065")
    with tenant_scope(cooperative_fr):
        enter("0.09")
        assert [row.value for row in PolicyRate.objects.all()] == ["0.09"]
        assert not PolicyRate.objects.filter(pk=mine.pk).exists()
    with tenant_scope(cooperative_be):
        assert [row.value for row in PolicyRate.objects.all()] == ["0.065"]


def test_outside_a_scope_there_are_no_rows_and_none_can_be_made(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        enter("0.065")
    assert PolicyRate.objects.count() == 0
    with pytest.raises(TenancyError):
        enter("0.07")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        PolicyRate.objects.create(
            tenant_id=1, key="x", valid_from=date(2026, 1, 1), value="1", source="t", status="confirmed"
        )


def test_a_row_cannot_be_written_into_another_tenant(
    cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            PolicyRate.objects.create(
                tenant=cooperative_fr,
                key="levy.rate",
                valid_from=date(2026, 1, 1),
                value="0.5",
                source="t",
                status="confirmed",
            )
        assert PolicyRate.objects.count() == 0
    with tenant_scope(cooperative_fr):
        assert PolicyRate.objects.count() == 0


def test_a_scope_ends_with_its_block_and_refuses_another_inside(
    cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        with tenant_scope(cooperative_be):
            assert current_cooperative() == cooperative_be
        with pytest.raises(TenancyError), tenant_scope(cooperative_fr):
            pass
    assert current_cooperative_or_none() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('smart.tenant', true)")
        assert cursor.fetchone()[0] == ""


def test_a_failure_inside_a_scope_leaves_nothing(cooperative_be: Cooperative) -> None:
    with pytest.raises(ZeroDivisionError), tenant_scope(cooperative_be):
        enter("0.065")
        raise ZeroDivisionError
    assert current_cooperative_or_none() is None
    with tenant_scope(cooperative_be):
        assert PolicyRate.objects.count() == 0


def test_append_only_rows_are_neither_changed_nor_deleted(tenant: Cooperative) -> None:
    row = enter("0.065")
    audit.record(Actor.system("test"), "test.done", row)
    for statement in (
        "UPDATE core_auditevent SET action = 'forged'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent",
        "UPDATE core_policyrate SET value = '\"0\"'",
    ):
        with (
            pytest.raises((ProgrammingError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert AuditEvent.objects.get().action == "test.done"
    assert PolicyRate.objects.get().value == "0.065"
