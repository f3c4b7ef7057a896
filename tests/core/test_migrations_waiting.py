"""A change that does not get its lock: people go on, it tries again, and it gives up in the end."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError, connections

from core.schema import patiently
from tests.core.workshop import (
    BY_SIZE,
    FILL,
    HAS_FILE,
    ONE_TITLE,
    POSITIVE,
    Sitting,
    Workshop,
)


@pytest.mark.parametrize(
    "operation",
    [POSITIVE, HAS_FILE, BY_SIZE, ONE_TITLE, FILL],
    ids=["check", "reference", "index", "uniqueness", "backfill"],
)
def test_people_read_and_write_behind_a_change_that_waits(workshop: Workshop, operation: Any) -> None:
    """A report reads until after the change's first attempt; nobody waits two seconds for it (the database
    would refuse them).
    """
    failures: list[BaseException] = []
    served = 0

    def change() -> None:
        try:
            workshop.apply(operation)
        except BaseException as error:  # noqa: BLE001  # told below
            failures.append(error)
        finally:
            connections.close_all()

    with Sitting(
        workshop, "SELECT count(*) FROM core_note; UPDATE core_note SET size = 1 WHERE title = 'n1'", 2.6
    ):
        thread = threading.Thread(target=change)
        thread.start()
        try:
            workshop.ask("SET smart.tenant = '1'; SET lock_timeout = '2s'", role=workshop.app)
            while thread.is_alive():
                workshop.ask("UPDATE core_note SET size = size + 1 WHERE title = 'n9'", role=workshop.app)
                workshop.ask("SELECT count(*) FROM core_note", role=workshop.app)
                served += 1
                time.sleep(0.02)
        finally:
            thread.join(60)

    assert failures == []
    assert served > 20


def test_patience_has_an_end_and_other_errors_have_none(workshop: Workshop) -> None:
    connection = connections["owner"]
    calls: list[int] = []

    def touch() -> None:
        calls.append(1)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_note ADD COLUMN extra integer")

    with (
        Sitting(workshop, "SELECT 1 FROM core_note LIMIT 1", 3),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        patiently(connection, touch, limit="100ms", attempts=3, pause=0.1)
    assert len(calls) == 3
    assert (
        workshop.ask(
            "SELECT 1 FROM pg_attribute WHERE attrelid = 'core_note'::regclass AND attname = 'extra'"
        )
        == []
    )

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("1s",), "as the role has it"
    calls.clear()
    touch()
    with pytest.raises(ProgrammingError, match="already exists"):
        patiently(connection, touch, attempts=3, pause=0.1)
    assert len(calls) == 2


def test_migrate_tries_again_when_a_table_is_busy(
    workshop: Workshop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain migration (a new column) meets a long reader: it steps back, and succeeds afterwards."""
    call_command("migrate", "invoicing", "0014", database="owner", verbosity=0)
    column = (
        "SELECT 1 FROM pg_attribute"
        " WHERE attrelid = 'invoicing_client'::regclass AND attname = 'addresses_checked_on'"
    )
    reader = "SELECT count(*) FROM invoicing_client"
    assert workshop.ask(column) == []

    with Sitting(workshop, reader, 3):
        monkeypatch.setattr("core.management.commands.migrate.ATTEMPTS", 1)
        with pytest.raises(CommandError, match="busy"):
            call_command("migrate", "invoicing", "0015", database="owner", verbosity=0)
        assert workshop.ask(column) == []
    with Sitting(workshop, reader, 3):
        monkeypatch.setattr("core.management.commands.migrate.ATTEMPTS", 10)
        call_command("migrate", database="owner", verbosity=0)

    assert workshop.ask(column) == [(1,)]
    assert "busy; trying again" in capsys.readouterr().err
