"""The pages of contracts after they are written: amended, signed, corrected, copied, many at once."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

D = Decimal


@pytest.fixture
def browse(world: Any, client: Any, moment: Any) -> Any:
    """A browser of one of the people, on 2 November 2026 at nine."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 2))

    def as_person(person: Any) -> Any:
        if person.user_id is None:
            person.user = make_user(person.email)
            person.save(update_fields=["user"])
        client.force_login(person.user)
        return client

    return as_person


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u202f", " ").replace("\xa0", " "))


def amended(**changes: str) -> dict[str, str]:
    """What the form of an amendment sends back, with changes."""
    return {
        "starts_on": "2026-11-04",
        "ends_on": "2026-11-06",
        "hours": "22,8",
        "gross": "500,00",
        "place": "Bruxelles",
        "function_code": "informatique_graphisme",
        "description": "Graphisme",
        "reason": "Tarif revu",
    } | changes


def test_a_member_amends_and_signs_again(world: Any, browse: Any) -> None:
    contract = world.submit(world.contract())
    here = f"/be/contrats/{contract.pk}/"
    page = browse(world.worker)
    assert page.get(f"{here}avenant/").status_code == 200
    assert page.post(f"{here}avenant/", amended()).status_code == 422, "nothing changes"
    assert page.post(f"{here}avenant/", amended(gross="10,00")).status_code == 422
    assert page.post(f"{here}avenant/", amended(gross="600,00")).status_code == 302
    assert "Tarif revu" in text_of(page.get(here))
    reading = text_of(page.get(f"{here}signer/"))
    assert "600,00 EUR" in reading and "500,00 EUR" in reading
    assert page.post(f"{here}signer/", {"agreed": "yes", "shown": "0" * 64}).status_code == 409
    shown = re.search(r'name="shown" value="(\w{64})"', reading)
    assert shown is not None
    assert page.post(f"{here}signer/", {"agreed": "yes", "shown": shown[1]}).status_code == 302
    contract.refresh_from_db()
    assert contract.signed_at is not None
    evidence = contract.signatures.get(side="worker").evidence
    assert evidence["sha256"] == shown[1]
    assert len(evidence["address"]) == 64 and "127.0.0.1" not in str(evidence)


def test_nobody_signs_for_the_worker(world: Any, browse: Any) -> None:
    from activities.services import add_holder
    from members.enums import Role
    from tests.factories import make_person

    friend = make_person(Role.MEMBER)
    add_holder(activity_id=world.activity.pk, person=friend, actor=world.member)
    contract = world.submit(world.contract())
    count = contract.signatures.count()
    page = browse(friend)
    assert page.get(f"/be/contrats/{contract.pk}/signer/").status_code == 403
    answer = page.post(f"/be/contrats/{contract.pk}/signer/", {"agreed": "yes"})
    assert answer.status_code == 403
    assert contract.signatures.count() == count


def test_what_waits_for_my_signature_stands_first(world: Any, browse: Any) -> None:
    contract = world.submit(world.contract())
    page = browse(world.worker)
    assert f"/be/contrats/{contract.pk}/signer/" in text_of(page.get("/be/contrats/"))
    listed = f'/be/contrats/{contract.pk}/"'
    assert listed in text_of(page.get("/be/contrats/?unsigned=true&month=2026-11"))
    assert listed not in text_of(page.get("/be/contrats/?month=2026-09"))


def test_a_contract_that_began_unsigned_warns_the_payroll_administrator(
    world: Any, browse: Any, moment: Any
) -> None:
    from core.clock import set_clock

    contract = world.submit(world.contract())
    set_clock(world.cooperative, moment(2026, 11, 5))
    page = browse(world.clerk)
    assert "?unsigned=true" in text_of(page.get("/be/contrats/"))
    assert "art. 9" in text_of(page.get(f"/be/contrats/{contract.pk}/"))


def test_a_payroll_administrator_corrects_a_settled_month(world: Any, browse: Any, moment: Any) -> None:
    from datetime import date

    from core.clock import set_clock
    from payroll.services import settle_due

    contract = world.submit(world.contract())
    settle_due(on=date(2026, 11, 10), actor=world.member)
    set_clock(world.cooperative, moment(2026, 11, 10))
    month = contract.months.get()
    door = f"/be/contrats/mois/{month.pk}/corriger/"
    assert browse(world.worker).get(door).status_code == 403
    page = browse(world.clerk)
    assert door in text_of(page.get(f"/be/contrats/{contract.pk}/"))
    assert page.get(door).status_code == 200
    asked = {"hours": "-4", "gross": "-100,00", "reason": "Parti plus tôt"}
    assert page.post(door, asked | {"reason": ""}).status_code == 422
    assert page.post(door, asked).status_code == 302
    assert "Parti plus tôt" in text_of(page.get(f"/be/contrats/{contract.pk}/"))
    assert contract.months.get(number=1).budget == D("-155.00")


def test_a_student_above_the_quota_gets_two_drafts_by_one_click(world: Any, browse: Any) -> None:
    from payroll.models import ContractMonth, EmploymentContract

    year = world.submit(world.contract("2000.00", contract_type="student", hours=D("36")))
    ContractMonth.objects.filter(contract=year).update(hours=D("642"))
    from datetime import date

    days = {"starts_on": date(2026, 11, 16), "ends_on": date(2026, 11, 18)}
    draft = world.contract("600.00", contract_type="student", hours=D("24"), **days)
    page = browse(world.worker)
    refused = page.post(f"/be/contrats/{draft.pk}/soumettre/")
    assert refused.status_code == 409
    assert f"/be/contrats/{draft.pk}/scinder/" in text_of(refused)
    assert page.post(f"/be/contrats/{draft.pk}/scinder/").status_code == 302
    drafts = EmploymentContract.objects.filter(state="draft").order_by("starts_on")
    assert [(row.contract_type, row.hours) for row in drafts] == [
        ("student", D("8.00")),
        ("employee", D("16.00")),
    ]


def test_a_new_contract_is_offered_where_the_last_one_was_written(world: Any, browse: Any) -> None:
    from datetime import date

    from activities.services import approve_activity, request_activity
    from tests.factories import actor

    new = request_activity(
        person=world.worker,
        name="Ateliers du soir",
        tool="activity",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=date(2026, 10, 1),
        actor=actor(world.worker),
    )
    approve_activity(activity_id=new.pk, on=date(2026, 10, 1), actor=actor(world.adviser))
    page = browse(world.worker)
    here = f'name="activity" value="{world.activity.pk}"'
    assert here not in text_of(page.get("/be/contrats/nouveau/")), "nothing is written yet: the newest one"
    world.contract()

    assert here in text_of(page.get("/be/contrats/nouveau/"))
    assert here in text_of(page.get("/be/contrats/ensemble/"))
    assert here not in text_of(page.get(f"/be/contrats/nouveau/?activity={new.pk}"))


def test_a_model_is_kept_used_and_forgotten(world: Any, browse: Any) -> None:
    from payroll.models import ContractTemplate

    contract = world.contract()
    page = browse(world.worker)
    assert page.get("/be/contrats/modeles/").status_code == 200
    assert page.post(f"/be/contrats/{contract.pk}/modele/", {"name": "Concert"}).status_code == 302
    model = ContractTemplate.objects.get()
    assert "Concert" in text_of(page.get("/be/contrats/modeles/"))
    assert 'value="22,8"' in text_of(page.get(f"/be/contrats/nouveau/?template={model.pk}"))
    again = text_of(page.get(f"/be/contrats/nouveau/?from={contract.pk}"))
    assert 'value="2026-11-09"' in again and 'value="2026-11-12"' in again
    assert page.post(f"/be/contrats/modeles/{model.pk}/oublier/").status_code == 302
    assert not ContractTemplate.objects.exists()


def test_several_people_are_looked_at_then_submitted(world: Any, browse: Any) -> None:
    from payroll.models import ContractBatch, EmploymentContract
    from tests.factories import make_person

    other = make_person(first_name="Lou", last_name="Dubois", email="lou@example.org")
    page = browse(world.worker)
    door = "/be/contrats/ensemble/"
    assert page.get(door).status_code == 200
    asked = {
        "activity": str(world.activity.pk),
        "key": "montage",
        "contract_type": "employee",
        "description": "Montage",
        "function_code": "informatique_graphisme",
        "place": "Liège",
        "starts_on": "2026-11-06",
        "ends_on": "2026-11-06",
        "hours": "7,6",
        "paid_by": "gross",
        "amount": "180",
        "people": [str(world.worker.pk)],
        "others": "lou@example.org; 250,00",
        "act": "look",
    }
    seen = page.post(door, asked)
    assert seen.status_code == 200
    assert "666,50" in text_of(seen), "279.00 and 387.50"
    assert not EmploymentContract.objects.exists()
    unknown = page.post(door, asked | {"others": "Personne Inconnue"})
    assert unknown.status_code == 422
    done = page.post(door, asked | {"act": "do"})
    assert done.status_code == 302
    batch = ContractBatch.objects.get()
    assert [(row.person_id, row.state) for row in batch.rows.all()] == [
        (world.worker.pk, "submitted"),
        (other.pk, "submitted"),
    ]
    assert page.post(door, asked | {"act": "do"}).status_code == 302
    assert EmploymentContract.objects.count() == 2
    shown = text_of(page.get(f"{door}{batch.pk}/"))
    assert "Lou Dubois" in shown and "666,50" in shown
    assert page.post(f"{door}{batch.pk}/encore/").status_code == 302


def test_a_batch_of_others_is_not_there(world: Any, browse: Any) -> None:
    from members.enums import Role
    from payroll.services import BatchPerson, write_batch
    from tests.factories import make_person

    batch = write_batch(
        activity_id=world.activity.pk,
        key="k",
        shared={},
        people=[BatchPerson(world.worker.pk, {})],
        actor=world.member,
    )
    stranger = make_person(Role.MEMBER)
    assert browse(stranger).get(f"/be/contrats/ensemble/{batch.pk}/").status_code == 404


def test_the_paper_is_made_once_both_have_signed(world: Any, browse: Any, moment: Any) -> None:
    from payroll.services import sign_contract

    contract = world.submit(world.contract())
    page = browse(world.worker)
    door = f"/be/contrats/{contract.pk}/document/"
    assert page.get(door).status_code == 409
    sign_contract(
        contract_id=contract.pk,
        side="worker",
        on=moment(2026, 11, 2),
        actor=world.member,
        signer=world.worker,
    )
    assert page.get(door).status_code == 202, "it is being made"
    assert browse(world.adviser).get(door).status_code == 403, "an address is no adviser's business"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "Contrat de travail à durée déterminée"),
        ("nl", "Arbeidsovereenkomst voor bepaalde tijd"),
        ("de", "Befristeter Arbeitsvertrag"),
        ("en", "Fixed-term employment contract"),
    ],
)
def test_the_contract_speaks_the_workers_language(world: Any, language: str, title: str) -> None:
    from payroll.contract_paper import paper_of

    world.worker.language = language
    world.worker.save(update_fields=["language"])
    paper = paper_of(world.submit(world.contract()))
    assert paper.title == title
    assert len(paper.rows) > 8
    assert all(label and value for label, value in paper.rows)


def test_the_four_languages_have_the_same_words() -> None:
    from payroll.contract_words import LANGUAGES, wording

    assert len({frozenset(wording(language)) for language in LANGUAGES}) == 1


def test_the_paper_of_what_was_signed_stays_after_an_amendment(world: Any, moment: Any) -> None:
    from payroll.contract_paper import paper_of
    from payroll.services import amend_contract, sign_contract

    contract = world.submit(world.contract())
    sign_contract(
        contract_id=contract.pk,
        side="worker",
        on=moment(2026, 11, 2),
        actor=world.member,
        signer=world.worker,
    )
    before = paper_of(contract, 0)
    amend_contract(
        contract_id=contract.pk,
        gross=D("600.00"),
        reason="Tarif revu",
        on=moment(2026, 11, 2, 10),
        actor=world.member,
    )
    contract.refresh_from_db()
    assert paper_of(contract, 0) == before
    assert paper_of(contract).changes == (("Salaire brut", "500,00 EUR", "600,00 EUR"),)


def test_the_pdf_is_the_same_each_time_and_tagged(world: Any, moment: Any) -> None:
    import io

    import pikepdf

    from payroll.contract_documents import render_contract
    from payroll.services import sign_contract

    contract = world.submit(world.contract())
    signature = sign_contract(
        contract_id=contract.pk,
        side="worker",
        on=moment(2026, 11, 2),
        actor=world.member,
        signer=world.worker,
    )
    first, second = render_contract(signature.pk), render_contract(signature.pk)
    assert first.content == second.content
    with pikepdf.open(io.BytesIO(first.content)) as pdf:
        assert len(pdf.pages) == 1
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "fr"
