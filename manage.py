#!/usr/bin/env python3
"""The product's command line.

A command that needs the database starts the embedded services when they are not running, brings roles and
schema up to date, and stops what it started. It prints its answer alone on standard output. On refusal it
exits 2 and prints ``{"code": …, "detail": …}`` on standard error.
"""

import json
import os
import subprocess
import sys

from core.embedded import EmbeddedError, Environment, Layout, open_environment
from core.embedded.layout import CHECKOUT
from core.embedded.locks import exclusive
from core.embedded.schema import applied_hash, note_applied, schema_hash

WITHOUT_DATABASE = frozenset(
    {
        *(
            "help",
            "version",
            "--help",
            "-h",
            "--version",
            "check",
            "makemigrations",
            "diffsettings",
            "findstatic",
        ),
        *("makemessages", "compilemessages", "compile_texts", "collectstatic", "spectacular", "sqlmigrate"),
        *("gross_to_net", "invoice_to_net", "verify_backup", "startapp", "test", "sendtestemail"),
    }
)
"""Commands that run without database and broker."""

WITH_BOOTSTRAP = frozenset({"provision", "demo", "bench"})
"""Commands that make roles or whole databases; nothing else is told the superuser's password."""

WITHOUT_AUTOMATIC_MIGRATION = frozenset({"migrate", "showmigrations", "provision", "restore"})


def main(arguments: list[str]) -> int:
    """Run one command and answer its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smart.settings")
    layout = Layout.default()
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in WITHOUT_DATABASE or {"--help", "-h"} & set(arguments):
        return execute(arguments)
    try:
        with open_environment(layout) as environment:
            os.environ.update(environment.variables)
            os.environ.pop("DATABASE_URL", None)
            if environment.bootstrap_url and command in WITH_BOOTSTRAP:
                os.environ["SMART_BOOTSTRAP_DATABASE_URL"] = environment.bootstrap_url
            if environment.managed and command not in WITHOUT_AUTOMATIC_MIGRATION:
                bring_schema_up_to_date(layout, environment)
            return execute(arguments)
    except EmbeddedError as error:
        return refuse(error.code, error.detail)


def bring_schema_up_to_date(layout: Layout, environment: Environment) -> None:
    """Apply the migrations as ``smart_owner`` when their files changed since the last time."""
    owner_url = environment.variables["SMART_OWNER_DATABASE_URL"]
    wanted = schema_hash()
    if applied_hash(owner_url) == wanted:
        return
    with exclusive(layout.run / "migrate.lock", timeout=600):
        if applied_hash(owner_url) == wanted:
            return
        answer = subprocess.run(  # noqa: S603  # this file again
            [
                sys.executable,
                str(CHECKOUT / "manage.py"),
                "migrate",
                "--database",
                "owner",
                "--no-input",
                "-v",
                "0",
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
        )
        if answer.returncode != 0:
            raise EmbeddedError("migration_failed", "The schema could not be brought up to date: see above.")
        note_applied(owner_url, wanted)


def execute(arguments: list[str]) -> int:
    """Hand the command to Django; a refusal (CommandError, DomainError) becomes exit 2."""
    from django.core.management import execute_from_command_line
    from django.core.management.base import CommandError, SystemCheckError

    from core.errors import DomainError

    if len(arguments) > 1 and not arguments[1].startswith("-") and arguments[1] != "help":
        arguments = [*arguments[:2], "--traceback", *arguments[2:]]  # else Django words the refusal itself
    try:
        execute_from_command_line(arguments)
    except DomainError as error:
        return refuse(error.code, error.detail)
    except SystemCheckError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except CommandError as error:
        return refuse(getattr(error, "code", "command_refused"), str(error), error.returncode)
    return 0


def refuse(code: str, detail: str, status: int = 2) -> int:
    """Say why on standard error."""
    sys.stderr.write(json.dumps({"code": code, "detail": detail}, ensure_ascii=False) + "\n")
    return 2 if status == 1 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv))
