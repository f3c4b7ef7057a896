"""Days away: what they do to pay and to work-time codes, who decides, what a year of holiday allows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

D = Decimal
APRIL = date(2026, 4, 1)


def ask(staff: Any, contract: Any, kind: str, first: date, last: date | None = None, **more: Any) -> Any:
    from payroll.cdi.services import ask_absence

    given = {"contract_id": contract.pk, "kind": kind, "first_day": first, "last_day": last or first}
    return ask_absence(**given, **({"actor": staff.world.member} | more))


def approve(staff: Any, absence: Any, on: date) -> Any:
    from payroll.cdi.services import decide_absence

    actor = staff.world.actor(staff.world.adviser)
    return decide_absence(absence_id=absence.pk, approve=True, on=on, actor=actor)


def codes(contract: Any, first: date, last: date) -> dict[str, tuple[D, D]]:
    """Days and hours by work-time code."""
    from payroll.cdi.selectors import work_days
    from payroll.cdi.worktime import by_code

    return by_code(work_days(contract, first, last))


def by_days(contract: Any, first: date, last: date) -> dict[str, D]:
    """Days by work-time code."""
    return {code: days for code, (days, _hours) in codes(contract, first, last).items()}


def certificate() -> Any:
    from core.files import store_file

    return store_file(b"%PDF-1.4 certificat", name="certificat.pdf", content_type="application/pdf")


def test_unpaid_leave_takes_hours_and_gross_by_hours(staff: Any, world: Any) -> None:
    """Two days of April's 22: 3,619.35 × 152.0 / 167.2 = 3,290.32; the budget is freed at once."""
    contract = staff.contract()
    away = ask(staff, contract, "unpaid_leave", date(2026, 4, 7), date(2026, 4, 8))
    assert world.budget()[1] == D("5609.99")  # nothing before it is approved

    approve(staff, away, date(2026, 4, 2))

    april = contract.months.get(month=APRIL)
    assert (april.hours, april.gross, april.budget) == (D("152.00"), D("3290.32"), D("5100.00"))
    assert world.budget()[1] == D("5100.00")
    assert contract.salary_months.get(month=APRIL).unpaid_hours == D("15.20")


def test_taken_back_the_salary_is_whole_again(staff: Any, world: Any) -> None:
    from payroll.cdi.services import cancel_absence

    contract = staff.contract()
    away = approve(staff, ask(staff, contract, "unpaid_leave", date(2026, 4, 7)), date(2026, 4, 2))
    cancel_absence(absence_id=away.pk, on=date(2026, 4, 3), actor=world.member)
    assert contract.months.get(month=APRIL).gross == D("3619.35")
    assert world.budget()[1] == D("5609.99")


def test_sickness_is_paid_for_a_month_after_a_month_of_service(staff: Any, world: Any) -> None:
    """From 1 June for seven weeks: 30 calendar days are paid (code 1), the rest is not (code 50)."""
    world.earn("40000.00")
    contract = staff.contract()
    staff.day(date(2026, 6, 1), contract)
    away = ask(staff, contract, "sickness", date(2026, 6, 1), date(2026, 7, 17), file=certificate())
    approve(staff, away, date(2026, 6, 2))

    june = codes(contract, date(2026, 6, 1), date(2026, 6, 30))
    assert june == {"1": (D(22), D("167.2"))}
    july = by_days(contract, date(2026, 7, 1), date(2026, 7, 31))
    assert july == {"1": D(10), "50": D(13)}  # Tuesday 21 July is a public holiday, after the sickness
    staff.day(date(2026, 6, 3), contract)
    assert contract.months.get(month=date(2026, 6, 1)).gross == D("3619.35")
    assert contract.months.get(month=date(2026, 7, 1)).hours == D("76.00")


def test_sickness_in_the_first_month_is_paid_once_service_is_complete(staff: Any, world: Any) -> None:
    """Begun on 1 April, sick from 20 April to 8 May: paid from 1 May on, within the 30 days."""
    contract = staff.contract()
    away = ask(staff, contract, "sickness", date(2026, 4, 20), date(2026, 5, 8), file=certificate())
    approve(staff, away, date(2026, 4, 21))
    april = by_days(contract, APRIL, date(2026, 4, 30))
    may = by_days(contract, date(2026, 5, 1), date(2026, 5, 31))
    assert april == {"1": D(13), "50": D(9)}
    assert may == {"1": D(21)}  # guaranteed pay is paid time like any other


def test_a_relapse_within_a_fortnight_has_no_new_guaranteed_pay(staff: Any, world: Any) -> None:
    world.earn("40000.00")
    contract = staff.contract()
    staff.day(date(2026, 6, 1), contract)
    for first, last in (
        (date(2026, 6, 1), date(2026, 6, 26)),
        (date(2026, 7, 6), date(2026, 7, 10)),
        (date(2026, 8, 3), date(2026, 8, 4)),
    ):
        approve(staff, ask(staff, contract, "sickness", first, last, file=certificate()), date(2026, 6, 2))
    july = by_days(contract, date(2026, 7, 1), date(2026, 7, 31))
    august = by_days(contract, date(2026, 8, 1), date(2026, 8, 31))
    assert july == {"1": D(18), "50": D(5)}
    assert august == {"1": D(21)}


def test_a_half_day_counts_half(staff: Any, world: Any) -> None:
    contract = staff.contract()
    approve(staff, ask(staff, contract, "unpaid_leave", date(2026, 4, 9), half="afternoon"), date(2026, 4, 2))
    assert by_days(contract, APRIL, date(2026, 4, 30)) == {"1": D("21.5"), "30": D("0.5")}
    assert contract.months.get(month=APRIL).hours == D("163.40")


def test_holiday_of_a_year_follows_the_service_of_the_year_before(
    staff: Any, world: Any, snapshot: Any
) -> None:
    """First year: nothing earned here; ten days brought along from another employer allow eight and two."""
    from payroll.cdi.errors import HolidayUsedUp
    from payroll.cdi.models import Absence
    from payroll.cdi.selectors import holiday_balance
    from payroll.cdi.services import grant_holiday

    contract = staff.contract()
    before = snapshot()
    with pytest.raises(HolidayUsedUp):
        ask(staff, contract, "paid_holiday", date(2026, 4, 7))
    assert snapshot() == before and not Absence.objects.exists()

    grant_holiday(
        contract_id=contract.pk, year=2026, days=D(10), reason="attestation", actor=world.actor(world.clerk)
    )
    away = ask(staff, contract, "paid_holiday", date(2026, 5, 1), date(2026, 5, 13))  # 1 May is no leave
    approve(staff, away, date(2026, 4, 2))
    ask(staff, contract, "paid_holiday", date(2026, 5, 15))

    balance = holiday_balance(contract, 2026)
    assert (balance.right, balance.taken, balance.asked, balance.left) == (D(10), D(8), D(1), D(1))
    assert holiday_balance(contract, 2027).right == D(15)  # nine months of twelve, twenty days a year
    assert contract.months.get(month=APRIL).gross == D("3619.35")  # holiday is paid


def test_nobody_decides_on_their_own_absence(staff: Any, world: Any) -> None:
    from payroll.cdi.errors import OwnMatter
    from payroll.cdi.services import decide_absence

    contract = staff.contract()
    away = ask(staff, contract, "unpaid_leave", date(2026, 4, 7))
    with pytest.raises(OwnMatter):
        decide_absence(absence_id=away.pk, approve=True, on=APRIL, actor=world.member)
    away.refresh_from_db()
    assert away.state == "asked"
    assert contract.months.get(month=APRIL).gross == D("3619.35")


def test_sickness_of_several_days_waits_for_its_certificate(staff: Any, world: Any) -> None:
    from payroll.cdi.errors import CertificateMissing
    from payroll.cdi.services import add_certificate

    contract = staff.contract()
    away = ask(staff, contract, "sickness", date(2026, 4, 20), date(2026, 4, 22))
    with pytest.raises(CertificateMissing):
        approve(staff, away, date(2026, 4, 20))
    add_certificate(absence_id=away.pk, file=certificate(), actor=world.member)
    assert approve(staff, away, date(2026, 4, 21)).state == "approved"


def test_a_paid_month_is_corrected_by_one_more_part(staff: Any, world: Any, books: Any) -> None:
    """A day of April known in May: 3,619.35 × 7.6 / 167.2 less (164.52), on the next payslip."""
    world.earn("20000.00")
    contract = staff.contract()
    staff.day(date(2026, 5, 1), contract)
    away = ask(staff, contract, "unpaid_leave", date(2026, 4, 7))

    approve(staff, away, date(2026, 5, 2))

    part = contract.months.get(month=APRIL, number=1)
    assert (part.hours, part.gross) == (D("-7.60"), D("-164.52"))
    staff.day(date(2026, 5, 3), contract)
    assert [item.gross for item in contract.items.order_by("settled_at", "pk")] == [
        D("3619.35"), D("-164.52")
    ]  # fmt: skip
    assert books() == []


def test_taken_back_before_it_is_settled_a_paid_month_needs_no_correction(
    staff: Any, world: Any, books: Any
) -> None:
    """The correction that waited goes with the absence; of two absences one correction says all."""
    from payroll.cdi.services import cancel_absence

    world.earn("20000.00")
    contract = staff.contract()
    staff.day(date(2026, 5, 1), contract)
    first = approve(staff, ask(staff, contract, "unpaid_leave", date(2026, 4, 7)), date(2026, 5, 2))
    approve(staff, ask(staff, contract, "unpaid_leave", date(2026, 4, 8)), date(2026, 5, 2))
    part = contract.months.get(month=APRIL, settled=False)
    assert (part.hours, part.origin) == (D("-15.20"), "absence")

    cancel_absence(absence_id=first.pk, on=date(2026, 5, 2), actor=world.actor(world.adviser))

    part = contract.months.get(month=APRIL, settled=False)
    assert (part.hours, part.gross) == (D("-7.60"), D("-164.52"))
    staff.day(date(2026, 5, 3), contract)
    assert [item.gross for item in contract.items.order_by("settled_at", "pk")] == [
        D("3619.35"), D("-164.52")
    ]  # fmt: skip
    assert books() == []


@pytest.mark.parametrize(
    ("kind", "first", "last", "half", "code"),
    [
        ("unpaid_leave", date(2026, 3, 30), date(2026, 3, 31), "", "absence_days"),
        ("unpaid_leave", date(2026, 4, 8), date(2026, 4, 7), "", "absence_days"),
        ("unpaid_leave", date(2026, 4, 7), date(2026, 4, 8), "morning", "absence_days"),
        ("unpaid_leave", date(2026, 4, 11), date(2026, 4, 12), "", "no_working_day"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    staff: Any, kind: str, first: date, last: date, half: str, code: str
) -> None:
    from core.errors import DomainError
    from payroll.cdi.models import Absence

    contract = staff.contract()
    with pytest.raises(DomainError) as refusal:
        ask(staff, contract, kind, first, last, half=half)
    assert refusal.value.code == code
    assert not Absence.objects.exists()


def test_a_day_has_one_absence_or_two_halves(staff: Any) -> None:
    from payroll.cdi.errors import AbsenceOverlap

    contract = staff.contract()
    ask(staff, contract, "unpaid_leave", date(2026, 4, 7), half="morning")
    ask(staff, contract, "small_leave", date(2026, 4, 7), half="afternoon")
    with pytest.raises(AbsenceOverlap):
        ask(staff, contract, "unpaid_leave", date(2026, 4, 6), date(2026, 4, 7))
