"""The base of commands that other programs call."""

import json
from datetime import date
from decimal import Decimal as D
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from core.commands import JsonCommand, json_ready
from core.errors import DomainError


class Closed(DomainError):
    code = "closed"
    message = "The shop %(name)s is closed."


class Check(JsonCommand):
    """A check that finds what it is told."""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--breaks", type=int, default=0)
        parser.add_argument("--closed", action="store_true")

    def answer(self, **options: Any) -> dict[str, object]:
        if options["closed"]:
            raise Closed(name="A")
        return {"ok": not options["breaks"], "total": D("10.50")}

    def exit_status(self, answer: dict[str, object]) -> int:
        return 0 if answer["ok"] else 1


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = 0
    try:
        Check().run_from_argv(["manage.py", "check_shop", *arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_answer_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {"ok": True, "total": "10.50"}


def test_a_check_that_finds_something_answers_in_full_and_exits_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, "--breaks", "2", "--json")
    assert status == 1
    assert json.loads(out)["ok"] is False


def test_without_json_the_answer_is_read_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys)[1] == "ok: true\ntotal: 10.50\n"


def test_a_refusal_exits_2_with_code_and_detail(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--closed", "--json")
    assert (status, out) == (2, "")
    assert json.loads(err) == {"code": "closed", "detail": "The shop A is closed."}


def test_arguments_that_make_no_sense_are_refused_in_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for wrong in (["--breaks", "many"], ["--unknown"], ["stray"]):
        status, out, err = run(capsys, *wrong)
        assert (status, out) == (2, "")
        assert json.loads(err)["code"] == "invalid_arguments"


def test_called_from_code_the_refusal_is_an_exception() -> None:
    with pytest.raises(Closed):
        call_command(Check(), closed=True, stdout=StringIO())


def test_what_json_lacks_becomes_text() -> None:
    key = UUID(int=1)
    assert json_ready({"on": date(2026, 11, 2), "id": key, "rate": D("0.0650"), "all": (1, None)}) == {
        "on": "2026-11-02",
        "id": str(key),
        "rate": "0.0650",
        "all": [1, None],
    }
    assert json_ready(D("1E+3")) == "1000"
