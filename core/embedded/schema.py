"""Whether the database has the schema of the checkout, asked without loading Django.

The hash of all migration files and of the locked libraries (which bring migrations of their own) is kept as
the comment of the database.
"""

import hashlib
from pathlib import Path

from psycopg2 import sql

from core.embedded.layout import CHECKOUT
from core.embedded.provisioning import connected


def schema_hash(checkout: Path = CHECKOUT) -> str:
    """Hash of the migrations of the checkout and of ``requirements.lock``."""
    digest = hashlib.sha256()
    packages = sorted(path.parent for path in checkout.glob("*/__init__.py"))
    files = [path for package in packages for path in package.glob("**/migrations/*.py")]
    files += [path for path in (checkout / "requirements.lock",) if path.exists()]
    for path in sorted(files):
        digest.update(f"{path.relative_to(checkout)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def applied_hash(owner_url: str) -> str | None:
    """The hash that the database was last migrated to, if any."""
    with connected(owner_url) as opened, opened.cursor() as run:
        run.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        row = run.fetchone()
    return row[0] if row else None


def note_applied(owner_url: str, value: str) -> None:
    """Remember that the database was migrated to this hash."""
    with connected(owner_url) as opened, opened.cursor() as run:
        run.execute("SELECT current_database()")
        row = run.fetchone()
        if row:
            run.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(row[0]), sql.Literal(value))
            )
