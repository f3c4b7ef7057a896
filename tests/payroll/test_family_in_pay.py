"""The people whom a worker has in charge, in the tax of real pay (BELGIUM §4.1, §4.3–4.5), from their day on.

4,500.00 in November 2026 is 3,911.85 taxable; `T(N) − q` is 12,431.78 a year for scale I. From it go 1,656.00
(one disabled child counts as two), 624.00 for each other person, 1,740.00 for a partner with little, …
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

SYSTEM = Actor.system("family")
D = Decimal
TWO_INCOMES: dict[str, Any] = {"status": "married_two_incomes"}


def say(world: Any, since: date = date(2026, 11, 1), **family: Any) -> None:
    """Nora's situation from a day on."""
    from members.services import set_family_situation

    set_family_situation(person=world.worker, valid_from=since, actor=SYSTEM, **family)


def november(world: Any, **changes: Any) -> Any:
    """The pay of a November at 4,500.00, due on 9 December."""
    from payroll.models import PayItem
    from payroll.services import settle_due

    given = {"starts_on": date(2026, 11, 3), "ends_on": date(2026, 11, 30), "hours": D("152.00")}
    world.submit(world.contract("4500.00", **(given | changes)))
    settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    return PayItem.objects.get()


def explained(item: Any) -> dict[str, Decimal]:
    """What the pay says of the reductions, by their line."""
    rows = item.lines.filter(code__startswith="reduction_")
    return {row.code.removeprefix("reduction_"): row.amount for row in rows}


def test_a_disabled_child_a_parent_of_70_and_a_partner_with_little_lower_the_tax(world: Any) -> None:
    """(12,431.78 − 1,656 − 624 − 1,740) / 12 = 700.98 instead of 1,035.98."""
    say(
        world,
        **TWO_INCOMES,
        children=1,
        disabled_children=1,
        aged_dependants=1,
        spouse_income="income",
        spouse_net=D("250.00"),
    )

    item = november(world)

    assert explained(item) == {
        "children": D("1656.00"),
        "spouse_low_income": D("1740.00"),
        "other_dependant": D("624.00"),
    }
    assert item.taxable == D("3911.85")
    assert item.withholding_tax == D("700.98")
    assert item.special_contribution == D("39.85")
    assert item.net == D("3171.02")
    assert (item.family["disabled_children"], item.family["other_dependants"]) == (1, 1)


@pytest.mark.parametrize(
    ("family", "tax"),
    [
        (TWO_INCOMES, "1035.98"),
        ({"status": "single", "disabled": True}, "983.98"),
        (TWO_INCOMES | {"disabled": True, "spouse_disabled": True}, "931.98"),
        ({"status": "single", "other_dependants": 2, "aged_dependants": 1}, "879.98"),
        (TWO_INCOMES | {"spouse_income": "income", "spouse_net": D("290.00")}, "890.98"),
        (TWO_INCOMES | {"spouse_income": "income", "spouse_net": D("290.01")}, "1035.98"),
        (TWO_INCOMES | {"spouse_income": "pension", "spouse_net": D("579.00")}, "746.48"),
        (TWO_INCOMES | {"spouse_income": "pension", "spouse_net": D("579.01")}, "1035.98"),
        (TWO_INCOMES | {"spouse_income": "pension", "spouse_net": D("174.01")}, "746.48"),
    ],
)
def test_each_of_them_counts_to_the_cent(world: Any, family: dict[str, Any], tax: str) -> None:
    say(world, **family)

    assert november(world).withholding_tax == D(tax)


def test_the_smallest_pension_is_as_no_income_at_all(world: Any) -> None:
    """Scale II: Q = min(30 % × 40,872.20; 13,790) = 12,261.66; (3,279.99 + 9,563.36 − 5,975.96) / 12."""
    say(world, **TWO_INCOMES, spouse_income="pension", spouse_net=D("174.00"))

    item = november(world)

    assert item.withholding_tax == D("572.28")
    assert item.family["status"] == "married_one_income"


@pytest.mark.parametrize(("since", "tax"), [(date(2026, 12, 9), "931.98"), (date(2026, 12, 10), "1035.98")])
def test_a_change_counts_from_its_day_the_day_of_payment(world: Any, since: date, tax: str) -> None:
    say(world, **TWO_INCOMES)
    say(world, since, **TWO_INCOMES, aged_dependants=2)

    assert november(world).withholding_tax == D(tax)


# --- where it is read ---------------------------------------------------------------------------------------

WHOLE: dict[str, Any] = TWO_INCOMES | {
    "children": 2, "disabled_children": 1, "disabled": True, "aged_dependants": 1, "other_dependants": 1,
    "spouse_income": "income", "spouse_net": D("250.00"),
}  # fmt: skip


def test_the_payslip_names_whom_the_tax_counted_in_four_languages(world: Any, moment: Any) -> None:
    from payroll.models import PayrollRun
    from payroll.payslip_view import payslip_page
    from payroll.services.payslips import issue_payslips

    say(world, **WHOLE)
    november(world)
    run = PayrollRun.objects.create(
        month=date(2026, 11, 1), state="closing", on=date(2026, 12, 2), started_by_label="Test",
        started_at=moment(2026, 12, 2),
    )  # fmt: skip

    pairs = [(world.worker.pk, world.activity.entity_id)]
    slip = issue_payslips(run=run, pairs=pairs, on=date(2026, 12, 3))[0]

    assert [
        payslip_page(slip, language).family.split(", ", 2)[2] for language in ("fr", "en", "nl", "de")
    ] == [
        "enfants à charge : 2, dont en situation de handicap : 1, personnes en situation de handicap : 1,"
        " autres personnes à charge : 2, conjoint·e à faible revenu",
        "dependent children: 2, of whom with a disability: 1, people with a disability: 1,"
        " other dependants: 2, spouse with low income",
        "kinderen ten laste: 2, van wie met een handicap: 1, personen met een handicap: 1,"
        " andere personen ten laste: 2, partner met laag inkomen",
        "Kinder zulasten: 2, davon mit Behinderung: 1, Personen mit Behinderung: 1,"
        " andere Personen zulasten: 2, Ehepartner mit niedrigem Einkommen",
    ]


def test_an_estimate_counts_them_as_the_pay_does(world: Any) -> None:
    from members.selectors import family_situation
    from payroll.estimates import Question, estimate

    last = date(2026, 11, 30)
    say(world, **TWO_INCOMES)
    plain = Question(D("8000.00"), "employee", D("152.00"), last, family=family_situation(world.worker, last))
    say(world, **TWO_INCOMES, aged_dependants=1)
    one = Question(D("8000.00"), "employee", D("152.00"), last, family=family_situation(world.worker, last))

    on = date(2026, 11, 2)
    assert estimate(one, on=on).waterfall.net - estimate(plain, on=on).waterfall.net == D("52.00")


def test_the_workers_file_shows_disabilities_to_whom_health_concerns(world: Any, client: Any) -> None:
    from tests.factories import make_user

    say(world, **WHOLE)

    def file(person: Any) -> str:
        person.user = make_user(person.email)
        person.save(update_fields=["user"])
        client.force_login(person.user)
        answer = client.get(f"/be/travailleurs/{world.worker.pk}/")
        assert answer.status_code == 200
        return str(answer.content.decode())

    said = ("dont 1 en situation de handicap", "1 personne de 65 ans ou plus", "conjoint·e à revenus limités")
    clerk, adviser = file(world.clerk), file(world.adviser)
    assert [words in clerk for words in said] == [True, True, True]
    assert [words in adviser for words in said] == [False, False, False]


def test_the_simulator_asks_visitors_on_its_page_and_by_rest(world: Any, client: Any, moment: Any) -> None:
    """52.00 a month less tax for one more person; a contradiction is refused in words."""
    from core.clock import set_clock

    set_clock(world.cooperative, moment(2026, 11, 2))
    asked = {"amount": "8000.00", "hours": "152.00", "last_day": "2026-11-30", "family_status": "single"}

    def net(**more: Any) -> Decimal:
        answer = client.post("/be/api/v1/simulations/", asked | more, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return D(answer.json()["net"])

    assert net(aged_dependants=1) - net() == D("52.00")
    wrong = asked | {"children": 1, "disabled_children": 2}
    refused = client.post("/be/api/v1/simulations/", wrong, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "contradictory_situation")

    page = "/be/simulateur/?direction=invoice&amount=8000&days=20&contract_type=employee&family_status=single"
    assert "<details><summary>Handicap" in client.get(page).content.decode()
    folded_out = client.get(f"{page}&aged_dependants=1").content.decode()
    assert "<details open><summary>Handicap" in folded_out
