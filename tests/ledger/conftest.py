"""The Belgian books, as published, for the stories of the ledger and the treasury.

Read before Django is ready, hence the imports inside.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from core.models import Cooperative
    from core.types import Actor
    from ledger.models import Budget, LegalEntity, Party


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what asks hledger when it is not installed, and say so in one line."""
    absent = [item for item in items if item.get_closest_marker("hledger")]
    if absent and shutil.which("hledger") is None:
        items[:] = [item for item in items if item not in set(absent)]
        config.hook.pytest_deselected(items=absent)
        print(f"\nhledger is not installed: {len(absent)} tests deselected")  # noqa: T201 -- the one line


@pytest.fixture
def books(tenant: Cooperative) -> LegalEntity:
    """Productions Associées with the Belgian chart and its bank account; no Activity has money yet."""
    from core.reference import published
    from ledger.loaders import load_books
    from ledger.selectors import entity_by_code
    from ledger.treasury.loaders import load_bank_accounts

    file = published("be")
    load_books(file)
    load_bank_accounts(file)
    return entity_by_code("PA")


@pytest.fixture
def budget(books: LegalEntity) -> Budget:
    """The budget of Activity A, at zero."""
    from ledger.services import open_budget

    return open_budget(entity=books, name="Activity A")


@pytest.fixture
def client(books: LegalEntity) -> Party:
    """Somebody who owes."""
    from ledger.services import create_party

    return create_party(kind="firm", name="Théâtre de la Place")


@pytest.fixture
def worker(books: LegalEntity) -> Party:
    """Somebody whom the entity owes."""
    from ledger.services import create_party

    return create_party(kind="person", name="Ada Lovelace")


@pytest.fixture
def clerk() -> Actor:
    """Who prepares."""
    from core.types import Actor

    return Actor(kind="user", label="Clara", user_id=101, person_id=UUID(int=101))


@pytest.fixture
def treasurer() -> Actor:
    """Who releases."""
    from core.types import Actor

    return Actor(kind="user", label="Tom", user_id=102, person_id=UUID(int=102))


@pytest.fixture
def snapshot() -> Any:
    """Everything that stands in the books, to see that a refusal changed nothing."""
    from ledger.models import Budget, JournalEntry, JournalLine

    def take() -> tuple[Any, ...]:
        return (
            JournalEntry.objects.count(),
            list(JournalLine.objects.order_by("pk").values_list("pk", "debit", "credit")),
            list(Budget.objects.order_by("pk").values_list("pk", "balance", "reserved", "shortfall")),
        )

    return take


@pytest.fixture
def at_commit() -> Any:
    """Run the checks that wait for the commit, now."""
    from django.db import connection

    def check() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    return check
