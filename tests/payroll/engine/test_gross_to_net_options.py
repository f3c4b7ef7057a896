"""What the command answers beside the plain full month: times, families, months, allowances, inversions."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.errors import DomainError
from payroll.management.worked_time import part_of_full_time


def ask(*options: str, day: str = "2026-11-18") -> dict[str, Any]:
    out = StringIO()
    call_command("gross_to_net", "--country", "be", "--date", day, *options, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def refused(*options: str, day: str = "2026-11-18") -> str:
    with pytest.raises(DomainError) as refusal:
        ask(*options, day=day)
    assert refusal.value.detail
    return refusal.value.code


@pytest.fixture
def month(tmp_path: Path) -> Any:
    def write(content: object) -> str:
        path = tmp_path / "month.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


FIRST = {"type": "employee", "gross": "1200.00", "hours": "76.00"}
FIRST_SETTLED = FIRST | {
    "paid_on": "2026-11-18",
    "onss": "156.84",
    "work_bonus_a": "60.73",
    "work_bonus_b": "53.70",
    "withholding_tax": "0.00",
    "special_contribution": "0.00",
}


@pytest.mark.parametrize(
    "time", [["--days", "3"], ["--hours", "22.8"], ["--days", "6", "--part-time", "1/2"]]
)
def test_500_for_three_days(time: list[str]) -> None:
    pay = ask("--gross", "500.00", *time)

    assert (pay["hours"], pay["onss"], pay["work_bonus_a"], pay["net"]) == (
        "22.80",
        "65.35",
        "0.00",
        "434.65",
    )


def test_half_time_takes_half_of_the_hours_and_the_gross_as_it_is_paid() -> None:
    half = ask("--gross", "1250.00", "--part-time", "50%")
    bonus = next(line for line in half["lines"] if line["code"] == "work_bonus_a")

    assert half["hours"] == "79.80"
    assert bonus["base"] == "2500.00"  # the full-time equivalent decides the bonus, the hours its share
    assert (half["work_bonus_a"], half["work_bonus_b"]) == ("63.77", "59.09")


@pytest.mark.parametrize(
    ("text", "hundredths"), [("1/2", 50), ("0.5", 50), ("50%", 50), ("50 %", 50), ("80", 80), ("1", 100)]
)
def test_part_time_is_written_as_people_do(text: str, hundredths: int) -> None:
    assert part_of_full_time(text) * 100 == hundredths


@pytest.mark.parametrize("item", [FIRST, FIRST_SETTLED])
def test_the_second_contract_of_november_gets_what_it_adds(month: Any, item: dict[str, str]) -> None:
    path = month({"month": "2026-11", "items": [item]})
    second = ask("--gross", "1100.00", "--hours", "53.2", "--month-to-date", path)

    assert (second["net"], second["work_bonus_b"]) == ("779.97", "-32.58")
    assert second["month"] == {
        "gross": "2300.00",
        "hours": "129.20",
        "onss": "300.61",
        "work_bonus_a": "103.25",
        "work_bonus_b": "21.12",
        "taxable": "2123.76",
        "withholding_tax": "174.66",
        "special_contribution": "11.54",
        "net": "1937.56",
    }
    assert second["items"][0] == FIRST_SETTLED


def test_an_answer_is_the_month_of_the_next_question(month: Any) -> None:
    nothing = month([])
    first = ask("--gross", "1200.00", "--days", "10", "--month-to-date", nothing)
    second = ask("--gross", "1100.00", "--days", "7", "--month-to-date", month({"items": first["items"]}))
    third = ask(
        "--gross", "400.00", "--days", "2", "--type", "student", "--month-to-date", month(second["items"])
    )

    assert first["net"] == "1157.59"
    assert second["month"]["net"] == "1937.56"
    assert third["net"] == "389.16"
    assert [item["type"] for item in third["items"]] == ["employee", "employee", "student"]


def test_what_an_item_was_settled_with_is_believed(month: Any) -> None:
    """Yesterday's figures were different: the newest item takes whatever the month has become."""
    other = FIRST_SETTLED | {"withholding_tax": "100.00"}
    second = ask("--gross", "1100.00", "--hours", "53.2", "--month-to-date", month([other]))
    assert second["month"]["withholding_tax"] == "174.66"
    assert second["withholding_tax"] == "74.66"


def test_the_year_s_cap_of_the_work_bonus_comes_with_the_month(month: Any) -> None:
    path = month({"items": [], "work_bonus_of_other_months": "3594.36"})
    assert ask("--gross", "2500.00", "--month-to-date", path)["work_bonus_a"] == "0.00"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[1]",
        '{"items": 3}',
        '{"items": [], "rate": 1}',
        '{"items": [], "month": "2026-10"}',
        [{"gross": "1.00"}],
        [{"gross": "1.001", "hours": "1.00"}],
        [{"gross": True, "hours": "1.00"}],
        [{"gross": "NaN", "hours": "1.00"}],
        [FIRST | {"type": "director"}],
        [FIRST | {"paid_on": "soon"}],
        [FIRST | {"flat_tax": "no"}],
        [FIRST | {"onss": "156.84"}],
        [FIRST | {"bonus": "1.00"}],
    ],
)
def test_a_month_that_cannot_be_read_says_where(month: Any, content: object) -> None:
    assert refused("--gross", "1.00", "--month-to-date", month(content)) == "invalid_month_file"


def test_a_month_that_is_not_there() -> None:
    assert refused("--gross", "1.00", "--month-to-date", "/nowhere/month.json") == "invalid_month_file"


@pytest.mark.parametrize(
    ("options", "net"),
    [
        (["--children", "1", "--disabled-children", "1"], "2399.33"),
        (["--status", "married_two_incomes"], "2257.22"),
        (["--status", "married_two_incomes", "--spouse-low-income"], "2402.22"),
        (["--status", "married_two_incomes", "--spouse-low-pension"], "2546.72"),
        (["--disabled-persons", "1"], "2313.33"),
        (["--other-dependants", "1", "--age", "40"], "2313.33"),
        (["--type", "artistic", "--flat-tax"], "2374.51"),
        (["--type", "student", "--age", "17"], "2918.70"),
    ],
)
def test_families_and_contracts(options: list[str], net: str) -> None:
    assert ask("--gross", "3000.00", *options, day="2026-09-14")["net"] == net


@pytest.mark.parametrize(
    ("allowance", "gross", "yearly", "onss", "tax", "net"),
    [
        ("year_end", "3000.00", "36000.00", "392.10", "1211.11", "1396.79"),
        ("double_holiday", "2760.00", "36000.00", "333.29", "1028.68", "1398.03"),
        ("exit_holiday", "76.70", "6000.00", "9.45", "0.00", "67.25"),
        ("exit_holiday", "76.70", "36000.00", "9.45", "28.51", "38.74"),
    ],
)
def test_allowances(allowance: str, gross: str, yearly: str, onss: str, tax: str, net: str) -> None:
    pay = ask("--gross", gross, "--allowance", allowance, "--annual-gross", yearly)

    assert (pay["onss"], pay["withholding_tax"], pay["net"]) == (onss, tax, net)
    assert (pay["work_bonus_a"], pay["special_contribution"]) == ("0.00", "0.00")
    assert pay["lines"][-1]["amount"] == net


def test_without_a_yearly_pay_an_allowance_is_taxed_by_twelve_times_the_month(month: Any) -> None:
    path = month([{"gross": "3000.00", "hours": "159.60"}])
    pay = ask("--gross", "3000.00", "--allowance", "year_end", "--month-to-date", path)
    assert (pay["annual_gross"], pay["net"]) == ("36000.00", "1396.79")


def test_a_wanted_net_a_budget_and_a_cost_find_their_gross(month: Any) -> None:
    assert ask("--net", "1157.59", "--days", "10")["gross"] == "1200.00"
    second = ask("--net", "779.97", "--days", "7", "--month-to-date", month([FIRST]))
    assert (second["net"], second["wanted_net"]) == ("779.97", "779.97")

    budget = ask("--budget", "835.00", "--days", "1")
    assert (budget["gross"], budget["margin"], budget["net"]) == ("538.71", "51.65", "468.30")
    assert (budget["employment_budget"], budget["multiplier"]) == ("835.00", "1.55")

    cost = ask("--cost", "727.05", "--days", "3")
    assert (cost["gross"], cost["cost"], cost["employer_total"]) == ("500.00", "727.05", "227.05")
    assert {line["account"] for line in cost["employer_lines"]} == {"4540", "4560", "4590"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--gross", "500.00", "--days", "0"], "invalid_hours"),
        (["--gross", "500.00", "--days", "32"], "invalid_hours"),
        (["--gross", "500.00", "--hours", "-1"], "invalid_hours"),
        (["--gross", "500.00", "--hours", "1e9"], "invalid_hours"),
        (["--gross", "500.00", "--hours", "0.001"], "invalid_hours"),
        (["--gross", "500.00", "--hours", "NaN"], "invalid_hours"),
        (["--gross", "500.00", "--part-time", "0"], "invalid_part_time"),
        (["--gross", "500.00", "--part-time", "150%"], "invalid_part_time"),
        (["--gross", "500.00", "--part-time", "1/0"], "invalid_part_time"),
        (["--gross", "500.00", "--part-time", "half"], "invalid_part_time"),
        (["--gross", "500.00", "--flat-tax"], "flat_tax_not_allowed"),
        (["--gross", "500.00", "--non-resident"], "unsupported_situation"),
        (["--gross", "500.00", "--age", "18"], "unsupported_situation"),
        (["--gross", "500.00", "--disabled-children", "1"], "contradictory_situation"),
        (["--gross", "500.00", "--spouse-low-income"], "contradictory_situation"),
        (["--gross", "500.00", "--allowance", "year_end"], "annual_gross_missing"),
        (
            ["--gross", "500.00", "--allowance", "year_end", "--annual-gross", "1", "--type", "artistic"],
            "allowance_not_computed",
        ),
        (["--gross", "500.00", "--allowance", "year_end", "--annual-gross", "x"], "invalid_amount"),
        (["--net", "0.00"], "invalid_amount"),
        (["--net", "5000000.00"], "gross_out_of_reach"),
        (["--budget", "0.01"], "budget_too_small"),
        (["--budget", "100.00", "--type", "interim"], "no_rate_in_force"),
        (["--gross", "100.00", "--type", "interim"], "no_rate_in_force"),
    ],
)
def test_refusals_by_code(options: list[str], code: str) -> None:
    assert refused(*options) == code


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--gross", "500.00", "--net", "400.00"],
        ["--gross", "500.00", "--hours", "10", "--days", "1"],
        ["--gross", "500.00", "--hours", "10", "--part-time", "1/2"],
        ["--gross", "500.00", "--annual-gross", "1.00"],
        ["--net", "500.00", "--allowance", "year_end", "--annual-gross", "1.00"],
        ["--gross", "500.00", "--allowance", "year_end", "--annual-gross", "1.00", "--days", "1"],
        ["--gross", "500.00", "--allowance", "arrears", "--annual-gross", "1.00"],
    ],
)
def test_options_that_contradict_each_other(options: list[str]) -> None:
    with pytest.raises(CommandError):
        ask(*options)


@pytest.mark.parametrize("day", ["2025-01-31", "2026-01-15", "2026-02-27", "2027-01-04", "2024-12-31"])
def test_months_whose_figures_were_not_found_are_refused(day: str) -> None:
    assert refused("--gross", "3000.00", day=day) == "no_rate_in_force"
