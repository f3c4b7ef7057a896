"""Files with agents and dues are found by whoever may see them; what explains the books is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.models import Activity
from core.outbox import drain
from core.privacy.registry import retention_rules
from core.search.sources import search_sources
from invoicing.collection.models import HandOver
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.services import raise_dues
from tests.factories import SYSTEM
from tests.invoicing.collection.matters import matters_of
from tests.ledger.dues.papers import owe, tell_terms

KEPT = {
    *("reminders", "charges", "payment_plans", "collection_files", "disputes", "write_downs"),
    *("collection_notes", "dues", "creditor_statements", "entity_transfers"),
}


def source(kind: str) -> Any:
    return next(row for row in search_sources() if row.kind == kind)


def test_a_file_is_found_by_its_reference_agent_and_client(activity: Activity, be: Any) -> None:
    matters_of(activity)
    drain(be)
    file = HandOver.objects.get()
    files = source("collection_file")

    [indexed] = files.index([file.pk])
    assert {"agence", "theatre"} <= indexed.words
    assert not indexed.circles, "no member is in its circle"
    assert [hit.title for hit in files.show(None, frozenset({"credit_controller"}), [file.pk])] == [
        file.reference
    ]
    assert list(files.show(None, frozenset({"member", "adviser"}), [file.pk])) == []


def test_a_due_is_found_by_its_creditor_and_reference(activity: Activity, be: Any) -> None:
    entity = activity.entity
    owe(entity, date(2026, 10, 16), "200.35")
    tell_terms(entity)
    raise_dues(today=date(2026, 11, 5), actor=SYSTEM)
    due = Due.objects.filter(creditor="onss").first()
    assert due is not None
    dues = source("due")

    [indexed] = dues.index([due.pk])
    assert "onss" in indexed.words
    assert [hit.object_id for hit in dues.show(None, frozenset({"finance"}), [due.pk])] == [due.pk]
    assert list(dues.show(None, frozenset({"credit_controller"}), [due.pk])) == []


def test_what_explains_the_books_is_counted_and_never_deleted(activity: Activity, be: Any) -> None:
    matters_of(activity)
    rules = {rule.category: rule for rule in retention_rules() if rule.category in KEPT}

    assert set(rules) == KEPT
    assert {(rule.days >= 3650, rule.ends) for rule in rules.values()} == {(True, False)}
    far, near = date(2050, 1, 1), date(2026, 1, 1)
    assert rules["charges"].due(far).count() == rules["charges"].rows().count() > 0
    assert [rule.category for rule in rules.values() if rule.due(near).exists()] == []
    assert not rules["payment_plans"].due(far).exists(), "a plan that runs is not over"
