"""A month run by programs: what their tokens allow, and two persons behind them whatever they hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.types import Actor

RUNS = "/be/api/v1/payroll-runs/"


@pytest.fixture
def months(world: Any, moment: Any) -> Any:
    """November settled, the clock in December, accounts for both payroll administrators."""
    from core.clock import set_clock
    from payroll.services import settle_due
    from tests.factories import make_user

    world.submit(world.contract())
    settle_due(on=date(2026, 12, 1), actor=Actor.system("settlement"))
    set_clock(world.cooperative, moment(2026, 12, 2))
    for person in (world.clerk, world.chief, world.worker):
        person.user = make_user(person.email)
        person.save(update_fields=["user"])
    return world


def token(world: Any, person: Any, *scopes: str) -> Any:
    """A browser that shows a token of the person."""
    from core.programs.services import issue_token

    text = issue_token(
        user=person.user, cooperative=world.cooperative, name="robot", scopes=list(scopes), days=30
    )[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def post(browser: Any, path: str, body: Any = None) -> Any:
    return browser.post(path, body or {}, content_type="application/json")


def test_a_token_that_reads_starts_and_approves_nothing(months: Any) -> None:
    from payroll.models import PayrollRun

    reader, other = token(months, months.clerk, "payroll:read"), token(months, months.clerk, "ledger:write")
    assert reader.get(RUNS).status_code == 200
    for browser in (reader, other):
        assert post(browser, RUNS, {"month": "2026-11-01", "entity": "PA"}).json()["code"] == "scope_missing"
    assert not PayrollRun.objects.exists()


def test_two_tokens_of_one_person_are_one_person(months: Any) -> None:
    """Nor does the page, signed in as the same, or any other token; a colleague's token does."""
    from payroll.models import PayrollRun
    from payroll.services.runs import work_run

    started = post(
        token(months, months.clerk, "payroll:write"), RUNS, {"month": "2026-11-01", "entity": "PA"}
    )
    assert started.status_code == 201, started.json()
    key = started.json()["id"]
    work_run(months.cooperative, key)
    page = Client()
    page.force_login(months.clerk.user)
    for browser in (token(months, months.clerk), token(months, months.clerk, "payroll:write"), page):
        refused = post(browser, f"{RUNS}{key}/approve/")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_person_needed")
    assert PayrollRun.objects.get().state == "review"
    assert post(token(months, months.worker), f"{RUNS}{key}/approve/").status_code == 403

    done = post(token(months, months.chief, "payroll:write"), f"{RUNS}{key}/approve/")
    assert (done.status_code, done.json()["state"]) == (200, "closing")
    assert PayrollRun.objects.get().approved_by_id == months.chief.pk


def test_somebody_without_a_role_here_is_nobody_here(months: Any, cooperative_fr: Any) -> None:
    """A token of another cooperative, one of this, and a session: none of them approves."""
    from core.programs.services import issue_token
    from payroll.models import PayrollRun
    from payroll.services.runs import work_run
    from tests.factories import make_user

    key = post(token(months, months.clerk), RUNS, {"month": "2026-11-01", "entity": "PA"}).json()["id"]
    work_run(months.cooperative, key)
    user = make_user("ailleurs@example.org")
    page = Client()
    page.force_login(user)
    browsers = [page]
    for cooperative in (months.cooperative, cooperative_fr):
        text = issue_token(user=user, cooperative=cooperative, name="x", scopes=[], days=30)[1]
        browsers.append(Client(headers={"Authorization": f"Bearer {text}"}))
    answers = [post(browser, f"{RUNS}{key}/approve/").status_code for browser in browsers]
    assert set(answers) <= {403, 404}
    assert PayrollRun.objects.get().state == "review"
