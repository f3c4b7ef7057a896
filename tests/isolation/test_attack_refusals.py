"""What refusals of the database tell: never whether another cooperative's row is there."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError

from core.fields import TenantOneToOneField
from core.tenancy import tenant_scope
from tests.isolation.test_attack_sql import PRODUCT, TABLES, run
from tests.isolation.world import TENANT_MODELS, World


def test_a_reference_to_another_cooperatives_row_is_refused_like_one_to_nothing(world: World) -> None:
    """The same words whether the row is somebody else's or nobody's: only the key that was said differs."""
    references = world.ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, (regexp_match(pg_get_constraintdef(oid),"
        " 'FOREIGN KEY \\(tenant_id, (\\w+)\\) REFERENCES \\S+\\(tenant_id, id\\)'))[1]"
        f" FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(ARRAY{TABLES})"
    )
    tried = 0
    for table, target, column in references:
        if column is None:  # a reference by code: its key is a word, the same in every cooperative
            continue
        said = set()
        for key in (world.ids[target, 2], uuid4()):
            with pytest.raises(DatabaseError) as refusal, tenant_scope(world.cooperatives[1]):
                run(f'UPDATE {table} SET "{column}" = %s', key)
            said.add(str(refusal.value).replace(str(key), "key"))
        assert len(said) == 1, (table, column, said)
        assert re.search("violates foreign key|permission denied|never changed", said.pop()), (table, column)
        tried += 1
    assert tried > 80


def test_what_must_be_unique_is_unique_within_a_cooperative(world: World) -> None:
    """A clash tells of one's own rows alone. The exception are keys (random for 74 bits): those of rows, and
    those by which two tables are one to one.
    """
    across = world.ask(
        "SELECT indrelid::regclass::text, indnatts, attname FROM pg_index JOIN pg_attribute"
        " ON attrelid = indrelid AND attnum = indkey[0]"
        f" WHERE indisunique AND indrelid::regclass::text = ANY(ARRAY{TABLES}) AND attname <> 'tenant_id'"
    )
    one_to_one = {
        (model._meta.db_table, field.column)
        for model in TENANT_MODELS
        for field in model._meta.local_fields
        if isinstance(field, TenantOneToOneField)
    }
    assert {(table, column) for table, _, column in across} == one_to_one | {
        (table, "id") for table in TABLES
    }
    assert {width for _, width, _ in across} == {1}


def test_a_clash_of_keys_shows_no_values(world: World) -> None:
    theirs = world.ids["members_person", 2]

    with pytest.raises(DatabaseError) as refusal, tenant_scope(world.cooperatives[1]):
        run(f"UPDATE members_person SET id = '{theirs}'")

    assert str(theirs) not in str(refusal.value)
    assert "DETAIL" not in str(refusal.value)


def test_nobody_may_choose_the_key_of_a_row() -> None:
    """Keys are made in Python: no door takes one for a new row, so that no clash tells of one."""
    from rest_framework.serializers import ModelSerializer

    kinds = {f"{kind.__module__}.{kind.__qualname__}": kind().get_fields() for kind in _ours(ModelSerializer)}
    assert [name for name, fields in kinds.items() if "id" in fields and not fields["id"].read_only] == []


def _ours(kind: type[Any]) -> set[type[Any]]:
    """Every kind of ours beneath a kind."""
    below = set(kind.__subclasses__()).union(*(_ours(sub) for sub in kind.__subclasses__()))
    return {sub for sub in below if sub.__module__.split(".")[0] in PRODUCT}
