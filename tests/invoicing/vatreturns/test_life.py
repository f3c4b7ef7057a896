"""From the figures to the State: two people, the books, the tax office, the payment, what comes late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from core.errors import NoRateInForce
from core.models import AuditEvent, Cooperative, PolicyRate
from invoicing.services import credit_invoice
from invoicing.vatreturns import services
from invoicing.vatreturns.enums import Paper, ReturnState
from invoicing.vatreturns.errors import (
    DifferenceUnexplained,
    EarlierReturnOpen,
    EntityExempt,
    NoVatForm,
    PeriodNotOver,
    PeriodOverlaps,
    ReasonMissing,
    ReturnNotApproved,
    ReturnNotPrepared,
    ReturnNotRefused,
    ReturnNotSubmitted,
    ReturnStale,
    SecondPersonNeeded,
    WrongRhythm,
)
from invoicing.vatreturns.intervat.port import Answer
from invoicing.vatreturns.models import VatFigure, VatReturn, VatVersion
from invoicing.vatreturns.periods import parse_period
from invoicing.vatreturns.selectors import RHYTHM, figures_of, version_of
from ledger.errors import PersonNeeded
from ledger.models import JournalEntry, JournalLine, LegalEntity
from ledger.selectors import account_balance
from ledger.services import close_period, post_entry
from ledger.treasury.models import Payout
from ledger.types import Entry, cr, dr
from members.models import Person
from tests.activities.builders import flat, make_activity, make_invoice
from tests.factories import SYSTEM, actor
from tests.invoicing.vatreturns.builders import Buy

QUARTER, NEXT = parse_period("2026-Q4"), parse_period("2027-Q1")
OCTOBER, DECEMBER = date(2026, 10, 8), date(2026, 12, 3)
JANUARY, FEBRUARY, APRIL = date(2027, 1, 11), date(2027, 2, 3), date(2027, 4, 12)
ACCEPTED = Answer(True, reference="A-1")


def euro(text: str) -> Decimal:
    return Decimal(text)


def prepare(entity: LegalEntity, who: Person, today: date = JANUARY, **fields: object) -> VatReturn:
    values = {"paper": Paper.RETURN, "period": QUARTER} | fields
    return services.prepare_return(entity=entity, today=today, actor=actor(who), **values)  # type: ignore[arg-type]


def approve(row: VatReturn, who: Person, today: date = JANUARY) -> VatReturn:
    return services.approve_return(vat_return_id=row.pk, today=today, actor=actor(who))


def filed(entity: LegalEntity, one: Person, two: Person, answer: Answer = ACCEPTED) -> VatReturn:
    """The quarter prepared, approved, sent and answered."""
    row = approve(prepare(entity, one), two)
    services.submit_return(vat_return_id=row.pk, on=JANUARY, actor=actor(one))
    return services.record_answer(vat_return_id=row.pk, answer=answer, on=JANUARY, actor=SYSTEM)


def entry_lines(entry_id: object) -> list[tuple[str, Decimal, Decimal]]:
    rows = JournalLine.objects.filter(entry_id=entry_id).order_by("position")
    return list(rows.values_list("account", "debit", "credit"))


# --- preparing ----------------------------------------------------------------------------------------------


def test_each_grid_is_explained_down_to_the_documents(pa: LegalEntity, one: Person) -> None:
    activity = make_activity()
    first = make_invoice(activity, lines=flat("1000.00"), issued_on=OCTOBER)
    second = make_invoice(activity, lines=flat("10.00") + flat("20.00", "6"), issued_on=DECEMBER)

    row = prepare(pa, one)

    version = version_of(row)
    assert version.grids == {"01": "20.00", "03": "1010.00", "54": "213.30", "71": "213.30"}
    assert row.due_on == date(2027, 1, 25)
    for grid, amounts in {
        "01": [(second.number, euro("20.00"))],
        "03": [(first.number, euro("1000.00")), (second.number, euro("10.00"))],
        "54": [(first.number, euro("210.00")), (second.number, euro("2.10")), (second.number, euro("1.20"))],
    }.items():
        found = figures_of(version, grid).values_list("text", "amount")
        assert sorted(found) == sorted(amounts)
    assert version.lines == VatFigure.objects.filter(version=version).count() == 6


def test_preparing_again_without_news_keeps_the_version_and_its_author(
    pa: LegalEntity, one: Person, two: Person
) -> None:
    make_invoice(make_activity(), issued_on=OCTOBER)
    row = prepare(pa, one)

    again = prepare(pa, two)

    assert (again.pk, again.version_number) == (row.pk, 1)
    assert VatVersion.objects.get().created_by_person == one.pk


def test_preparing_again_after_news_makes_another_version(pa: LegalEntity, one: Person) -> None:
    activity = make_activity()
    make_invoice(activity, issued_on=OCTOBER)
    row = prepare(pa, one)
    make_invoice(activity, lines=flat("1.00"), issued_on=DECEMBER)

    row = prepare(pa, one)

    assert row.version_number == 2
    assert [version.grids["03"] for version in VatVersion.objects.order_by("number")] == [
        "1000.00",
        "1001.00",
    ]


def test_a_difference_with_the_books_wants_an_explanation(pa: LegalEntity, one: Person) -> None:
    post_entry(
        Entry(pa.pk, OCTOBER, "VAR", "test.unknown", uuid4(), "x", "Reprise",
              (dr("580", euro("7.00")), cr("451", euro("7.00"))))
    )  # fmt: skip

    with pytest.raises(DifferenceUnexplained):
        prepare(pa, one)
    assert not VatReturn.objects.exists()

    row = prepare(pa, one, explanation="Reprise du logiciel précédent")
    version = version_of(row)
    assert version.explanation == "Reprise du logiciel précédent"
    assert version.accounts["451"] == {"declared": "0.00", "booked": "7.00"}


@pytest.mark.parametrize(
    ("period", "today", "error"),
    [
        ("2026-10", JANUARY, WrongRhythm),
        ("2026", JANUARY, WrongRhythm),
        ("2026-Q4", date(2026, 12, 31), PeriodNotOver),
    ],
)
def test_only_a_period_that_is_over_and_of_the_right_length_is_prepared(
    pa: LegalEntity, one: Person, period: str, today: date, error: type[Exception]
) -> None:
    with pytest.raises(error):
        prepare(pa, one, today, period=parse_period(period))
    assert not VatReturn.objects.exists()


def test_nobody_files_for_the_exempt_entity(pa: LegalEntity, one: Person) -> None:
    with pytest.raises(EntityExempt):
        prepare(LegalEntity.objects.get(code="FA"), one)
    assert not VatReturn.objects.exists()


def test_a_program_prepares_nothing(pa: LegalEntity) -> None:
    with pytest.raises(PersonNeeded):
        services.prepare_return(entity=pa, paper=Paper.RETURN, period=QUARTER, today=JANUARY, actor=SYSTEM)
    assert not VatReturn.objects.exists()


def test_a_country_without_a_known_form_says_so(pa: LegalEntity, one: Person) -> None:
    pa.country = "FR"
    with pytest.raises(NoVatForm):
        prepare(pa, one)


def test_the_cooperative_says_how_its_entities_file(tenant: Cooperative) -> None:
    from tests.factories import load_cooperative

    load_cooperative()
    PolicyRate.objects.create(
        key=RHYTHM,
        valid_from=date(2026, 2, 1),
        value={"PI": "month", "*": "month"},
        source="t",
        status="confirmed",
    )
    from tests.invoicing.vatreturns.builders import financier

    with pytest.raises(WrongRhythm):
        prepare(LegalEntity.objects.get(code="PI"), financier())
    with pytest.raises(NoRateInForce):
        prepare(LegalEntity.objects.get(code="PI"), financier(), period=parse_period("2015-Q4"))
    assert not VatReturn.objects.exists()


def test_the_same_day_is_in_one_return_only(pa: LegalEntity, one: Person, two: Person) -> None:
    prepare(pa, one)
    PolicyRate.objects.create(
        key=RHYTHM, valid_from=date(2026, 12, 1), value={"*": "month"}, source="test", status="confirmed"
    )

    with pytest.raises(PeriodOverlaps):
        prepare(pa, one, period=parse_period("2026-12"))
    assert VatReturn.objects.count() == 1


# --- approving ----------------------------------------------------------------------------------------------


def test_nobody_approves_what_they_prepared(pa: LegalEntity, one: Person) -> None:
    make_invoice(make_activity(), issued_on=OCTOBER)
    row = prepare(pa, one)

    with pytest.raises(SecondPersonNeeded):
        approve(row, one)
    with pytest.raises(PersonNeeded):
        services.approve_return(vat_return_id=row.pk, today=JANUARY, actor=SYSTEM)

    row.refresh_from_db()
    assert row.state == ReturnState.PREPARED
    assert account_balance("451", pa) == euro("-210.00")


def test_approved_the_vat_accounts_are_netted(pa: LegalEntity, one: Person, two: Person, buy: Buy) -> None:
    make_invoice(make_activity(), issued_on=OCTOBER)
    buy(DECEMBER, "domestic", "services", "100.00", "21.00")
    row = approve(prepare(pa, one), two)

    assert row.state == ReturnState.APPROVED
    assert entry_lines(row.entry_id) == [
        ("451", euro("21.00"), euro("0.00")),
        ("411", euro("0.00"), euro("21.00")),
    ]
    assert JournalEntry.objects.get(pk=row.entry_id).date == JANUARY
    assert (account_balance("451", pa), account_balance("411", pa)) == (euro("-189.00"), euro("0.00"))
    assert AuditEvent.objects.filter(action="vat.approved", subject_id=row.pk).exists()


def test_what_the_state_owes_stands_on_411(pa: LegalEntity, one: Person, two: Person, buy: Buy) -> None:
    make_invoice(make_activity(), lines=flat("100.00"), issued_on=OCTOBER)
    buy(DECEMBER, "domestic", "investment", "1000.00", "210.00")
    row = approve(prepare(pa, one), two)

    assert version_of(row).grids["72"] == "189.00"
    assert (account_balance("451", pa), account_balance("411", pa)) == (euro("0.00"), euro("189.00"))


def test_figures_that_are_no_longer_true_are_not_approved(pa: LegalEntity, one: Person, two: Person) -> None:
    activity = make_activity()
    make_invoice(activity, issued_on=OCTOBER)
    row = prepare(pa, one)
    make_invoice(activity, lines=flat("1.00", "0"), issued_on=DECEMBER)

    with pytest.raises(ReturnStale):
        approve(row, two)

    row.refresh_from_db()
    assert (row.state, row.entry_id) == (ReturnState.PREPARED, None)
    assert approve(prepare(pa, one), two).state == ReturnState.APPROVED


def test_approved_once(pa: LegalEntity, one: Person, two: Person) -> None:
    row = approve(prepare(pa, one), two)

    for again in (lambda: approve(row, two), lambda: prepare(pa, one)):
        with pytest.raises(ReturnNotPrepared):
            again()
    assert VatVersion.objects.count() == 1


def test_a_return_without_business_is_filed_all_the_same(pa: LegalEntity, one: Person, two: Person) -> None:
    row = filed(pa, one, two)

    assert (row.state, row.entry_id, version_of(row).grids) == (ReturnState.ACCEPTED, None, {"71": "0.00"})
    assert not Payout.objects.exists()


# --- what comes late ----------------------------------------------------------------------------------------


def test_a_document_that_comes_late_flows_into_the_next_return(
    pa: LegalEntity, one: Person, two: Person
) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, issued_on=OCTOBER)
    filed(pa, one, two)
    credit_invoice(invoice_id=invoice.pk, on=DECEMBER, actor=SYSTEM, reason="Erreur", amounts=euro("100.00"))
    make_invoice(activity, lines=flat("300.00"), issued_on=FEBRUARY)

    row = prepare(pa, one, APRIL, period=NEXT)

    version = version_of(row)
    assert version.grids == {"03": "300.00", "49": "100.00", "54": "63.00", "64": "21.00", "71": "42.00"}
    assert version.accounts["451"] == {"declared": "42.00", "booked": "42.00"}
    assert approve(row, two, APRIL).state == ReturnState.APPROVED
    assert account_balance("451", pa) == euro("-252.00")


def test_months_that_were_closed_before_hold_nothing_late(pa: LegalEntity, one: Person, two: Person) -> None:
    activity = make_activity()
    make_invoice(activity, issued_on=OCTOBER)
    for month in (10, 11, 12):
        close_period(entity=pa, year=2026, month=month, actor=SYSTEM)
    filed(pa, one, two)
    make_invoice(activity, lines=flat("300.00"), issued_on=FEBRUARY)

    version = version_of(prepare(pa, one, APRIL, period=NEXT))

    assert version.grids == {"03": "300.00", "54": "63.00", "71": "63.00"}
    assert version.months == {"2027-02-01": {"451": "63.00"}}


def test_returns_follow_each_other(pa: LegalEntity, one: Person, two: Person) -> None:
    filed(pa, one, two)

    with pytest.raises(EarlierReturnOpen):
        prepare(pa, one, date(2027, 7, 5), period=parse_period("2027-Q2"))
    assert VatReturn.objects.count() == 1


# --- the tax office -----------------------------------------------------------------------------------------


def test_accepted_the_balance_is_asked_to_be_paid(pa: LegalEntity, one: Person, two: Person) -> None:
    make_invoice(make_activity(), issued_on=OCTOBER)
    row = filed(pa, one, two)

    payout = Payout.objects.get()
    assert (row.state, row.reference) == (ReturnState.ACCEPTED, "A-1")
    assert (payout.amount, payout.settles_account, payout.due_on) == (euro("210.00"), "451", row.due_on)
    assert payout.communication == "089900005780"  # the enterprise number and its remainder by 97
    assert payout.iban == "BE22679200300047"
    paid = services.note_paid(vat_return_id=row.pk, on=date(2027, 1, 22), actor=SYSTEM)
    assert (paid.state, paid.paid_on) == (ReturnState.PAID, date(2027, 1, 22))
    assert services.note_paid(vat_return_id=row.pk, on=APRIL, actor=SYSTEM).paid_on == date(2027, 1, 22)


def test_refused_it_is_reopened_and_prepared_anew(
    pa: LegalEntity, one: Person, two: Person, buy: Buy
) -> None:
    activity = make_activity()
    make_invoice(activity, issued_on=OCTOBER)
    buy(DECEMBER, "domestic", "services", "100.00", "21.00")
    row = filed(pa, one, two, Answer(False, reason="Mandat absent"))
    assert (row.state, row.answer) == (ReturnState.REFUSED, "Mandat absent")
    assert not Payout.objects.exists()

    row = services.reopen_return(vat_return_id=row.pk, on=FEBRUARY, actor=actor(one))

    assert (row.state, row.approved_by, row.entry_id) == (ReturnState.PREPARED, "", None)
    assert (account_balance("451", pa), account_balance("411", pa)) == (euro("-210.00"), euro("21.00"))
    make_invoice(activity, lines=flat("10.00"), issued_on=DECEMBER)
    again = filed(pa, one, two)
    assert (again.pk, again.state, again.version_number) == (row.pk, ReturnState.ACCEPTED, 2)
    assert account_balance("451", pa) == euro("-191.10")


def test_a_refused_return_on_which_a_later_one_counts_stays(
    pa: LegalEntity, one: Person, two: Person
) -> None:
    row = filed(pa, one, two, Answer(False, reason="Mandat absent"))
    approve(prepare(pa, one, APRIL, period=NEXT), two, APRIL)

    with pytest.raises(EarlierReturnOpen):
        services.reopen_return(vat_return_id=row.pk, on=APRIL, actor=actor(one))
    row.refresh_from_db()
    assert row.state == ReturnState.REFUSED


def test_each_step_is_done_once_and_in_its_order(pa: LegalEntity, one: Person, two: Person) -> None:
    row = prepare(pa, one)
    who = actor(one)

    def submit() -> None:
        services.submit_return(vat_return_id=row.pk, on=JANUARY, actor=who)

    def answer(given: Answer = ACCEPTED) -> None:
        services.record_answer(vat_return_id=row.pk, answer=given, on=JANUARY, actor=who)

    with pytest.raises(ReturnNotApproved):
        submit()
    with pytest.raises(ReturnNotSubmitted):
        answer()
    with pytest.raises(ReturnNotRefused):
        services.reopen_return(vat_return_id=row.pk, on=JANUARY, actor=who)
    approve(row, two)
    submit()
    with pytest.raises(ReturnNotApproved):
        submit()
    with pytest.raises(ReasonMissing):
        answer(Answer(False, reason=" "))
    answer()
    with pytest.raises(ReturnNotSubmitted):
        answer()
    row.refresh_from_db()
    assert row.state == ReturnState.ACCEPTED
