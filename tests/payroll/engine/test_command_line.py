"""The two pay commands as other programs call them: one process, one answer, or a refusal."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT,
    )


def answer(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refusal(*arguments: str) -> str:
    done = run(*arguments, "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    said = json.loads(done.stderr)
    assert set(said) == {"code", "detail"}
    assert said["detail"]
    code: str = said["code"]
    return code


def test_gross_to_net_of_3000() -> None:
    pay = answer("gross_to_net", "--country", "be", "--date", "2026-09-14", "--gross", "3000.00")

    lines = pay.pop("lines")
    assert pay == {
        "gross": "3000.00",
        "onss": "392.10",
        "work_bonus_a": "110.54",
        "work_bonus_b": "0.00",
        "taxable": "2718.44",
        "withholding_tax": "437.87",
        "special_contribution": "19.24",
        "net": "2261.33",
    }
    assert all({"code", "label", "base", "rate", "amount", "source"} <= set(line) for line in lines)
    assert [line["amount"] for line in lines if line["code"] == "net"] == ["2261.33"]


@pytest.mark.parametrize(
    ("options", "net"),
    [
        (["--status", "married_one_income", "--children", "3"], "2695.09"),
        (["--status", "married_two_incomes"], "2257.22"),
        (["--children", "1", "--single-parent"], "2365.33"),
        (["--type", "artistic"], "2248.73"),
    ],
)
def test_gross_to_net_by_family_and_contract(options: list[str], net: str) -> None:
    asked = ("gross_to_net", "--country", "be", "--date", "2026-09-14", "--gross", "3000.00")
    assert answer(*asked, *options)["net"] == net


def test_invoice_to_net_of_1000() -> None:
    fall = answer(
        "invoice_to_net",
        *("--country", "be", "--date", "2026-11-02", "--amount", "1000.00"),
        *("--expenses", "100.00", "--type", "employee", "--days", "1"),
    )

    assert fall.pop("steps")
    assert fall == {
        "levy": "65.00",
        "budget": "935.00",
        "expenses": "100.00",
        "employment_budget": "835.00",
        "gross": "538.71",
        "margin": "51.65",
        "net": "468.30",
    }


def test_without_json_the_answer_is_for_a_reader() -> None:
    done = run("gross_to_net", "--country", "be", "--date", "2026-09-14", "--gross", "3000.00")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].split() == ["Net", "à", "payer", "2261.33"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"--country": "fr"}, "no_payroll_engine"),
        ({"--country": "zz"}, "unknown_country"),
        ({"--date": "2027-01-04"}, "no_rate_in_force"),
        ({"--date": "2024-06-03"}, "no_rate_in_force"),
        ({"--date": "04/01/2026"}, "invalid_arguments"),
        ({"--gross": "-3000.00"}, "invalid_amount"),
        ({"--gross": "3000.001"}, "invalid_amount"),
        ({"--gross": "NaN"}, "invalid_amount"),
        ({"--gross": "0.00"}, "invalid_amount"),
        ({"--status": "divorced"}, "invalid_arguments"),
        ({"--children": "-1"}, "contradictory_situation"),
    ],
)
def test_gross_to_net_refuses_with_code_and_detail(changed: dict[str, str], code: str) -> None:
    asked = {"--country": "be", "--date": "2026-09-14", "--gross": "3000.00"} | changed
    assert refusal("gross_to_net", *(part for pair in asked.items() for part in pair)) == code


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"--country": "fr"}, "no_payroll_engine"),
        ({"--amount": "abc"}, "invalid_amount"),
        ({"--amount": "-1"}, "invalid_amount"),
        ({"--expenses": "-1"}, "invalid_amount"),
        ({"--expenses": "935.00"}, "budget_too_small"),
        ({"--days": "0"}, "invalid_hours"),
        ({"--days": "31"}, "invalid_hours"),
        ({"--days": "Infinity"}, "invalid_hours"),
        ({"--date": "2016-11-02"}, "no_rate_in_force"),
        ({"--type": "interim"}, "no_rate_in_force"),
    ],
)
def test_invoice_to_net_refuses_with_code_and_detail(changed: dict[str, str], code: str) -> None:
    asked = {"--country": "be", "--date": "2026-11-02", "--amount": "1000.00"} | changed
    assert refusal("invoice_to_net", *(part for pair in asked.items() for part in pair)) == code


def test_a_missing_argument_is_refused_in_the_same_form() -> None:
    assert refusal("gross_to_net", "--country", "be") == "invalid_arguments"


def test_the_pay_engine_runs_without_django_settings_or_database() -> None:
    """Pure: importing and using it configures nothing."""
    code = (
        "from datetime import date; from decimal import Decimal as D;"
        "from payroll.engine.month import gross_to_net; from payroll.engine.types import *;"
        "from payroll.engine.statutory import figures_of;"
        "d = date(2026, 9, 14);"
        "print(gross_to_net(WorkerType.EMPLOYEE, D('3000.00'), D('167.2'), work_month=d, paid_on=d,"
        " situation=Situation(), figures=figures_of('be')).amounts.net);"
        "import sys; print('django.db' in sys.modules, 'django.apps' in sys.modules and "
        "sys.modules['django.apps'].apps.ready)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT
    )
    assert done.stdout.split() == ["2261.33", "False", "False"]
