"""Roles, database and privileges on a PostgreSQL server. Everything here may be repeated.

* ``smart_owner`` owns the database and its schema and passes row level security: migrations and backup only;
* ``smart_app`` is what the product runs as: no TRUNCATE, no DDL, held by row level security. Append-only
  tables take UPDATE and DELETE away from it in their own migrations.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection, cursor

from core.embedded.errors import EmbeddedError

DATABASE = "smart"
OWNER = "smart_owner"
APP = "smart_app"

LIMITS = {
    OWNER: {"statement_timeout": "0", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "10min"},
    APP: {"statement_timeout": "60s", "lock_timeout": "15s", "idle_in_transaction_session_timeout": "2min"},
}
"""Time limits of each role. A migration may run long, but not wait long for a lock, because everybody who
wants the table waits behind it (`migrate` tries again). A request or a task lasts 60 seconds at most."""

_LOCK = 7_224_611
"""Advisory lock that makes two provisioners take turns."""

_REVISION = 2
"""Raise it when anything in this module changes what provisioning does."""


def database_url(server_url: str, *, role: str, password: str, database: str) -> str:
    """The URL of a role in a database of the server that ``server_url`` names."""
    parts = urlsplit(server_url)
    host = parts.hostname or "127.0.0.1"
    if ":" in host:
        host = f"[{host}]"
    port = f":{parts.port}" if parts.port else ""
    netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{host}{port}"
    return urlunsplit(("postgresql", netloc, f"/{database}", parts.query, ""))


def replace_database(server_url: str, database: str) -> str:
    """The same server and user, another database."""
    parts = urlsplit(server_url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))


@contextmanager
def connected(url: str) -> Iterator[connection]:
    """An autocommit connection, closed at the end. Raises `EmbeddedError` ``database_unreachable``."""
    try:
        opened = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.OperationalError as error:
        raise EmbeddedError("database_unreachable", str(error).strip()) from error
    try:
        opened.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        yield opened
    finally:
        opened.close()


def fingerprint(passwords: dict[str, str]) -> str:
    """What the comment of ``smart_owner`` says when provisioning has nothing to do."""
    content = f"{_REVISION}|{LIMITS}|{passwords[OWNER]}|{passwords[APP]}"
    return hashlib.sha256(content.encode()).hexdigest()


def is_provisioned(server_url: str, passwords: dict[str, str], database: str = DATABASE) -> bool:
    """Whether the roles have these passwords and limits and the database exists."""
    url = database_url(server_url, role=OWNER, password=passwords[OWNER], database=database)
    try:
        with connected(url) as opened, opened.cursor() as run:
            run.execute(
                "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [OWNER]
            )
            row = run.fetchone()
    except EmbeddedError:
        return False
    return row is not None and row[0] == fingerprint(passwords)


def provision(server_url: str, passwords: dict[str, str], database: str = DATABASE) -> None:
    """Make the roles and the database, or bring them to what this module says.

    ``server_url`` is that of a superuser (before PostgreSQL 16 only a superuser may grant BYPASSRLS).
    """
    with connected(server_url) as opened, opened.cursor() as run:
        run.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            _make_roles(run, passwords)
            create_database(run, database)
        except psycopg2.Error as error:
            raise EmbeddedError("provisioning_refused", str(error).strip()) from error
        run.execute(
            sql.SQL("COMMENT ON ROLE {} IS {}").format(
                sql.Identifier(OWNER), sql.Literal(fingerprint(passwords))
            )
        )
    with connected(replace_database(server_url, database)) as opened, opened.cursor() as run:
        grant_in_database(run)


def _make_roles(run: cursor, passwords: dict[str, str]) -> None:
    attributes = {OWNER: "BYPASSRLS", APP: "NOBYPASSRLS"}
    for role, bypass in attributes.items():
        name = sql.Identifier(role)
        run.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if run.fetchone() is None:
            run.execute(sql.SQL("CREATE ROLE {}").format(name))
        run.execute(
            sql.SQL(
                "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT"
                " {} PASSWORD {}"
            ).format(name, sql.SQL(bypass), sql.Literal(passwords[role]))
        )
        for setting, value in LIMITS[role].items():
            run.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
            )
    run.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    superuser = run.fetchone()
    if superuser is None or not superuser[0]:
        run.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))


def create_database(
    run: cursor, database: str, template: str = "template0", *, by_files: bool = False
) -> None:
    """Make the database when it is missing, owned by ``smart_owner`` and open to ``smart_app`` only.

    by_files: copy the template's files instead of writing each page to the log (PostgreSQL 15): a third of
    the work where nobody minds the two checkpoints.
    """
    name = sql.Identifier(database)
    run.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    if run.fetchone() is None:
        run.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}{}").format(
                name,
                sql.Identifier(OWNER),
                sql.Identifier(template),
                sql.SQL(" STRATEGY FILE_COPY" if by_files else ""),
            )
        )
    run.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    run.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(APP)))


def grant_in_database(run: cursor) -> None:
    """Schema ownership and default privileges, in the database of the connection."""
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    for statement in (
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {app}",
    ):
        run.execute(sql.SQL(statement).format(owner=owner, app=app))
