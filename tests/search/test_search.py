"""Finding things: by how people write them, and never what is not theirs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from core.models import Cooperative, OutboxMessage
from core.outbox import drain
from core.search.models import SearchWord
from core.search.selectors import find
from core.search.services import rebuild
from core.search.words import after, amount_in, question_words, words_of
from core.tenancy import current_cooperative, tenant_scope
from members.enums import Role
from tests.activities.builders import make_activity, make_client, make_invoice
from tests.factories import load_cooperative, make_person

D = Decimal


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("1210,00", "=1210.00"),
        ("1.210,00 €", "=1210.00"),
        ("1 210,00", "=1210.00"),
        ("1 210,00", "=1210.00"),
        ("1210.00 EUR", "=1210.00"),
        ("-45,10", None),
        ("1210", None),
        ("PA-2026-00012", None),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, word: str | None) -> None:
    assert amount_in(written) == (word if word else amount_in(written) and "=45.10")


def test_a_number_is_found_with_and_without_its_signs() -> None:
    words = words_of("+++090/9337/55493+++", "PA-2026-00012")

    assert {"090933755493", "pa202600012", "2026", "00012"} <= words
    assert question_words("090/9337/55493")[0] == ["090933755493"]
    assert question_words("+++090/9337/55493+++")[0] == ["090933755493"]


def test_a_prefix_is_a_range() -> None:
    assert "dup" <= "dupont" < after("dup") == "duq"
    assert after("\ud7ff") == "\ue000"


@pytest.fixture
def town(tenant: Cooperative) -> dict[str, Any]:
    """Two members with an Activity, a client and an invoice each, their adviser, and staff; indexed."""
    load_cooperative()
    adviser = make_person(Role.ADVISER, first_name="Éloïse", last_name="Van den Berghe")
    people: dict[str, Any] = {"adviser": adviser, "finance": make_person(Role.FINANCE)}
    for name, last, amount in (("nora", "Peeters", "500.00"), ("mehdi", "Claes", "640.00")):
        person = make_person(
            first_name=name.title(), last_name=last, user=True, adviser=adviser if name == "nora" else None
        )
        activity = make_activity(person, name=f"Atelier {name.title()}")
        client = make_client(activity, name=f"Théâtre {last}")
        from tests.activities.builders import two_days

        people |= {
            name: person,
            f"{name}_activity": activity,
            f"{name}_client": client,
            f"{name}_invoice": make_invoice(activity, client, two_days(amount)),
        }
    rebuild(current_cooperative())
    return people


def found(question: str, person: Any, *roles: Role) -> dict[str, list[str]]:
    return {
        group.kind: [hit.title for hit in group.hits]
        for group in find(question, person=person, roles=frozenset(roles))
    }


def test_staff_find_everything_by_name_number_communication_and_amount(town: dict[str, Any]) -> None:
    invoice, finance = town["nora_invoice"], town["finance"]

    assert found("theatre pee", finance, Role.FINANCE)["client"] == ["Théâtre Peeters"]
    assert found(invoice.number, finance, Role.FINANCE) == {"invoice": [invoice.number]}
    written = f"+++{invoice.communication[:3]}/{invoice.communication[3:7]}/{invoice.communication[7:]}+++"
    assert found(written, finance, Role.FINANCE) == {"invoice": [invoice.number]}
    assert found("1 210,00", finance, Role.FINANCE) == {"invoice": [invoice.number]}
    assert found("ATELIER mehdi", finance, Role.FINANCE)["activity"] == ["Atelier Mehdi"]


def test_accents_and_the_order_of_words_do_not_matter(town: dict[str, Any]) -> None:
    lead = make_person(Role.ADVISER_LEAD)

    for question in ("eloise", "berghe éloïse", "VAN ELO", "van den"):
        assert found(question, lead, Role.ADVISER_LEAD)["person"] == ["Éloïse Van den Berghe"]


def test_a_member_finds_their_own_and_nothing_of_others(town: dict[str, Any]) -> None:
    nora = town["nora"]

    assert found("atelier", nora, Role.MEMBER) == {"activity": ["Atelier Nora"]}
    assert found("theatre", nora, Role.MEMBER)["client"] == ["Théâtre Peeters"]
    for theirs in ("mehdi", "Claes", town["mehdi_invoice"].number, "1548,80", "Berghe"):
        assert found(theirs, nora, Role.MEMBER) == {}


def test_an_adviser_finds_their_portfolio(town: dict[str, Any]) -> None:
    adviser = town["adviser"]

    assert found("peeters", adviser, Role.ADVISER)["person"] == ["Nora Peeters"]
    assert found("atelier", adviser, Role.ADVISER) == {"activity": ["Atelier Nora"]}
    assert found("claes", adviser, Role.ADVISER) == {}


def test_a_stale_index_hides_but_never_shows_what_must_not_be_seen(town: dict[str, Any]) -> None:
    """Somebody puts Nora into the circle of Mehdi's Activity behind the house's back.

    she still sees nothing.
    """
    nora, activity = town["nora"], town["mehdi_activity"]
    SearchWord.objects.create(kind="activity", object_id=activity.pk, circle=nora.pk, word="secret")

    assert found("secret", nora, Role.MEMBER) == {}
    assert found("secret", town["finance"], Role.FINANCE) == {}


def test_what_changes_is_found_by_its_new_name_and_no_longer_by_the_old(town: dict[str, Any]) -> None:
    from invoicing.services import change_client
    from tests.factories import SYSTEM

    change_client(client_id=town["nora_client"].pk, actor=SYSTEM, name="Cirque du Midi")
    for message in OutboxMessage.objects.filter(topic="search.changed"):
        from core.registry import Message
        from core.search.services import reindex_subject

        reindex_subject(
            Message(message.pk, message.topic, message.subject_type, message.subject_id, message.payload)
        )

    assert found("cirque", town["nora"], Role.MEMBER)["client"] == ["Cirque du Midi"]
    assert "client" not in found("peeters", town["nora"], Role.MEMBER)


def test_every_act_keeps_the_index_as_a_rebuild_would_make_it(fresh_database: Any) -> None:
    """Whatever was done, the words that the news left behind are those that the whole rebuild gives."""
    cooperative = Cooperative.objects.create(
        id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"]
    )
    with tenant_scope(cooperative):
        load_cooperative()
        person = make_person(adviser=make_person(Role.ADVISER))
        activity = make_activity(person)
        client = make_client(activity)
        make_invoice(activity, client)
        from activities.services import submit_expense
        from tests.factories import actor

        submit_expense(
            activity_id=activity.pk, person=person, category="travel", amount_incl_vat=D("12.40"),
            vat_amount=D(0), incurred_on=date(2026, 11, 2), text="Tram", actor=actor(person),
            today=date(2026, 11, 2),
        )  # fmt: skip
        other = make_activity(make_person())
        from invoicing.services.clients import work_with

        work_with(client=client, activity_id=other.pk)
    drain(cooperative)

    def words() -> set[tuple[Any, ...]]:
        with tenant_scope(cooperative):
            return set(SearchWord.objects.values_list("kind", "object_id", "circle", "word"))

    left = words()
    rebuild(cooperative)
    assert left == words()
    assert {kind for kind, *_ in left} == {"person", "activity", "client", "invoice", "expense"}


def test_another_cooperative_finds_nothing(fresh_database: Any) -> None:
    here, there = (
        Cooperative.objects.create(id=key, slug=slug, name=slug, country="BE", languages=["fr"])
        for key, slug in ((1, "be"), (2, "fr"))
    )
    with tenant_scope(here):
        make_person(first_name="Nora", last_name="Peeters")
        rebuild(here)
    with tenant_scope(there):
        administrator = make_person(Role.COOP_ADMIN, first_name="Lou", last_name="Maes")
        rebuild(there)
        assert found("peeters", administrator, Role.COOP_ADMIN) == {}
        assert found("maes", administrator, Role.COOP_ADMIN) == {"person": ["Lou Maes"]}
        assert set(SearchWord.objects.values_list("tenant_id", flat=True)) == {2}


def test_pages_and_rest_answer_the_same(town: dict[str, Any], client: Browser) -> None:
    client.force_login(town["nora"].user)

    page = client.get("/be/recherche/", {"q": "theatre"}).content.decode()
    part = client.get(
        "/be/recherche/", {"q": "theatre"}, headers={"HX-Target": "suggestions"}
    ).content.decode()
    rest = client.get("/be/api/v1/search/", {"q": "theatre"}).json()

    assert "Théâtre Peeters" in page and "Claes" not in page
    assert "Théâtre Peeters" in part and "<html" not in part
    assert [hit["title"] for group in rest for hit in group["hits"] if group["kind"] == "client"] == [
        "Théâtre Peeters"
    ]
    assert client.get("/be/api/v1/search/").status_code == 422
    nothing = client.get("/be/recherche/", {"q": "zzz <b>"}).content.decode()
    assert "Rien trouvé" in nothing and "<b>" not in nothing


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    town: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_client(town["nora_activity"], name=f"Théâtre numéro {number}")
    rebuild(current_cooperative())

    with django_assert_max_num_queries(9):
        groups = find("theatre", person=town["finance"], roles=frozenset({Role.FINANCE}))
    assert sum(len(group.hits) for group in groups) > 8
