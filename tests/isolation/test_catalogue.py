"""What the database itself says: every table of a tenant has its wall, every other one is on the list."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core.models import TenantModel

GLOBAL = {
    # accounts and tenants
    "core_user", "core_user_groups", "core_user_user_permissions", "core_cooperative", "core_apitoken",
    "programs_oauthclient", "programs_oauthgrant", "programs_oauthtoken",
    "account_emailaddress", "account_emailconfirmation", "mfa_authenticator", "django_session",
    "accounts_attempt", "usersessions_usersession",
    # Django's own
    "auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations",
}  # fmt: skip
"""Every table without a tenant. Everything about the human stands on Person, in a tenant."""

OPTIONAL = {"django_admin_log", "smart_schema"}
"""Global tables that some installations have: the administration's log, the note of the schema applied."""

POLICY = "(tenant_id = (NULLIF(current_setting('smart.tenant'::text, true), ''::text))::smallint)"

LOOSE = {
    # The source of a posting, a payout, a message…: a type and an id, because upper apps own the table.
    "source_id", "subject_id", "cause",
    # An absence of another room; what a correction was before it was taken back.
    "absence", "part_id",
    # What is found, and who may find it: an index, made anew at any time.
    "object_id", "circle",
    # Who acted, kept as it was said even if the account goes.
    "person_id", "created_by_person", "released_by_person", "decided_by_person", "closed_by_person",
    "accepted_by_person", "approved_by_person", "asked_by_person",
    "built_by_person", "checked_by_person", "cursor",
}  # fmt: skip
"""Identifiers in tenant tables that are no reference inside the database."""

Ask = Callable[..., list[tuple[Any, ...]]]

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]


@pytest.fixture
def ask(owner_connection: Any) -> Ask:
    """Rows of the catalogue."""

    def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with owner_connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    return run


def tables(ask: Ask) -> set[str]:
    """Every table."""
    return {
        name
        for (name,) in ask(
            "SELECT relname FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    }


def tenant_tables(ask: Ask) -> set[str]:
    """Every table with a tenant."""
    rows = ask(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND attname = 'tenant_id'"
    )
    return {name for (name,) in rows}


def test_every_table_has_a_tenant_or_is_on_the_list(ask: Ask) -> None:
    without = tables(ask) - tenant_tables(ask) - OPTIONAL

    assert without == GLOBAL


def test_every_tenant_table_is_a_tenant_model(ask: Ask) -> None:
    assert tenant_tables(ask) == {model._meta.db_table for model in TENANT_MODELS}


def test_there_are_no_views_and_no_functions_that_pass_the_wall(ask: Ask) -> None:
    assert ask("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == []
    assert ask("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'") == []
    definers = ask(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1"
    )
    assert definers == []


def test_row_level_security_is_enabled_and_forced(ask: Ask) -> None:
    open_tables = ask(
        "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
        " AND NOT (relrowsecurity AND relforcerowsecurity)",
        list(tenant_tables(ask)),
    )
    assert open_tables == []


def test_the_policy_is_the_one(ask: Ask) -> None:
    policies = ask(
        "SELECT tablename, permissive, roles::text, cmd, qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public'"
    )
    expected = {(name, "PERMISSIVE", "{public}", "ALL", POLICY, POLICY) for name in tenant_tables(ask)}
    assert len(policies) == len(expected)
    assert set(policies) == expected


def test_tenant_and_key_have_their_types(ask: Ask) -> None:
    wrong = ask(
        "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relname = ANY(%s) AND ((attname = 'tenant_id'"
        " AND (atttypid <> 'smallint'::regtype OR NOT attnotnull))"
        " OR (attname = 'id' AND atttypid <> 'uuid'::regtype))",
        list(tenant_tables(ask)),
    )
    assert wrong == []


def test_tenant_and_key_are_unique(ask: Ask) -> None:
    rows = ask(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'u'"
        " AND pg_get_constraintdef(oid) = 'UNIQUE (tenant_id, id)'"
    )
    assert {name for (name,) in rows} == tenant_tables(ask)


def references(ask: Ask) -> list[tuple[str, str, str, bool]]:
    """Table, columns, target and whether deferrable, of every foreign key of a tenant table."""
    found = []
    for table, definition, deferrable in ask(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid), condeferrable FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        list(tenant_tables(ask)),
    ):
        match = re.match(r"FOREIGN KEY \((.*?)\) REFERENCES (\S+?)\((.*?)\)", definition)
        assert match, definition
        found.append((table, match.group(1), f"{match.group(2)} ({match.group(3)})", deferrable))
    return found


def test_references_inside_a_tenant_name_the_tenant(ask: Ask) -> None:
    inside = tenant_tables(ask)
    for table, columns, target, deferrable in references(ask):
        if target.split()[0] in inside:
            assert columns.startswith("tenant_id, "), (table, columns)
            assert "(tenant_id, " in target, (table, target)
            assert not deferrable, (table, columns)
        else:
            assert target.split()[0] in GLOBAL, (table, target)


def test_every_reference_of_a_model_is_enforced(ask: Ask) -> None:
    known = {(table, columns): target for table, columns, target, _ in references(ask)}
    for model in TENANT_MODELS:
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey) or field.name == "tenant":
                continue
            target = field.remote_field.model
            if issubclass(target, TenantModel):
                key = (model._meta.db_table, f"tenant_id, {field.column}")
                assert known.get(key) == f"{target._meta.db_table} (tenant_id, id)", key
            else:
                assert known.get((model._meta.db_table, field.column)), (model, field.name)


def test_every_identifier_is_a_reference_or_on_the_list(ask: Ask) -> None:
    referring = {
        (table, column) for table, columns, _, _ in references(ask) for column in columns.split(", ")
    }
    uuids = ask(
        "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relname = ANY(%s) AND atttypid = 'uuid'::regtype AND attname <> 'id' AND NOT attisdropped",
        list(tenant_tables(ask)),
    )
    loose = {pair for pair in uuids if pair not in referring}
    assert {column for _, column in loose} <= LOOSE, sorted(loose)


def test_the_application_may_only_what_it_needs(ask: Ask) -> None:
    append_only = {model._meta.db_table for model in TENANT_MODELS if model.append_only}
    grants: dict[str, set[str]] = {}
    for table, privilege in ask(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee IN ('smart_app', 'PUBLIC') AND table_schema = 'public'"
    ):
        grants.setdefault(table, set()).add(privilege)
    for table in tenant_tables(ask):
        held = grants[table]
        assert {"SELECT", "INSERT"} <= held <= {"SELECT", "INSERT", "UPDATE", "DELETE"}, (table, held)
        if table in append_only:
            assert held == {"SELECT", "INSERT"}, (table, held)


def test_append_only_tables_have_their_trigger(ask: Ask) -> None:
    rows = ask(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'O'"
    )
    assert {name for (name,) in rows} == {m._meta.db_table for m in TENANT_MODELS if m.append_only}


def test_what_never_changes_is_append_only() -> None:
    written = {model._meta.label for model in TENANT_MODELS if model.append_only}

    assert written >= {
        "core.AuditEvent", "core.PolicyRate", "core.StoredFile", "ledger.JournalEntry", "ledger.JournalLine",
        "ledger.Seal", "ledger.SealedEntry", "ledger.BooksCheck", "ledger.AuditExport",
        "treasury.BankStatement",
    }  # fmt: skip


def test_the_guards_of_the_books_are_on(ask: Ask) -> None:
    rows = ask(
        "SELECT tgrelid::regclass::text || '.' || tgname FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled = 'O'"
    )
    assert {name for (name,) in rows} >= {
        "ledger_journalentry.period_open", "ledger_journalentry.entry_has_lines",
        "ledger_journalline.lines_balance", "ledger_period.stays", "treasury_banktransaction.facts_stand",
        "treasury_banktransaction.keep", "treasury_payout.keep", "treasury_payoutbatch.keep",
    }  # fmt: skip


def test_the_roles_are_what_they_must_be(ask: Ask) -> None:
    rows = ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit FROM pg_roles"
        " WHERE rolname IN ('smart_app', 'smart_owner') ORDER BY 1"
    )
    assert rows == [
        ("smart_app", False, False, False, False, False),
        ("smart_owner", False, True, False, False, False),
    ]
    members = ask("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'smart_app'::regrole")
    assert members == []
    owners = ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("smart_owner",)]
