"""Keys between Python and the database: read fast, asked for as one array, rows made of what was read."""

from datetime import date
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_init, pre_init
from django.test.utils import CaptureQueriesContext

from core.keys import key_of
from core.models import PolicyRate, TenantModel
from core.uuid7 import uuid7

pytestmark = pytest.mark.django_db


def _policy(key: str) -> PolicyRate:
    return PolicyRate.objects.create(
        key=key, valid_from=date(2026, 1, 1), value="0.1", source="a test", status="confirmed"
    )


def test_a_key_read_is_the_key_that_was_written() -> None:
    key = uuid7()
    read = key_of(str(key))
    assert (read, hash(read), str(read), read.is_safe) == (key, hash(key), str(key), key.is_safe)  # type: ignore[union-attr]
    assert key_of(None) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid, ARRAY[%s::uuid, NULL], NULL::uuid", [key, key])
        assert cursor.fetchone() == (key, [key, None], None)


@pytest.mark.usefixtures("tenant")
def test_many_keys_travel_as_one_parameter() -> None:
    rows = [_policy(f"a{number}") for number in range(3)]
    others = _policy("other")
    keys = {row.pk for row in rows}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert {row.pk for row in PolicyRate.objects.filter(pk__in=keys)} == keys
    assert queries[0]["sql"].count("::uuid[]") == 1
    assert others in PolicyRate.objects.exclude(pk__in=keys)
    assert set(PolicyRate.objects.in_bulk(list(keys))) == keys
    assert PolicyRate.objects.filter(pk__in=[str(rows[0].pk), rows[1].pk]).count() == 2
    assert PolicyRate.objects.filter(pk__in=PolicyRate.objects.filter(pk__in=keys)).count() == 3
    assert not PolicyRate.objects.filter(pk__in=set()).exists()


@pytest.mark.usefixtures("tenant")
def test_a_row_read_is_a_row_like_any_other() -> None:
    made = _policy("a")
    read = PolicyRate.objects.get(pk=made.pk)
    assert read == made
    assert not read._state.adding
    assert {field.attname for field in PolicyRate._meta.concrete_fields} <= set(vars(read))
    partly = PolicyRate.objects.only("key").get(pk=made.pk)
    assert partly.get_deferred_fields() == set(vars(read)) - {"_state", "id", "key"}
    assert partly.source == "a test"


def test_no_tenant_table_waits_for_signals_of_the_constructor() -> None:
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    assert tables
    assert not [table for table in tables if pre_init.has_listeners(table) or post_init.has_listeners(table)]


def test_other_spellings_are_no_keys_of_the_database() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        key_of("not a key")
    assert key_of("00000000-0000-0000-0000-000000000000") == UUID(int=0)
