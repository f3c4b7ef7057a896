"""Recurring invoices: each occurrence once, in the words of its period, and refusals that people see."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from activities.services import close_activity
from core.models import Cooperative, OutboxMessage
from core.outbox import deliver, relay_once
from core.tenancy import tenant_scope
from invoicing.einvoicing.models import Delivery
from invoicing.models import Invoice
from invoicing.recurring import selectors, services
from invoicing.recurring.enums import OccurrenceState, TemplateState
from invoicing.recurring.errors import (
    OccurrenceNotFailed,
    PriceInThePast,
    PriceStartsTwice,
    RhythmInvalid,
    StaleTemplate,
    TemplateEnded,
)
from invoicing.recurring.models import Occurrence, RecurringInvoice, RecurringPrice
from invoicing.recurring.services.templates import Rule
from invoicing.recurring.types import Schedule, fill, values_of
from invoicing.services import delete_draft
from invoicing.types import LineInput
from ledger.services import close_period
from members.notices.models import Notice
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.test_numbers_at_once import belgium

JANUARY = date(2026, 1, 31)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def hosting(price: str = "50.00", text: str = "Hébergement {month} {year}") -> list[LineInput]:
    return [LineInput(text, Decimal(1), "flat", Decimal(price))]


def make_template(
    activity: Any = None, *, rule: Rule | None = None, lines: Any = None, client: Any = None, **fields: Any
) -> RecurringInvoice:
    activity = activity or make_activity()
    return services.create_template(
        activity_id=activity.pk,
        client_id=(client or make_client(activity)).pk,
        title="Hébergement",
        lines=lines or hosting(),
        rule=rule or Rule("month", JANUARY),
        actor=SYSTEM,
        **fields,
    )


def run(on: date) -> list[Occurrence]:
    return services.run_recurring(on=on, actor=SYSTEM)


# --- days and words ----------------------------------------------------------------------------------------


def test_the_thirty_first_takes_the_last_day_of_short_months_and_comes_back() -> None:
    schedule = Schedule(JANUARY, 1)

    days = [schedule.day_of(index) for index in range(5)]

    assert days == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31),
    ]  # fmt: skip
    assert Schedule(date(2028, 2, 29), 12).day_of(1) == date(2029, 2, 28)
    assert Schedule(date(2028, 2, 29), 12).day_of(4) == date(2032, 2, 29)


@given(
    first=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    months=st.sampled_from([1, 2, 3, 6, 12, 24]),
    index=st.integers(0, 60),
)
def test_periods_follow_each_other_without_gap_or_overlap(first: date, months: int, index: int) -> None:
    schedule = Schedule(first, months)

    begins, ends = schedule.period_of(index)

    assert begins == schedule.day_of(index)
    assert ends + timedelta(days=1) == schedule.period_of(index + 1)[0]
    assert begins <= ends


def test_a_schedule_ends_on_its_day_or_after_its_count() -> None:
    by_day, by_count = Schedule(JANUARY, 1, ends_on=date(2026, 3, 30)), Schedule(JANUARY, 3, most=2)

    assert [day for _n, day in by_day.due(0, date(2030, 1, 1))] == [JANUARY, date(2026, 2, 28)]
    assert [day for _n, day in by_count.due(0, date(2030, 1, 1))] == [JANUARY, date(2026, 4, 30)]


def test_places_in_the_text_speak_the_clients_language() -> None:
    first, last = date(2026, 2, 1), date(2026, 2, 28)

    texts = {
        language: fill("{month} {year}: {period}", values_of(first, last, language))
        for language in ("fr", "nl", "de", "en")
    }

    assert texts == {
        "fr": "février 2026: février 2026",
        "nl": "februari 2026: februari 2026",
        "de": "Februar 2026: Februar 2026",
        "en": "February 2026: February 2026",
    }
    assert fill("{period}", values_of(date(2026, 1, 15), date(2026, 2, 14), "fr")) == (
        "15 janvier 2026 – 14 février 2026"
    )
    assert fill("{price} {0} {month", {"month": "x"}) == "{price} {0} {month"


# --- the run -----------------------------------------------------------------------------------------------


def test_missed_occurrences_are_caught_up_once_each(be: Cooperative) -> None:
    make_template()

    first, again = run(date(2026, 4, 1)), run(date(2026, 4, 1))

    assert [row.due_on for row in first] == [JANUARY, date(2026, 2, 28), date(2026, 3, 31)]
    assert again == []
    assert [str(line.description) for row in Invoice.objects.order_by("pk") for line in row.lines.all()] == [
        "Hébergement janvier 2026", "Hébergement février 2026", "Hébergement mars 2026",
    ]  # fmt: skip
    assert set(Occurrence.objects.values_list("state", flat=True)) == {"drafted"}


def test_nothing_is_made_before_its_day(be: Cooperative) -> None:
    make_template()

    assert run(JANUARY - timedelta(days=1)) == []
    assert len(run(JANUARY)) == 1


def test_the_database_holds_each_occurrence_to_one_row(be: Cooperative) -> None:
    template = make_template()
    run(JANUARY)

    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.create(
            template=template, index=0, due_on=JANUARY, state=OccurrenceState.DRAFTED, made_on=JANUARY
        )

    assert Occurrence.objects.count() == 1


def test_automatic_ones_are_issued_and_sent(be: Cooperative) -> None:
    make_template(rule=Rule("quarter", JANUARY, automatic=True))

    (occurrence,) = run(JANUARY)

    assert occurrence.invoice is not None
    assert (occurrence.state, occurrence.invoice.state) == ("issued", "issued")
    assert occurrence.invoice.issued_on == JANUARY
    assert Delivery.objects.filter(document__invoice=occurrence.invoice).exists()


def test_in_arrears_it_names_the_period_before(be: Cooperative) -> None:
    make_template(rule=Rule("month", date(2026, 3, 1), in_arrears=True))

    (occurrence,) = run(date(2026, 3, 1))

    assert occurrence.invoice is not None
    assert occurrence.invoice.lines.get().description == "Hébergement février 2026"
    assert occurrence.invoice.delivery_date == date(2026, 2, 28)


def test_what_a_rule_refuses_becomes_a_row_with_its_reason_and_news(be: Cooperative) -> None:
    member = make_person(user=True)
    activity = make_activity(member)
    template = make_template(activity)
    close_activity(activity_id=activity.pk, on=date(2026, 1, 20), actor=SYSTEM)

    tried, again = run(date(2026, 3, 1)), run(date(2026, 3, 1))

    assert [(row.state, row.error_code) for row in tried] == [("failed", "activity_not_open")] * 2
    assert all(row.error for row in tried)
    assert again == []
    assert not Invoice.objects.exists()
    while due := relay_once(be):
        for pk, attempt in due:
            deliver(be, pk, attempt)
    assert not OutboxMessage.objects.filter(state="dead").exists()
    assert (
        Notice.objects.filter(kind="recurring_failed", person=member).values("cause").distinct().count() == 2
    )
    template.refresh_from_db()
    assert template.next_index == 2


def test_one_failing_template_does_not_hold_up_the_others(be: Cooperative) -> None:
    closed = make_activity()
    make_template(closed)
    close_activity(activity_id=closed.pk, on=date(2026, 1, 20), actor=SYSTEM)
    make_template()

    states = sorted(row.state for row in run(JANUARY))

    assert states == ["drafted", "failed"]


def test_what_failed_can_be_tried_again_or_left_out(be: Cooperative) -> None:
    template = make_template(rule=Rule("month", JANUARY, automatic=True))
    for month in (1, 2):
        close_period(entity=template.entity, year=2026, month=month, actor=SYSTEM)
    first, second = run(date(2026, 2, 28))
    assert {first.state, second.state} == {"failed"}

    mended = services.retry_occurrence(template_id=template.pk, index=0, on=date(2026, 3, 2), actor=SYSTEM)
    left = services.leave_out_occurrence(template_id=template.pk, index=1, actor=SYSTEM)

    assert (mended.state, left.state) == ("issued", "skipped")
    assert mended.invoice is not None
    assert mended.invoice.issued_on == date(2026, 3, 2)
    with pytest.raises(OccurrenceNotFailed), transaction.atomic():
        services.retry_occurrence(template_id=template.pk, index=0, on=date(2026, 3, 2), actor=SYSTEM)
    assert Invoice.objects.count() == 1


def test_a_draft_thrown_away_is_not_made_again(be: Cooperative) -> None:
    make_template()
    (occurrence,) = run(JANUARY)
    assert occurrence.invoice_id is not None

    delete_draft(invoice_id=occurrence.invoice_id, actor=SYSTEM)

    assert run(JANUARY) == []
    occurrence.refresh_from_db()
    assert (occurrence.state, occurrence.invoice_id) == ("skipped", None)


# --- pauses, prices, ends ----------------------------------------------------------------------------------


def test_a_pause_makes_nothing_and_leaves_out_what_fell_into_it(be: Cooperative) -> None:
    template = make_template()
    services.pause_template(template_id=template.pk, actor=SYSTEM)
    services.pause_template(template_id=template.pk, actor=SYSTEM)
    assert run(date(2026, 3, 15)) == []

    services.resume_template(template_id=template.pk, on=date(2026, 3, 15), actor=SYSTEM)

    assert [row.due_on for row in run(date(2026, 3, 31))] == [date(2026, 3, 31)]
    assert Occurrence.objects.filter(state="skipped").count() == 2


def test_a_pause_can_be_caught_up_on_wish(be: Cooperative) -> None:
    template = make_template()
    services.pause_template(template_id=template.pk, actor=SYSTEM)

    services.resume_template(template_id=template.pk, on=date(2026, 3, 15), actor=SYSTEM, catch_up=True)

    assert len(run(date(2026, 3, 15))) == 2


def test_a_new_price_holds_from_its_day_and_never_for_what_was_made(be: Cooperative) -> None:
    template = make_template()
    run(JANUARY)

    with pytest.raises(PriceInThePast), transaction.atomic():
        services.new_price(template_id=template.pk, valid_from=JANUARY, lines=hosting("60.00"), actor=SYSTEM)
    services.new_price(
        template_id=template.pk, valid_from=date(2026, 3, 1), lines=hosting("60.00"), actor=SYSTEM
    )
    with pytest.raises(PriceStartsTwice), transaction.atomic():
        services.new_price(
            template_id=template.pk, valid_from=date(2026, 3, 1), lines=hosting("70.00"), actor=SYSTEM
        )
    run(date(2026, 3, 31))

    assert list(Invoice.objects.order_by("pk").values_list("net", flat=True)) == [
        Decimal("50.00"), Decimal("50.00"), Decimal("60.00"),
    ]  # fmt: skip
    assert RecurringPrice.objects.count() == 1


def test_a_template_ends_after_its_count_and_stays_ended(be: Cooperative) -> None:
    template = make_template(rule=Rule("month", JANUARY, most=2))

    made = run(date(2027, 1, 1))

    template.refresh_from_db()
    assert (len(made), template.state, template.next_on) == (2, TemplateState.ENDED, None)
    with pytest.raises(TemplateEnded), transaction.atomic():
        services.resume_template(template_id=template.pk, on=date(2027, 1, 1), actor=SYSTEM)
    assert Invoice.objects.count() == 2


@pytest.mark.parametrize(
    "rule",
    [
        Rule("month", JANUARY, every=0),
        Rule("month", JANUARY, every=25),
        Rule("week", JANUARY),
        Rule("month", JANUARY, ends_on=date(2026, 1, 30)),
        Rule("month", JANUARY, most=0),
    ],
)
def test_a_rhythm_without_sense_is_refused(be: Cooperative, rule: Rule) -> None:
    with pytest.raises(RhythmInvalid), transaction.atomic():
        make_template(rule=rule)

    assert not RecurringInvoice.objects.exists()


def test_what_was_made_holds_the_rhythm(be: Cooperative) -> None:
    template = make_template()
    run(JANUARY)

    def change(rule: Rule, version: int | None = None) -> RecurringInvoice:
        return services.change_template(
            template_id=template.pk, client_id=template.client_id, title="Autre", lines=hosting("55.00"),
            rule=rule, actor=SYSTEM, version=version,
        )  # fmt: skip

    with pytest.raises(RhythmInvalid), transaction.atomic():
        change(Rule("quarter", JANUARY))
    with pytest.raises(StaleTemplate), transaction.atomic():
        change(Rule("month", JANUARY), version=9)
    changed = change(Rule("month", JANUARY, ends_on=date(2026, 2, 28)), version=template.version)
    run(date(2026, 12, 1))

    assert changed.title == "Autre"
    assert list(Invoice.objects.order_by("pk").values_list("net", flat=True)) == [
        Decimal("50.00"), Decimal("55.00"),
    ]  # fmt: skip


def test_two_runs_at_once_make_each_occurrence_once(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        for _ in range(3):
            make_template()

    def run_it(_n: int) -> int:
        with tenant_scope(Cooperative.objects.get(slug="be")):
            return len(run(date(2026, 4, 1)))

    outcomes = fresh_database.in_threads(run_it, *[(n,) for n in range(4)])

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    assert sum(outcome.value for outcome in outcomes) == 9
    with tenant_scope(cooperative):
        assert Occurrence.objects.count() == Invoice.objects.count() == 9
        assert selectors.due_templates(date(2026, 4, 1)).count() == 0
