"""Both sides sign before the start, and again what an amendment changes; who has not is reminded once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

D = Decimal


def sign(world: Any, contract: Any, on: Any, **more: Any) -> Any:
    from payroll.services import sign_contract

    given = {"side": "worker", "signer": world.worker, "actor": world.member} | more
    return sign_contract(contract_id=contract.pk, on=on, **given)


def test_the_cooperative_signs_by_its_policy_and_the_worker_completes_it(world: Any, moment: Any) -> None:
    contract = world.submit(world.contract())
    employer = contract.signatures.get()
    assert (employer.side, employer.evidence["way"]) == ("employer", "policy")
    assert contract.signed_at is None
    worker = sign(world, contract, moment(2026, 11, 3))
    contract.refresh_from_db()
    assert contract.signed_at == moment(2026, 11, 3)
    assert worker.evidence["sha256"] == employer.evidence["sha256"], "both signed the same"


def test_without_the_policy_a_person_signs_for_the_employer(world: Any, moment: Any) -> None:
    from core.models import PolicyRate

    PolicyRate.objects.create(
        key="contract_employer_signs",
        valid_from=date(2026, 11, 1),
        value=False,
        source="décision",
        status="confirmed",
    )
    contract = world.submit(world.contract())
    assert not contract.signatures.exists()
    sign(world, contract, moment(2026, 11, 3), side="employer", actor=world.actor(world.clerk), signer=None)
    sign(world, contract, moment(2026, 11, 3, 10))
    contract.refresh_from_db()
    assert contract.signed_at == moment(2026, 11, 3, 10)


def test_an_amendment_is_signed_again_by_both(world: Any, moment: Any) -> None:
    from payroll.services import amend_contract

    contract = world.submit(world.contract())
    first = sign(world, contract, moment(2026, 11, 3))
    amend_contract(
        contract_id=contract.pk,
        gross=D("600.00"),
        reason="Tarif revu",
        on=moment(2026, 11, 3),
        actor=world.member,
    )
    contract.refresh_from_db()
    assert contract.signed_at is None
    second = sign(world, contract, moment(2026, 11, 3, 11))
    contract.refresh_from_db()
    assert contract.signed_at == moment(2026, 11, 3, 11)
    assert (first.number, second.number) == (0, 1)
    assert first.evidence["sha256"] != second.evidence["sha256"]


def test_what_is_signed_is_what_was_shown(world: Any, moment: Any) -> None:
    from payroll.contract_errors import ConsentMissing, DocumentChanged
    from payroll.services.contracts import contract_digest

    contract = world.submit(world.contract())
    count = contract.signatures.count()
    with pytest.raises(DocumentChanged):
        sign(world, contract, moment(2026, 11, 3), shown="0" * 64)
    with pytest.raises(ConsentMissing):
        sign(world, contract, moment(2026, 11, 3), agreed=False)
    assert contract.signatures.count() == count
    assert sign(world, contract, moment(2026, 11, 3), shown=contract_digest(contract)).pk


def test_the_day_before_the_start_who_has_not_signed_is_reminded_once(world: Any, moment: Any) -> None:
    from members.notices.models import Notice
    from payroll.services.contracts.signing import remind_unsigned

    contract = world.submit(world.contract())
    assert remind_unsigned(on=date(2026, 11, 3), moment=moment(2026, 11, 2)) == 0, "it starts on the 4th"
    assert remind_unsigned(on=date(2026, 11, 4), moment=moment(2026, 11, 3)) == 1
    assert remind_unsigned(on=date(2026, 11, 4), moment=moment(2026, 11, 3)) == 0
    assert Notice.objects.filter(person=world.worker, cause=contract.pk).exists()


def test_who_has_signed_is_not_written_to(world: Any, moment: Any) -> None:
    from members.notices.models import Notice
    from payroll.services.contracts.signing import remind_unsigned

    contract = world.submit(world.contract())
    sign(world, contract, moment(2026, 11, 2))
    assert remind_unsigned(on=date(2026, 11, 4), moment=moment(2026, 11, 3)) == 0
    assert not Notice.objects.filter(cause=contract.pk).exists()


def test_a_worker_who_did_not_make_the_contract_is_asked_to_sign_it(world: Any) -> None:
    from members.notices.models import Notice
    from payroll.services.contracts.signing import ask_signature
    from tests.factories import make_person

    guest = make_person(first_name="Lou")
    contract = world.submit(world.contract(person_id=guest.pk))
    own = world.submit(world.contract(starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 12)))
    for row in (contract, own, contract):
        ask_signature(row.pk)
    assert Notice.objects.filter(person=guest, kind="contract_to_sign").count() == 1
    assert not Notice.objects.filter(person=world.worker).exists()


def test_nobody_signs_for_both_sides(world: Any, moment: Any) -> None:
    """A payroll administrator's own contract is signed for the employer by a colleague."""
    from core.models import PolicyRate
    from payroll.contract_errors import OwnPay

    PolicyRate.objects.create(
        key="contract_employer_signs", valid_from=date(2026, 11, 1), value=False, source="décision",
        status="confirmed",
    )  # fmt: skip
    contract = world.submit(world.contract(person_id=world.clerk.pk))
    own = world.actor(world.clerk)
    for given in ({"actor": own, "signer": None}, {"actor": own, "signer": world.clerk}):
        with pytest.raises(OwnPay):
            sign(world, contract, moment(2026, 11, 3), side="employer", **given)
    assert not contract.signatures.exists()
    sign(world, contract, moment(2026, 11, 3), side="employer", actor=world.actor(world.chief), signer=None)
    assert contract.signatures.get().side == "employer"


@pytest.mark.parametrize("number", ["²", "٣", "-1", "9" * 5000, "x", ""])
def test_a_number_of_no_amendment_is_answered(world: Any, moment: Any, client: Any, number: str) -> None:
    from tests.factories import make_user

    contract = world.submit(world.contract())
    sign(world, contract, moment(2026, 11, 3))
    world.worker.user = make_user(world.worker.email)
    world.worker.save(update_fields=["user"])
    client.force_login(world.worker.user)
    answer = client.get(f"/be/contrats/{contract.pk}/document/", {"number": number})
    assert answer.status_code in (202, 409, 422)
