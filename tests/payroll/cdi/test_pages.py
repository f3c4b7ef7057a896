"""Pages and doors of open-ended contracts: who sees what, and the way from a proposal to a salary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import make_person
from tests.payroll.cdi.conftest import moment_of

D = Decimal


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Set the cooperative's day."""
    from core import clock

    def set_day(day: date) -> None:
        moment: datetime = moment_of(day)
        monkeypatch.setattr(clock, "now", lambda *_args: moment)
        monkeypatch.setattr(clock, "today", lambda *_args: day)

    return set_day


@pytest.fixture
def browser(client: Any) -> Callable[[Any], Any]:
    """Sign a person in."""
    from tests.factories import make_user

    def sign_in(person: Any) -> Any:
        if person.user is None:
            person.user = make_user()
            person.save()
        client.force_login(person.user)
        return client

    return sign_in


def form(**changes: str) -> dict[str, str]:
    """A proposal as the page sends it: 6,000.00 a month, full time."""
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "7,6")
    months = {f"income_{n}": "6000,00" for n in range(12)} | {f"costs_{n}": "0,00" for n in range(12)}
    given = {"valid_from": "2026-05-01", "basis": "smoothed", "gross": "", "category": "B"}
    more = {"holiday_days": "20", "place": "Bruxelles", "saturday": "0", "sunday": "0"}
    return {**days, **months, **given, **more, **changes}


def test_from_the_proposal_to_the_salary_by_pages(staff: Any, world: Any, at: Any, browser: Any) -> None:
    from payroll.cdi.models import SalaryProposal

    at(date(2026, 4, 20))
    me = browser(world.worker)
    page = me.get("/be/cdi/proposition/")
    assert page.status_code == 200
    answer = me.post("/be/cdi/proposition/", form(person=str(world.worker.pk)))
    proposal = SalaryProposal.objects.get()
    assert answer.headers["Location"] == f"/be/cdi/propositions/{proposal.pk}/"
    assert proposal.gross == D("3619.35")
    assert me.get(answer.headers["Location"]).status_code == 200
    assert f"/be/cdi/propositions/{proposal.pk}/" in me.get("/be/activites/").content.decode()
    me.post(f"/be/cdi/propositions/{proposal.pk}/accepter/", {"side": "worker"})
    assert me.post(f"/be/cdi/propositions/{proposal.pk}/accepter/", {"side": "adviser"}).status_code == 403

    them = browser(world.adviser)
    answer = them.post(f"/be/cdi/propositions/{proposal.pk}/accepter/", {"side": "adviser"})
    proposal.refresh_from_db()
    assert proposal.state == "agreed"
    assert answer.headers["Location"] == f"/be/cdi/{proposal.contract_id}/"
    page = them.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "style=" not in page.content.decode()
    assert them.get("/be/cdi/").status_code == 200
    assert them.get(f"/be/contrats/{proposal.contract_id}/").status_code == 200


def test_an_absence_by_pages(staff: Any, world: Any, at: Any, browser: Any) -> None:
    contract = staff.contract()
    at(date(2026, 4, 2))
    me = browser(world.worker)
    assert me.get(f"/be/cdi/{contract.pk}/absence/").status_code == 200
    answer = me.post(
        f"/be/cdi/{contract.pk}/absence/", {"kind": "unpaid_leave", "first_day": "2026-04-07", "half": ""}
    )
    away = contract.absences.get()
    assert answer.headers["Location"] == f"/be/cdi/absences/{away.pk}/"
    assert me.post(f"/be/cdi/absences/{away.pk}/decision/", {"act": "approve"}).status_code == 403
    assert me.get(f"/be/cdi/absences/{away.pk}/").status_code == 200
    again = me.post(
        f"/be/cdi/{contract.pk}/absence/", {"kind": "unpaid_leave", "first_day": "2026-04-07", "half": ""}
    )
    assert again.status_code == 422

    them = browser(world.adviser)
    assert str(away.pk) in them.get("/be/cdi/absences/?month=2026-04").content.decode()
    silent = them.post(f"/be/cdi/absences/{away.pk}/decision/", {"act": "refuse", "answer": ""})
    away.refresh_from_db()
    assert (silent.status_code, away.state) == (422, "asked"), "whoever refuses says why"
    assert them.post(f"/be/cdi/absences/{away.pk}/decision/", {"act": "approve"}).status_code == 302
    away.refresh_from_db()
    assert away.state == "approved"
    assert contract.months.get(month=date(2026, 4, 1)).hours == D("159.60")


def test_payroll_lends_ends_and_grants(staff: Any, world: Any, at: Any, browser: Any) -> None:
    contract = staff.contract()
    staff.day(date(2026, 4, 2), contract)
    at(date(2026, 4, 20))
    may = contract.salary_months.get(month=date(2026, 5, 1))
    clerk = browser(world.clerk)
    page = clerk.get(f"/be/cdi/{contract.pk}/").content.decode()
    assert f"/be/cdi/mois/{may.pk}/avance/" in page
    clerk.post(f"/be/cdi/mois/{may.pk}/avance/")
    chief = browser(world.chief)
    chief.post(f"/be/cdi/mois/{may.pk}/avance/")
    may.refresh_from_db()
    assert (may.state, may.lent) == ("planned", D("1219.98"))
    granted = {"year": "2026", "days": "5", "reason": "attestation"}
    assert chief.post(f"/be/cdi/{contract.pk}/conges/", granted).status_code == 302
    ended = {"last_day": "2026-05-15", "reason": "agreed", "ended_by": "both", "note": ""}
    for silent in ("reason", "ended_by"):
        refused = chief.post(f"/be/cdi/{contract.pk}/fin/", ended | {silent: ""})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [silent])
    assert chief.post(f"/be/cdi/{contract.pk}/fin/", ended).status_code == 302
    contract.refresh_from_db()
    assert contract.ends_on == date(2026, 5, 15)
    assert chief.get(f"/be/cdi/{contract.pk}/").status_code == 200


def test_nobody_else_sees_a_salary(staff: Any, world: Any, at: Any, browser: Any) -> None:
    from members.enums import Role
    from tests.factories import make_person

    contract = staff.contract()
    at(date(2026, 4, 2))
    for person in (make_person(), make_person(Role.ADVISER)):
        other = browser(person)
        assert other.get(f"/be/cdi/{contract.pk}/").status_code == 404
        assert other.get(f"/be/api/v1/open-ended-contracts/{contract.pk}/").status_code == 404
    assert browser(make_person(Role.FINANCE)).get(f"/be/cdi/{contract.pk}/").status_code == 403


def test_doors(staff: Any, world: Any, at: Any, browser: Any) -> None:
    contract = staff.contract()
    at(date(2026, 4, 2))
    me = browser(world.worker)
    shown = me.get(f"/be/api/v1/open-ended-contracts/{contract.pk}/").json()
    assert (shown["gross"], shown["ends_on"]) == ("3619.35", None)
    assert shown["months"][0]["budget"] == "5609.99"
    days = me.get(f"/be/api/v1/open-ended-contracts/{contract.pk}/days/?month=2026-04-01").json()
    assert len(days) == 22 and days[3] == {
        "day": "2026-04-06", "hours": "7.60", "code": "1", "paid": True, "kind": "", "public_holiday": True
    }  # fmt: skip
    made = me.post(
        "/be/api/v1/absences/",
        {"contract": str(contract.pk), "kind": "unpaid_leave", "first_day": "2026-04-07",
         "last_day": "2026-04-07"},
        content_type="application/json", headers={"Idempotency-Key": "a1"},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    adviser = browser(world.adviser)
    done = adviser.post(
        f"/be/api/v1/absences/{made.json()['id']}/decide/", {"approve": True},
        content_type="application/json", headers={"Idempotency-Key": "a2"},
    )  # fmt: skip
    assert done.json()["state"] == "approved"
    assert adviser.get("/be/api/v1/open-ended-contracts/").json()["results"][0]["id"] == str(contract.pk)


def test_what_needs_somebody(staff: Any, world: Any) -> None:
    """The member at home, the adviser in the portfolio, payroll in the list of exceptions."""
    from payroll.cdi import panels

    contract = staff.contract()
    staff.day(date(2026, 4, 2), contract)
    today = date(2026, 4, 2)
    (need,) = panels.needs(world.worker, [world.activity], today)
    assert need.tone == "danger" and "1\xa0219,98" in need.text
    (reason,) = panels.reasons([world.worker.pk], today)
    assert (reason.kind, reason.person_id) == ("salary_not_covered", world.worker.pk)
    (due,) = panels.coming_salaries(world.worker, today)
    assert (due.on, due.amount) == (date(2026, 5, 12), D("3619.35"))


def test_payroll_finds_whose_salary_it_proposes_by_name(
    staff: Any, world: Any, at: Any, browser: Any
) -> None:
    at(date(2026, 4, 2))
    clerk = browser(world.clerk)
    assert clerk.get("/be/cdi/proposition/").status_code == 200
    found = clerk.get("/be/cdi/proposition/?worker=peet").content.decode()
    door = f"/be/cdi/proposition/?activity={world.activity.pk}"
    assert door in found and clerk.get(door).context["activity"] == world.activity
    assert door not in clerk.get("/be/cdi/proposition/?worker=zzz").content.decode()

    stranger = make_person(user=True)
    nothing = browser(stranger).get("/be/cdi/proposition/?worker=peet").content.decode()
    assert str(world.activity.pk) not in nothing, "members are told that an Activity comes first"
