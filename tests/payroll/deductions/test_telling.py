"""Who is told of an advance, in which words and language; what “My pay” and the home page show of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.outbox import deliver, relay_once
from members.enums import Role
from members.notices.models import Notice
from tests.factories import make_person, make_user

D = Decimal
FRIDAY = date(2026, 11, 6)


@pytest.fixture
def friday(world: Any, moment: Any) -> Any:
    """Friday 6 November 2026: Nora's wages of Monday to Wednesday are settled and not due yet."""
    from core.clock import set_clock
    from core.types import Actor
    from payroll.services import settle_due

    set_clock(world.cooperative, moment(2026, 11, 6))
    world.submit(world.contract())
    settle_due(on=FRIDAY, actor=Actor.system("settlement"))
    return world


def carry(world: Any) -> None:
    """Carry all news, as relay and worker do."""
    while due := relay_once(world.cooperative):
        for message_id, attempt in due:
            deliver(world.cooperative, message_id, attempt)


def ask(world: Any, by: Any = None) -> Any:
    from payroll.deductions.services import ask_advance

    return ask_advance(
        person=world.worker, amount=D("100.00"), on=FRIDAY, actor=world.actor(by or world.worker)
    )


def letters(kind: str) -> list[Any]:
    return list(Notice.objects.filter(kind=kind).order_by("recipient"))


def test_those_who_may_decide_are_told_that_an_advance_waits(friday: Any) -> None:
    make_person(Role.FINANCE)
    ask(friday)
    carry(friday)

    told = letters("advance_asked")
    assert {row.person_id for row in told} == {friday.clerk.pk, friday.chief.pk}
    assert told[0].subject.replace("\u202f", " ").replace("\xa0", " ") == (
        "Nora Peeters demande une avance de 100,00 €"
    )
    assert "6 novembre 2026" in told[0].body and "%(" not in told[0].body


def test_whoever_enters_it_is_not_told_of_it(friday: Any) -> None:
    ask(friday, by=friday.clerk)
    carry(friday)

    assert [row.person_id for row in letters("advance_asked")] == [friday.chief.pk]


@pytest.mark.parametrize(
    ("language", "agreed", "refused"),
    [
        ("fr", "est accordée", "est refusée : Le solde suffit."),
        ("nl", "is goedgekeurd", "is geweigerd: Le solde suffit."),
        ("de", "ist bewilligt", "ist abgelehnt: Le solde suffit."),
        ("en", "is agreed", "is refused: Le solde suffit."),
    ],
)
def test_the_worker_reads_the_decision_in_their_language(
    friday: Any, language: str, agreed: str, refused: str
) -> None:
    from payroll.deductions.services import agree_advance, refuse_advance

    friday.worker.language = language
    friday.worker.save(update_fields=["language"])
    chief = friday.actor(friday.chief)
    agree_advance(advance_id=ask(friday).pk, on=FRIDAY, actor=chief)
    refuse_advance(advance_id=ask(friday).pk, answer="Le solde suffit.", on=FRIDAY, actor=chief)
    carry(friday)

    (yes,), (no,) = letters("advance_agreed"), letters("advance_refused")
    assert yes.person_id == no.person_id == friday.worker.pk
    assert agreed in yes.subject and agreed in yes.body
    assert refused in no.body and "100" in no.subject


def test_news_told_twice_writes_once_and_a_withdrawn_one_is_told_to_nobody(friday: Any) -> None:
    from core.models import OutboxMessage
    from core.registry import Message
    from payroll.deductions.listeners import advance_asked, advance_decided
    from payroll.deductions.services import agree_advance, withdraw_advance

    agree_advance(advance_id=ask(friday).pk, on=FRIDAY, actor=friday.actor(friday.chief))
    gone = ask(friday)
    withdraw_advance(advance_id=gone.pk, actor=friday.member)
    carry(friday)
    assert letters("advance_asked") == [], "both were answered before the news was carried"
    assert len(letters("advance_agreed")) == 1

    for row in OutboxMessage.objects.filter(topic__startswith="advance."):
        news = Message(row.pk, row.topic, row.subject_type, row.subject_id, row.payload)
        (advance_asked if row.topic == "advance.asked" else advance_decided)(news)
    assert Notice.objects.filter(kind__startswith="advance_").count() == 1


def test_my_pay_and_the_home_page_show_advance_and_answer(friday: Any, client: Any) -> None:
    from payroll.deductions.services import agree_advance, refuse_advance

    def page(path: str) -> str:
        text = client.get(f"/be{path}").content.decode()
        return text.replace("\u202f", " ").replace("\xa0", " ").replace("&nbsp;", " ")

    friday.worker.user = make_user(friday.worker.email)
    friday.worker.save(update_fields=["user"])
    client.force_login(friday.worker.user)
    assert "Avances et retenues" not in page("/paie/")

    first, second = ask(friday), ask(friday)
    asked = page("/paie/")
    assert f"/be/avances/{first.pk}/" in asked and "attend une réponse" in asked and "100,00 €" in asked
    assert "Votre avance" not in page("/activites/")

    chief = friday.actor(friday.chief)
    agree_advance(advance_id=first.pk, on=FRIDAY, actor=chief)
    refuse_advance(advance_id=second.pk, answer="Le solde suffit.", on=FRIDAY, actor=chief)
    decided, home = page("/paie/"), page("/activites/")
    assert "accordée, retenue sur la paie" in decided and "Le solde suffit." in decided
    assert "Votre avance de 100,00 € est refusée" in home and "Le solde suffit." in home


def test_another_member_sees_nothing_of_it(friday: Any, client: Any) -> None:
    ask(friday)
    other = make_person(user=True)
    client.force_login(other.user)

    assert "Avance du" not in client.get("/be/paie/").content.decode()


def test_members_find_advances_as_a_tab_of_their_pay_and_payroll_in_its_menu(
    friday: Any, client: Any
) -> None:
    friday.worker.user = make_user(friday.worker.email)
    friday.worker.save(update_fields=["user"])
    client.force_login(friday.worker.user)
    mine = client.get("/be/paie/").context
    assert "deductions.advances" in [place.key for place in mine["family"]]
    assert "deductions.advances" not in [place.key for place in mine["nav"]]

    friday.clerk.user = make_user(friday.clerk.email)
    friday.clerk.save(update_fields=["user"])
    client.force_login(friday.clerk.user)
    assert "deductions.advances" in [place.key for place in client.get("/be/avances/").context["nav"]]
