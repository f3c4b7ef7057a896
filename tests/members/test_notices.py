"""People hear by mail of what touches their money, their log-in and their rights."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from core import mailing
from core.models import Cooperative
from core.outbox import deliver, relay_once
from core.tenancy import tenant_scope
from members.enums import Role
from members.models import Person
from members.notices.models import Notice
from members.notices.services import notify, send_waiting_notices
from members.services import end_role, grant_role, update_person
from tests.factories import actor, make_person


def carry(cooperative: Cooperative) -> None:
    """Carry all news, as relay and worker do."""
    while due := relay_once(cooperative):
        for message_id, attempt in due:
            deliver(cooperative, message_id, attempt)


@pytest.fixture
def nora(cooperative_be: Cooperative) -> Person:
    with tenant_scope(cooperative_be):
        return make_person(first_name="Nora", user=True)


def test_a_new_account_is_told_to_its_owner_whoever_changed_it(
    cooperative_be: Cooperative, nora: Person
) -> None:
    with tenant_scope(cooperative_be):
        clerk = make_person(Role.COOP_ADMIN)
        update_person(person_id=nora.pk, actor=actor(clerk), iban="BE71096123456769")
    carry(cooperative_be)

    assert send_waiting_notices(cooperative_be) >= 1
    letter = next(m for m in mail.outbox if nora.email in m.to and "compte" in m.subject)
    assert letter.subject == "Votre numéro de compte a été modifié"
    assert "Bonjour Nora," in letter.body and "conseiller·ère" in letter.body
    assert "BE71" not in letter.body.replace(" ", ""), "a letter may be read by others: no account in it"
    assert send_waiting_notices(cooperative_be) == 0


def test_a_new_address_is_also_told_to_the_one_of_the_log_in(
    cooperative_be: Cooperative, nora: Person
) -> None:
    assert nora.user is not None
    log_in = nora.user.email
    with tenant_scope(cooperative_be):
        update_person(person_id=nora.pk, actor=actor(nora), email="ailleurs@exemple.be")
    carry(cooperative_be)
    send_waiting_notices(cooperative_be)

    assert {m.to[0] for m in mail.outbox if "adresse" in m.subject} == {"ailleurs@exemple.be", log_in}


def test_a_role_given_and_ended_is_told(cooperative_be: Cooperative, nora: Person) -> None:
    with tenant_scope(cooperative_be):
        boss = make_person(Role.COOP_ADMIN)
        grant = grant_role(
            person=nora, role=Role.FINANCE, valid_from=date(2026, 11, 2), actor=actor(boss), today=None
        )
        end_role(grant_id=grant.pk, on=date(2026, 12, 1), actor=actor(boss))
    carry(cooperative_be)

    with tenant_scope(cooperative_be):
        letters = Notice.objects.filter(person=nora, recipient=nora.email).order_by("pk")
        _, given, ended = letters
        assert "2 novembre 2026" in given.body and "1 décembre 2026" in ended.body
        assert given.subject == f"Vous avez reçu le rôle « {Role.FINANCE.label} »"


def test_the_same_news_told_twice_is_one_letter(cooperative_be: Cooperative, nora: Person) -> None:
    with tenant_scope(cooperative_be):
        for _ in range(2):
            notify(person=nora, kind="iban_changed", cause=nora.pk)
        assert Notice.objects.filter(person=nora, recipient=nora.email).count() == 1


def test_a_mail_server_that_is_down_delays_letters_and_gives_up_in_sight(
    cooperative_be: Cooperative, nora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> int:
        raise ConnectionRefusedError("no mail server")

    with tenant_scope(cooperative_be):
        notify(person=nora, kind="iban_changed", cause=nora.pk)
    monkeypatch.setattr(EmailBackend, "send_messages", down)
    monkeypatch.setattr(mailing, "LEASE", mailing.LEASE * 0)
    monkeypatch.setattr(mailing, "PAUSE", mailing.PAUSE * 0)

    assert send_waiting_notices(cooperative_be) == 0
    with tenant_scope(cooperative_be):
        letter = Notice.objects.get(person=nora, recipient=nora.email)
        assert (letter.state, letter.attempt) == ("failed", mailing.MOST_ATTEMPTS)
        assert letter.error.startswith("ConnectionRefusedError")
    assert mail.outbox == []
