"""Activities and expenses: asked for, agreed to, spent from, seen by the right people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities import selectors, services
from activities.enums import ActivityState, ExpenseState
from activities.errors import (
    ActivityNotEmpty,
    ActivityNotFound,
    ActivityNotOpen,
    ActivityNotRequested,
    ExpenseAmountInvalid,
    ExpenseInFuture,
    ExpenseNotSubmitted,
    ExpenseTextMissing,
    KilometresMissing,
    NotAHolder,
    NotYourOwn,
    PayeeWithoutAccount,
    UnknownFunction,
)
from activities.models import Activity, Expense
from activities.portfolio import budgets_near_zero, expenses_to_answer, requests_to_answer
from core.models import Cooperative, StoredFile
from invoicing.services import credit_invoice
from ledger.errors import BudgetExceeded
from ledger.models import Budget, JournalLine, Reservation
from ledger.selectors import account_balance
from ledger.treasury.models import Payout
from members.enums import Role
from members.models import Person
from tests.activities.builders import NOVEMBER, PDF, fund, make_activity
from tests.factories import SYSTEM, actor, load_cooperative, make_adviser, make_person

TODAY = date(2026, 11, 10)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def spend(
    activity: Activity, person: Person, amount: str = "121.00", vat: str = "21.00", **fields: Any
) -> Expense:
    receipt = SimpleUploadedFile("ticket.pdf", PDF) if fields.pop("proven", True) else None
    values = {"category": "material", "text": "Papier", "incurred_on": TODAY, "receipt": receipt} | fields
    return services.submit_expense(
        activity_id=activity.pk,
        person=person,
        amount_incl_vat=Decimal(amount),
        vat_amount=Decimal(vat),
        actor=actor(person),
        today=TODAY,
        **values,
    )


def posted(expense: Expense) -> list[tuple[str, Decimal, Decimal]]:
    lines = JournalLine.objects.filter(entry__source_id=expense.pk).order_by("position")
    return [(line.account, line.debit, line.credit) for line in lines]


def budget_of(activity: Activity) -> Budget:
    return Budget.objects.get(pk=activity.budget_id)


# --- opening -----------------------------------------------------------------------------------------------


def test_an_activity_opens_with_an_advisers_agreement(be: Cooperative) -> None:
    adviser = make_adviser()
    member = make_person(user=True)
    activity = services.request_activity(
        person=member,
        name="Nora Design",
        tool="activity",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=NOVEMBER,
        actor=actor(member),
    )
    assert activity.state == ActivityState.REQUESTED and activity.budget.balance == 0

    with pytest.raises(NotYourOwn):
        services.approve_activity(activity_id=activity.pk, on=TODAY, actor=actor(member))
    opened = services.approve_activity(activity_id=activity.pk, on=TODAY, actor=actor(adviser))

    assert (opened.state, opened.opened_on) == (ActivityState.OPEN, TODAY)
    with pytest.raises(ActivityNotRequested):
        services.approve_activity(activity_id=activity.pk, on=TODAY, actor=actor(adviser))
    assert [row.name for row in selectors.activities_of(member)] == ["Nora Design"]


def test_regulated_occupations_are_flagged_never_refused(be: Cooperative) -> None:
    activity = make_activity(function_code="bien_etre")
    assert "10 May 2015" in activity.review_reason and activity.state == ActivityState.OPEN

    with pytest.raises(UnknownFunction):
        make_activity(function_code="astronaute")


def test_an_activity_is_seen_by_its_people_its_adviser_and_nobody_else(be: Cooperative) -> None:
    adviser, stranger = make_adviser(), make_person()
    member = make_person(adviser=adviser)
    activity = make_activity(member)

    assert selectors.activity_for(member, activity.pk) == activity
    assert selectors.activity_for(adviser, activity.pk, roles=frozenset({Role.ADVISER})) == activity
    with pytest.raises(ActivityNotFound):  # whose role of adviser has ended
        selectors.activity_for(adviser, activity.pk, roles=frozenset({Role.MEMBER}))
    assert selectors.activity_for(stranger, activity.pk, roles=frozenset({Role.AUDITOR})) == activity
    with pytest.raises(ActivityNotFound):
        selectors.activity_for(stranger, activity.pk)
    with pytest.raises(ActivityNotFound):
        selectors.activity_for(None, activity.pk)


def test_an_activity_closes_at_zero_with_nothing_open(be: Cooperative) -> None:
    activity = make_activity()
    invoice = fund(activity)

    with pytest.raises(ActivityNotEmpty):
        services.close_activity(activity_id=activity.pk, on=TODAY, actor=SYSTEM)
    credit_invoice(invoice_id=invoice.pk, on=TODAY, actor=SYSTEM, reason="Annulé")

    assert (
        services.close_activity(activity_id=activity.pk, on=TODAY, actor=SYSTEM).state == ActivityState.CLOSED
    )


# --- expenses ----------------------------------------------------------------------------------------------


def test_example_c_an_expense_of_121_with_21_of_vat_that_comes_back(be: Cooperative) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    fund(activity)

    expense = spend(activity, member)

    assert expense.state == ExpenseState.APPROVED and expense.cost == Decimal("100.00")
    zero = Decimal("0.00")
    assert posted(expense) == [
        ("6121", Decimal("100.00"), zero),
        ("411", Decimal("21.00"), zero),
        ("440", zero, Decimal("121.00")),
    ]
    budget = budget_of(activity)
    assert (budget.balance, budget.reserved) == (Decimal("835.00"), zero)
    payout = Payout.objects.get(source_id=expense.pk)
    assert (payout.kind, payout.amount, payout.iban, payout.settles_account) == (
        "expense",
        Decimal("121.00"),
        member.iban,
        "440",
    )


def test_in_the_exempt_entity_all_vat_is_cost(be: Cooperative) -> None:
    member = make_person(user=True)
    trainer = make_activity(member, entity_code="FA", function_code="formation")
    from tests.activities.builders import flat, make_invoice

    make_invoice(trainer, lines=flat("1000.00", "exempt_training"))
    expense = spend(trainer, member)

    assert posted(expense)[0] == ("6121", Decimal("121.00"), Decimal("0.00"))
    assert budget_of(trainer).balance == Decimal("814.00")


@pytest.mark.parametrize(
    ("category", "account", "cost"),
    [
        ("restaurant", "6122", "121.00"),
        ("car", "6120", "110.50"),
        ("lodging", "6123", "121.00"),
        ("office", "6125", "100.00"),
    ],
)
def test_the_law_limits_the_vat_that_comes_back(
    be: Cooperative, category: str, account: str, cost: str
) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    fund(activity)

    expense = spend(activity, member, category=category)

    assert posted(expense)[0][:2] == (account, Decimal(cost))


def test_kilometres_are_paid_at_the_rate_of_their_day(be: Cooperative) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    fund(activity)

    expense = spend(activity, member, "0", "0", category="mileage", kilometres=Decimal("100"), proven=False)

    assert (expense.amount, expense.state) == (Decimal("44.49"), ExpenseState.APPROVED)
    with pytest.raises(KilometresMissing):
        spend(activity, member, "10", "0", category="mileage")


def test_large_or_unproven_expenses_wait_for_an_adviser_and_hold_the_money(be: Cooperative) -> None:
    adviser = make_adviser()
    member = make_person(user=True, adviser=adviser)
    activity = make_activity(member)
    fund(activity)

    large = spend(activity, member, "605.00", "105.00")
    unproven = spend(activity, member, "24.20", "4.20", proven=False)

    assert {large.state, unproven.state} == {ExpenseState.SUBMITTED}
    assert budget_of(activity).reserved == Decimal("520.00") and not posted(large)
    assert list(selectors.expenses_waiting(adviser, frozenset({Role.ADVISER}))) == [large, unproven]
    with pytest.raises(NotYourOwn):
        services.approve_expense(expense_id=large.pk, on=TODAY, actor=actor(member))

    services.approve_expense(expense_id=large.pk, on=TODAY, actor=actor(adviser))
    refused = services.refuse_expense(
        expense_id=unproven.pk, on=TODAY, reason="Le ticket manque.", actor=actor(adviser)
    )

    budget = budget_of(activity)
    assert (budget.balance, budget.reserved) == (Decimal("435.00"), Decimal("0.00"))
    assert refused.refusal_reason == "Le ticket manque."
    assert account_balance("440") == Decimal("-605.00")
    with pytest.raises(ExpenseNotSubmitted):
        services.approve_expense(expense_id=large.pk, on=TODAY, actor=actor(adviser))


def test_the_second_pair_of_eyes_is_never_the_activitys_own(be: Cooperative) -> None:
    """Also an adviser or administrator who runs the Activity."""
    member, partner = make_person(user=True), make_person(Role.MEMBER, Role.ADVISER_LEAD, user=True)
    activity = make_activity(member)
    services.add_holder(activity_id=activity.pk, person=partner, actor=SYSTEM)
    fund(activity)
    expense = spend(activity, member, "605.00", "105.00")

    with pytest.raises(NotYourOwn):
        services.approve_expense(expense_id=expense.pk, on=TODAY, actor=actor(partner))

    assert Expense.objects.get().state == ExpenseState.SUBMITTED


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": "2000.00", "vat": "0.00"}, BudgetExceeded),
        ({"amount": "0.00", "vat": "0.00"}, ExpenseAmountInvalid),
        ({"vat": "21.01"}, ExpenseAmountInvalid),
        ({"incurred_on": date(2026, 11, 11)}, ExpenseInFuture),
        ({"text": "  "}, ExpenseTextMissing),
    ],
)
def test_a_refused_expense_leaves_nothing_behind(
    be: Cooperative, change: dict[str, Any], refusal: type[Exception]
) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    fund(activity)

    with pytest.raises(refusal):
        spend(activity, member, **change)

    assert (
        not Expense.objects.exists() and not Reservation.objects.exists() and not StoredFile.objects.exists()
    )
    assert budget_of(activity).balance == Decimal("935.00")


def test_only_people_of_an_open_activity_with_an_account_hand_in_expenses(be: Cooperative) -> None:
    member, stranger, poor = make_person(), make_person(), make_person(iban="")
    activity = make_activity(member)
    fund(activity)
    with pytest.raises(NotAHolder):
        spend(activity, stranger)
    with pytest.raises(PayeeWithoutAccount):
        spend(make_activity(poor), poor)
    asked = services.request_activity(
        person=member,
        name="X",
        tool="contract",
        function_code="musique",
        entity_code="PA",
        requested_on=NOVEMBER,
        actor=SYSTEM,
    )
    with pytest.raises(ActivityNotOpen):
        spend(asked, member)


# --- what pages show ---------------------------------------------------------------------------------------


def test_movements_result_and_picture_say_what_the_budget_says(be: Cooperative) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    fund(activity)
    spend(activity, member)

    movements = selectors.movements_of(activity)
    result = {line.label: line.amount for line in selectors.income_statement(activity)}
    points = selectors.budget_over_time(activity, date(2026, 11, 30))

    assert [row.amount for row in movements] == [Decimal("-100.00"), Decimal("-65.00"), Decimal("1000.00")]
    assert movements[0].balance == sum(result.values()) == points[-1].amount == Decimal("835.00")
    assert movements[0].href.startswith("/be/frais/") and movements[1].href.startswith("/be/factures/")
    assert len(result) == 3


def test_the_portfolio_hears_of_requests_expenses_and_low_budgets(be: Cooperative) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    fund(activity, "500.00")
    spend(activity, member, "454.00", "0.00")
    services.request_activity(
        person=member,
        name="Seconde",
        tool="activity",
        function_code="musique",
        entity_code="PA",
        requested_on=NOVEMBER,
        actor=SYSTEM,
    )
    people = [member.pk]

    assert [r.kind for r in requests_to_answer(people, TODAY)] == ["activity_request"]
    assert [(r.kind, r.waits) for r in expenses_to_answer(people, TODAY)] == [("expense", True)]
    assert [r.kind for r in budgets_near_zero(people, TODAY)] == ["budget_low"]
    assert not list(requests_to_answer([make_person().pk], TODAY))
