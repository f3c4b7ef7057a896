"""Entries by hand: what no document can say, proposed by one person and posted by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from core.models import AuditEvent
from core.types import Actor
from ledger.checks import find_breaks
from ledger.enums import Fund
from ledger.errors import (
    AccountNotByHand,
    BudgetExceeded,
    DateTooOld,
    EntryOfDocument,
    FutureDate,
    ManualEntryDecided,
    OwnMoney,
    PeriodClosed,
    PersonNeeded,
    SecondPersonNeeded,
    UnbalancedEntry,
    WrongBearer,
)
from ledger.models import Budget, JournalEntry, ManualEntry
from ledger.selectors import account_balance, entity_by_code, fund_balance
from ledger.services import (
    approve_entry,
    close_period,
    open_budget,
    post_entry,
    propose_entry,
    propose_reversal,
    refuse_entry,
    withdraw_entry,
)
from ledger.types import Entry, Line, cr, dr
from tests.activities.builders import PDF

TODAY = date(2026, 11, 20)
EURO = Decimal


@pytest.fixture
def propose(books: Any, clerk: Actor) -> Callable[..., ManualEntry]:
    """Clara of finance proposes: bank charges of 12.50 that the pot bears."""

    def act(*lines: Line, **changes: Any) -> ManualEntry:
        given: dict[str, Any] = {
            "entity": books,
            "on": date(2026, 11, 18),
            "text": "Frais bancaires",
            "reason": "La banque les a pris sans relevé",
            "lines": lines or (dr("6125", EURO("12.50"), fund=Fund.POT), cr("580", EURO("12.50"))),
            "today": TODAY,
            "actor": clerk,
        }
        return propose_entry(**(given | changes))

    return act


def everything() -> tuple[Any, ...]:
    """What a refusal must leave as it was."""
    return (
        JournalEntry.objects.count(),
        list(ManualEntry.objects.order_by("pk").values_list("pk", "state", "entry_id", "refusal")),
        list(Budget.objects.order_by("pk").values_list("pk", "balance")),
        AuditEvent.objects.count(),
    )


def refused(error: type[Exception], act: Callable[[], Any]) -> None:
    """The act is refused and nothing changed."""
    before = everything()
    with pytest.raises(error), transaction.atomic():
        act()
    assert everything() == before


# --- the way it goes -------------------------------------------------------------------------------------


def test_one_proposes_another_posts(propose: Any, clerk: Actor, treasurer: Actor, at_commit: Any) -> None:
    manual = propose()
    assert (manual.state, manual.entry, JournalEntry.objects.count()) == ("proposed", None, 0)

    posted = approve_entry(manual_id=manual.pk, today=TODAY, actor=treasurer)
    at_commit()

    assert (posted.state, posted.decided_by, posted.created_by) == ("posted", "Tom", "Clara")
    assert posted.entry is not None and posted.entry.date == date(2026, 11, 18)
    assert fund_balance("pot") == EURO("-12.50")
    assert account_balance("580") == EURO("-12.50")
    assert [e.action for e in AuditEvent.objects.order_by("at")] == [
        "ledger.manual_proposed",
        "ledger.manual_posted",
    ]
    assert find_breaks() == []


def test_a_supporting_document_comes_along(propose: Any) -> None:
    manual = propose(receipt=SimpleUploadedFile("avis.pdf", PDF))

    assert manual.receipt is not None and manual.receipt.content_type == "application/pdf"


def test_a_refused_proposal_keeps_its_reason(propose: Any, treasurer: Actor) -> None:
    manual = propose()

    refuse_entry(manual_id=manual.pk, reason="Le relevé viendra", actor=treasurer)

    manual.refresh_from_db()
    assert (manual.state, manual.refusal, manual.entry) == ("refused", "Le relevé viendra", None)
    refused(ManualEntryDecided, lambda: approve_entry(manual_id=manual.pk, today=TODAY, actor=treasurer))


def test_an_own_proposal_is_taken_back_by_its_author_alone(
    propose: Any, clerk: Actor, treasurer: Actor
) -> None:
    manual = propose()
    refused(SecondPersonNeeded, lambda: withdraw_entry(manual_id=manual.pk, actor=treasurer))

    assert withdraw_entry(manual_id=manual.pk, actor=clerk).state == "withdrawn"
    refused(ManualEntryDecided, lambda: withdraw_entry(manual_id=manual.pk, actor=clerk))


def test_what_was_posted_by_hand_is_undone_by_two_people_once(
    propose: Any, clerk: Actor, treasurer: Actor, at_commit: Any
) -> None:
    entry = approve_entry(manual_id=propose().pk, today=TODAY, actor=treasurer).entry
    assert entry is not None

    undo = propose_reversal(entry=entry, on=TODAY, reason="En double", today=TODAY, actor=treasurer)
    refused(SecondPersonNeeded, lambda: approve_entry(manual_id=undo.pk, today=TODAY, actor=treasurer))
    refused(
        EntryOfDocument,
        lambda: propose_reversal(entry=entry, on=TODAY, reason="Encore", today=TODAY, actor=clerk),
    )
    done = approve_entry(manual_id=undo.pk, today=TODAY, actor=clerk)
    at_commit()

    assert done.entry is not None and done.entry.reverses_id == entry.pk and done.entry.date == TODAY
    assert fund_balance("pot") == account_balance("580") == 0
    assert find_breaks() == []
    refused(
        EntryOfDocument,
        lambda: propose_reversal(entry=done.entry, on=TODAY, reason="x", today=TODAY, actor=clerk),
    )


# --- who may not -----------------------------------------------------------------------------------------


def test_nobody_posts_what_they_proposed(propose: Any, clerk: Actor) -> None:
    manual = propose()
    same_person = Actor("user", "Clara", 999, clerk.person_id)
    same_account = Actor("user", "Clara", clerk.user_id, None)
    for actor in (clerk, same_person, same_account, Actor.system("night"), Actor("user", "?", None, None)):
        refused(
            SecondPersonNeeded,
            lambda actor=actor: approve_entry(manual_id=manual.pk, today=TODAY, actor=actor),
        )
        refused(
            SecondPersonNeeded,
            lambda actor=actor: refuse_entry(manual_id=manual.pk, reason="x", actor=actor),
        )


def test_the_database_refuses_one_person_too(propose: Any, clerk: Actor, treasurer: Actor) -> None:
    posted = approve_entry(manual_id=propose().pk, today=TODAY, actor=treasurer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ManualEntry.objects.filter(pk=posted.pk).update(decided_by_user=clerk.user_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        ManualEntry.objects.filter(pk=posted.pk).update(entry=None)


def test_a_program_proposes_nothing(propose: Any) -> None:
    refused(PersonNeeded, lambda: propose(actor=Actor.system("night")))


@pytest.mark.django_db
def test_nobody_posts_their_own_money(tenant: Any, clerk: Actor) -> None:
    from activities.services import approve_activity, request_activity
    from members.enums import Role
    from tests.factories import actor, load_cooperative, make_person

    load_cooperative()
    treasurer = make_person(Role.FINANCE, Role.MEMBER)
    activity = request_activity(
        person=treasurer,
        name="Chorale",
        tool="activity",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=TODAY,
        actor=actor(treasurer),
    )
    approve_activity(activity_id=activity.pk, on=TODAY, actor=actor(make_person(Role.ADVISER)))
    to_budget = (
        dr("6129", EURO("50.00"), fund=Fund.SOLIDARITY),
        cr("740", EURO("50.00"), budget=activity.budget_id),
    )
    to_party = (dr("416", EURO("5.00"), party=treasurer.party_id), cr("740", EURO("5.00"), fund=Fund.POT))
    for lines in (to_budget, to_party):
        manual = propose_entry(
            entity=entity_by_code("PA"),
            on=TODAY,
            text="Don",
            reason="Décision du CA",
            lines=lines,
            today=TODAY,
            actor=clerk,
        )
        refused(
            OwnMoney,
            lambda manual=manual: approve_entry(manual_id=manual.pk, today=TODAY, actor=actor(treasurer)),
        )
        colleague = actor(make_person(Role.FINANCE))
        assert approve_entry(manual_id=manual.pk, today=TODAY, actor=colleague).state == "posted"


# --- what may not be written -----------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["550", "400", "455", "499", "6190", "4899", "999999", ""])
def test_accounts_that_follow_documents_take_nothing_by_hand(propose: Any, account: str) -> None:
    lines = (dr(account, EURO("5.00")), cr("580", EURO("5.00")))
    refused(AccountNotByHand, lambda: propose(*lines))


def test_an_entry_balances_on_one_side_per_line(propose: Any) -> None:
    five, six, none = EURO("5.00"), EURO("6.00"), EURO("0.00")
    for lines in (
        (dr("451", five), cr("580", six)),
        (dr("451", five),),
        (Line("451", five, five), Line("580", none, none)),
        (dr("451", -five), cr("580", -five)),
    ):
        refused(UnbalancedEntry, lambda lines=lines: propose(*lines))


def test_charges_name_an_activity_of_the_entity_or_a_fund(propose: Any, books: Any) -> None:
    own = open_budget(entity=books, name="A")
    foreign = open_budget(entity=entity_by_code("FA"), name="F")
    five = EURO("5.00")
    for line in (
        dr("6125", five),
        Line("6125", five, budget=own.pk, fund="pot"),
        dr("6125", five, budget=foreign.pk),
        dr("6125", five, budget=uuid4()),
        dr("451", five, budget=own.pk),
        dr("451", five, party=uuid4()),
    ):
        refused(WrongBearer, lambda line=line: propose(line, cr("580", five)))


def test_days_to_come_and_closed_months_are_refused(
    propose: Any, books: Any, clerk: Actor, treasurer: Actor
) -> None:
    refused(FutureDate, lambda: propose(on=date(2026, 11, 21)))
    refused(DateTooOld, lambda: propose(on=date(26, 11, 18)))
    waiting = propose(on=date(2026, 10, 30))
    close_period(entity=books, year=2026, month=10, actor=clerk)

    refused(PeriodClosed, lambda: propose(on=date(2026, 10, 31)))
    refused(PeriodClosed, lambda: approve_entry(manual_id=waiting.pk, today=TODAY, actor=treasurer))


def test_a_budget_bears_only_what_it_has(propose: Any, books: Any, treasurer: Actor) -> None:
    budget = open_budget(entity=books, name="A")
    manual = propose(dr("6125", EURO("5.00"), budget=budget.pk), cr("580", EURO("5.00")))

    refused(BudgetExceeded, lambda: approve_entry(manual_id=manual.pk, today=TODAY, actor=treasurer))


def test_entries_of_documents_are_corrected_by_their_document(books: Any, clerk: Actor) -> None:
    pk = post_entry(
        Entry(books.pk, TODAY, "VAR", "test", uuid4(), "x", "x",
              (dr("580", EURO("5.00")), cr("451", EURO("5.00"))))
    )  # fmt: skip
    entry = JournalEntry.objects.get(pk=pk)

    refused(
        EntryOfDocument,
        lambda: propose_reversal(entry=entry, on=TODAY, reason="x", today=TODAY, actor=clerk),
    )
