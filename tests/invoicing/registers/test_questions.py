"""What registers are asked about clients, what they answer, and what is kept of it as evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from core.tenancy import tenant_scope
from invoicing.enums import DocumentKind
from invoicing.models import Client
from invoicing.registers import selectors, services
from invoicing.registers.enums import CheckState, Outcome, Register
from invoicing.registers.errors import NothingToAsk
from invoicing.registers.models import RegisterAnswer, RegisterCheck
from invoicing.registers.standing import tell
from invoicing.services import create_client
from tests.activities.builders import make_activity
from tests.cluster import FreshDatabase
from tests.factories import SYSTEM, load_cooperative

LUXEMBOURG = "LU26375245"
BELGIAN = "BE0403019261"


@pytest.fixture
def house(fresh_database: FreshDatabase, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """The Belgian cooperative, and simulated registers that were told nothing yet."""
    from core.models import Cooperative

    settings.SIMULATORS = tmp_path
    cooperative, _ = Cooperative.objects.get_or_create(
        slug="be", defaults={"id": 1, "name": "Smart Belgique", "country": "BE", "languages": ["fr"]}
    )
    with tenant_scope(cooperative):
        load_cooperative()
    yield cooperative


def firm(number: str = LUXEMBOURG, country: str = "LU", **fields: Any) -> Client:
    return create_client(
        kind="business", name="Zoo S.A.", vat_number=number, country=country, actor=SYSTEM, **fields
    )


def test_a_new_number_is_asked_about_once_and_the_answer_is_evidence(house: Any) -> None:
    with tenant_scope(house):
        client = firm()
        assert services.ask_about(client) == 2
        assert services.ask_about(client) == 0, "what is being asked is left alone"
        assert selectors.vat_number_standing(LUXEMBOURG) is None

    services.carry_due(house)

    with tenant_scope(house):
        evidence = RegisterAnswer.objects.get(register=Register.VIES)
        assert (evidence.number, evidence.outcome, evidence.source) == (LUXEMBOURG, "valid", "simulator")
        assert evidence.consultation, "we asked in our own name, so the consultation has a number"
        assert selectors.vat_number_standing(LUXEMBOURG) is Outcome.VALID
    assert services.carry_due(house) == 0


def test_an_unknown_number_is_invalid_and_a_state_that_is_away_says_nothing(house: Any) -> None:
    tell("vies", LUXEMBOURG, "unknown")
    tell("vies", "LU", "")
    with tenant_scope(house):
        services.ask_about(firm())
    services.carry_due(house)
    tell("vies", LUXEMBOURG, "away")
    with tenant_scope(house):
        services.ask_again(client=Client.objects.get(), actor=SYSTEM)
    services.carry_due(house)

    with tenant_scope(house):
        now = selectors.standing(Register.VIES, LUXEMBOURG)
        assert now.last is not None
        assert (now.last.outcome, now.last.reason) == ("unavailable", "MS_UNAVAILABLE")
        assert now.outcome == "invalid", "silence takes nothing back"
        assert now.asking, "and it is asked again by itself"


def test_a_register_that_is_away_is_asked_again_later_and_later_and_given_up_at_last(house: Any) -> None:
    tell("vies", "LU", "slow")
    with tenant_scope(house):
        services.ask_about(firm())
        RegisterCheck.objects.filter(register=Register.PEPPOL).delete()
    pauses = []
    for _ in range(services.MOST_TRIES):
        before = timezone.now()
        assert services.carry_due(house) == 1
        with tenant_scope(house):
            row = RegisterCheck.objects.get()
            pauses.append(row.next_attempt_at - before)
            RegisterCheck.objects.update(next_attempt_at=before)
    assert pauses[0] < timedelta(minutes=3)
    assert pauses[-1] <= services.MOST_PAUSE + timedelta(seconds=5)
    with tenant_scope(house):
        assert RegisterCheck.objects.get().state == CheckState.FAILED
        assert set(RegisterAnswer.objects.values_list("outcome", flat=True)) == {"timeout"}
    assert services.carry_due(house) == 0


def test_the_answer_of_a_carrier_who_lost_the_lease_is_not_kept(house: Any) -> None:
    with tenant_scope(house):
        services.ask_about(firm())
        row = RegisterCheck.objects.get(register=Register.VIES)
        errand = services._prepare(row.pk)
        assert errand is not None
        assert services._prepare(row.pk) is None, "it is leased"
        RegisterCheck.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        later = services._prepare(row.pk)
        assert later is not None

        services._record(errand, services._call(errand))
        assert not RegisterAnswer.objects.exists()
        services._record(later, services._call(later))
        assert RegisterAnswer.objects.count() == 1


def test_old_answers_are_asked_for_again_while_somebody_uses_the_number(house: Any) -> None:
    with tenant_scope(house):
        services.ask_about(firm())
    services.carry_due(house)
    with tenant_scope(house):
        assert services.ask_about_old() == 0
        old = timezone.now().date() - timedelta(days=selectors.RECHECK_DAYS + 400)
        RegisterCheck.objects.filter(register=Register.VIES).update(answered_on=old)
        assert services.ask_about_old() == 1
        RegisterCheck.objects.update(state=CheckState.ANSWERED, answered_on=old)
        Client.objects.update(vat_number="")
        RegisterCheck.objects.filter(register=Register.PEPPOL).delete()
        assert services.ask_about_old() == 0
        assert RegisterCheck.objects.get().answered_on is None


def test_who_receives_electronic_invoices(house: Any) -> None:
    with tenant_scope(house):
        activity = make_activity()
        client = firm(BELGIAN, "BE", activity_id=activity.pk)
        person = create_client(kind="consumer", name="Nora", actor=SYSTEM)
        assert selectors.participant_of(client) == "0208:0403019261"
        assert selectors.receives_einvoices(client) is None, "nobody asked yet"
        assert selectors.receives_einvoices(person) is False
        tell("peppol", "0208:0403019261", "known")
        services.ask_about(client)
    services.carry_due(house)
    with tenant_scope(house):
        assert selectors.receives_einvoices(client) is True
        assert selectors.receives_einvoices(client, DocumentKind.CREDIT_NOTE) is True
        tell("peppol", "0208:0403019261", "unknown")
        services.ask_again(client=client, actor=SYSTEM)
    services.carry_due(house)
    with tenant_scope(house):
        assert selectors.receives_einvoices(client) is False
        with pytest.raises(NothingToAsk):
            services.ask_again(client=person, actor=SYSTEM)
        assert not RegisterCheck.objects.filter(state=CheckState.WAITING).exists()
