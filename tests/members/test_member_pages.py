"""Each person's pages: joining, the profile, the adviser's portfolio, the administrator's desk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import AuditEvent, Cooperative, PolicyRate, User
from core.tenancy import tenant_scope
from members import services
from members.enums import Role
from members.models import AccessLog, AdviserNote, Person, RoleGrant
from members.selectors import masked_national_number, roles_of
from tests.factories import SYSTEM, actor, load_cooperative, make_adviser, make_person, make_user

NUMBER = "85073003328"
JOINING = {
    "first_name": "Lou",
    "last_name": "Maes",
    "national_number": "85.07.30-033.28",
    "street": "Rue Haute 1",
    "postal_code": "4000",
    "city": "Liège",
    "iban": "BE68 5390 0754 7034",
    "phone": "",
    "status": "single",
    "children": "0",
    "language": "fr",
}


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative with what it publishes; no scope stays open, as for a request."""
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def person_in(cooperative: Cooperative, *roles: Role, **fields: Any) -> tuple[Person, Client]:
    with tenant_scope(cooperative):
        person = make_person(*roles, user=True, **fields)
    assert person.user is not None
    return person, signed_in(person.user)


# --- joining ---------------------------------------------------------------------------------------------


def test_a_visitor_makes_an_account_first(be: Cooperative) -> None:
    answer = Client().get("/be/rejoindre/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/signup/?next=%2Fbe%2Frejoindre%2F"


def test_a_new_account_joins_on_one_page_and_meets_its_adviser(be: Cooperative) -> None:
    with tenant_scope(be):
        adviser = make_adviser(first_name="Mehdi", last_name="Renard")
    user = make_user()
    client = signed_in(user)
    assert client.get("/be/").headers["Location"] == "/be/rejoindre/"
    assert client.get("/be/rejoindre/").status_code == 200
    answer = client.post("/be/rejoindre/", JOINING, follow=True)
    assert answer.status_code == 200
    assert "Mehdi Renard" in answer.content.decode()
    with tenant_scope(be):
        person = Person.objects.get(user=user)
        assert (person.adviser, person.iban, person.birth_date) == (
            adviser,
            "BE68539007547034",
            date(1985, 7, 30),
        )
        assert roles_of(person, clock.today()) == {Role.MEMBER}
        assert person.family_status == "single"
        assert masked_national_number(person) == "85.**.**-***.**"


@pytest.mark.parametrize(
    ("field", "value"),
    [("iban", "BE68 5390 0754 7035"), ("national_number", "85073003329"), ("children", "")],
)
def test_what_is_wrong_is_said_beside_its_field_and_nobody_is_registered(
    be: Cooperative, field: str, value: str
) -> None:
    user = make_user()
    answer = signed_in(user).post("/be/rejoindre/", JOINING | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    with tenant_scope(be):
        assert not Person.objects.filter(user=user).exists()


def test_the_same_account_joins_a_second_cooperative(be: Cooperative, cooperative_fr: Cooperative) -> None:
    _person, client = person_in(be)
    answer = client.post("/fr/rejoindre/", {**JOINING, "birth_date": "1985-07-30"})
    assert answer.status_code == 302
    with tenant_scope(cooperative_fr):
        assert Person.objects.get().birth_date == date(1985, 7, 30)


# --- the profile -----------------------------------------------------------------------------------------


def test_the_profile_shows_who_read_my_number_and_why(be: Cooperative) -> None:
    adviser, _ = person_in(be, Role.ADVISER, first_name="Anna", last_name="Willems")
    person, client = person_in(be)
    with tenant_scope(be):
        services.reveal_national_number(
            person=person, actor=actor(adviser), purpose="declaration of 3 November"
        )
    page = client.get("/be/moi/").content.decode()
    assert "Anna Willems" in page
    assert "declaration of 3 November" in page


def test_i_change_my_address_and_my_family_from_today(be: Cooperative) -> None:
    person, client = person_in(be)
    fields = {
        "first_name": "Lou", "last_name": "Maes", "email": "lou@example.org", "phone": "",
        "street": "Rue Basse 2", "postal_code": "5000", "city": "Namur", "iban": "", "language": "nl",
    }  # fmt: skip
    assert client.post("/be/moi/modifier/", fields).status_code == 302
    today = clock.today(be).isoformat()
    family = {"status": "single", "children": "2", "single_parent": "on", "valid_from": today}
    assert client.post("/be/moi/famille/", family).status_code == 302
    with tenant_scope(be):
        changed = Person.objects.get(pk=person.pk)
        assert (changed.city, changed.language, changed.children, changed.single_parent) == (
            "Namur",
            "nl",
            2,
            True,
        )


def test_the_past_of_my_family_stays(be: Cooperative) -> None:
    _person, client = person_in(be)
    past = (clock.today(be) - timedelta(days=1)).isoformat()
    answer = client.post("/be/moi/famille/", {"status": "single", "children": "2", "valid_from": past})
    assert answer.status_code == 422


# --- the adviser -----------------------------------------------------------------------------------------


def test_the_portfolio_says_who_needs_me_and_leads_to_them(be: Cooperative) -> None:
    adviser, client = person_in(be, Role.ADVISER)
    with tenant_scope(be):
        idris = make_person(first_name="Idris", last_name="Claes", adviser=adviser)
        nora = make_person(first_name="Nora", last_name="Peeters", adviser=adviser, national_number="")
        services.write_note(
            person=idris,
            author=adviser,
            text="Asks for a longer contract",
            written_on=clock.today(),
            follow_up_on=clock.today(),
            actor=actor(adviser),
        )
        make_person(first_name="Somebody", last_name="Else")
    answer = client.get("/be/portefeuille/")
    assert [need.person for need in answer.context["needs"]] == [idris, nora]
    page = answer.content.decode()
    assert f"/be/membres/{idris.pk}/" in page
    assert "Asks for a longer contract" in page
    assert "Somebody" not in page
    assert client.get("/be/").headers["Location"] == "/be/portefeuille/"


def test_the_list_is_searched_by_the_beginning_of_a_name(be: Cooperative) -> None:
    adviser, client = person_in(be, Role.ADVISER)
    with tenant_scope(be):
        make_person(first_name="Idris", last_name="Claes", adviser=adviser)
        zoe = make_person(first_name="Zoé", last_name="Lambert", adviser=adviser)
    answer = client.get("/be/portefeuille/", {"q": "lamb"})
    assert [row["person"] for row in answer.context["rows"]] == [zoe]


def test_a_follow_up_is_closed_once(be: Cooperative) -> None:
    adviser, client = person_in(be, Role.ADVISER)
    with tenant_scope(be):
        person = make_person(adviser=adviser)
    sheet = f"/be/membres/{person.pk}/"
    day = clock.today(be).isoformat()
    assert (
        client.post(f"{sheet}notes/", {"kind": "call", "text": "Call again", "follow_up_on": day}).status_code
        == 302
    )
    with tenant_scope(be):
        note = AdviserNote.objects.get()
    closing = {"kind": "note", "text": "Called: all is well", "closes": str(note.pk)}
    assert client.post(f"{sheet}notes/", closing).status_code == 302
    assert client.post(f"{sheet}notes/", closing).status_code == 422
    assert "Called: all is well" in client.get(sheet).content.decode()
    with tenant_scope(be):
        assert AdviserNote.objects.count() == 2
    assert not client.get("/be/portefeuille/").context["needs"]


def test_reading_a_number_needs_a_reason_and_leaves_a_trace(be: Cooperative) -> None:
    adviser, client = person_in(be, Role.ADVISER)
    with tenant_scope(be):
        person = make_person(adviser=adviser, national_number=NUMBER)
    url = f"/be/membres/{person.pk}/numero-national/"
    refused = client.post(url, {"purpose": ""})
    assert refused.status_code == 422
    assert NUMBER not in refused.content.decode()
    answer = client.post(url, {"purpose": "Dimona of tomorrow"})
    assert NUMBER in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    with tenant_scope(be):
        assert [log.purpose for log in AccessLog.objects.all()] == ["Dimona of tomorrow"]


def test_a_member_of_another_portfolio_is_not_there(be: Cooperative) -> None:
    _adviser, client = person_in(be, Role.ADVISER)
    lead_person, lead = person_in(be, Role.ADVISER_LEAD)
    with tenant_scope(be):
        other = make_person(adviser=make_adviser(), national_number=NUMBER)
    assert client.get(f"/be/membres/{other.pk}/").status_code == 404
    assert client.post(f"/be/membres/{other.pk}/numero-national/", {"purpose": "x"}).status_code == 404
    assert lead.get(f"/be/membres/{other.pk}/").status_code == 200
    assert lead_person != other
    with tenant_scope(be):
        assert not AccessLog.objects.exists()


def test_a_team_lead_gives_a_member_another_adviser(be: Cooperative) -> None:
    _lead, client = person_in(be, Role.ADVISER_LEAD)
    with tenant_scope(be):
        person, adviser = make_person(), make_adviser()
    url = f"/be/membres/{person.pk}/conseil/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"adviser": adviser.pk, "backup": ""}).status_code == 302
    with tenant_scope(be):
        assert Person.objects.get(pk=person.pk).adviser == adviser
    answer = client.get("/be/portefeuille/", {"adviser": adviser.pk})
    assert answer.context["size"] == 1
    assert f'name="adviser" value="{adviser.pk}"' in answer.content.decode()


def test_one_note_is_written_about_several_members_of_mine_alone(be: Cooperative) -> None:
    adviser, client = person_in(be, Role.ADVISER)
    with tenant_scope(be):
        mine = [make_person(adviser=adviser) for _ in range(2)]
        other = make_person(adviser=make_adviser())
    url = "/be/portefeuille/ensemble/?" + "&".join(f"person={p.pk}" for p in [*mine, other])
    assert client.get(url).context["members"] == sorted(mine, key=lambda p: (p.search_key, p.pk))
    note = {"act": "note", "kind": "mail", "text": "New office hours"}
    assert client.post(url, note).status_code == 302
    assert client.post(url, note | {"text": ""}).status_code == 422
    assert client.post(url, {"act": "adviser", "adviser": adviser.pk}).status_code == 403
    assert client.get("/be/portefeuille/ensemble/?person=x").status_code == 302
    with tenant_scope(be):
        assert {row.person_id for row in AdviserNote.objects.all()} == {p.pk for p in mine}


def test_a_team_lead_hands_members_over_all_or_none(be: Cooperative) -> None:
    lead, client = person_in(be, Role.ADVISER_LEAD)
    with tenant_scope(be):
        away, cover = make_adviser(), make_adviser()
        members = [make_person(adviser=away) for _ in range(2)]
    url = "/be/portefeuille/ensemble/?" + "&".join(f"person={p.pk}" for p in [*members, cover])
    refused = client.post(url, {"act": "adviser", "adviser": cover.pk, "backup": ""})
    assert refused.status_code == 422
    with tenant_scope(be):
        assert not Person.objects.filter(adviser=cover).exists()
    url = "/be/portefeuille/ensemble/?" + "&".join(f"person={p.pk}" for p in members)
    assert client.post(url, {"act": "adviser", "adviser": away.pk, "backup": cover.pk}).status_code == 302
    with tenant_scope(be):
        assert Person.objects.filter(adviser=away, backup_adviser=cover).count() == 2
    assert lead != away


# --- the administrator -----------------------------------------------------------------------------------


def test_a_new_levy_holds_from_its_day_and_the_old_one_stays_readable(be: Cooperative) -> None:
    _admin, client = person_in(be, Role.COOP_ADMIN)
    start = clock.today(be) + timedelta(days=30)
    assert client.get("/be/politiques/nouvelle/?key=levy.rate").context["form"].initial["value"] == "6.5"
    new = {
        "key": "levy.rate",
        "value": "7",
        "valid_from": start.isoformat(),
        "source": "board of 12 November 2026",
    }
    assert client.post("/be/politiques/nouvelle/", new).status_code == 302
    with tenant_scope(be):
        from core.rates import policy

        assert str(policy("levy.rate", on=start).rate) == "0.07"
        assert str(policy("levy.rate", on=start - timedelta(days=1)).rate) == "0.065"
    page = client.get("/be/politiques/").content.decode()
    assert "board of 12 November 2026" in page or "7" in page


@pytest.mark.parametrize(
    ("key", "value", "days"),
    [
        ("levy.rate", "7", -1),
        ("levy.rate", "107", 1),
        ("levy.rate", "-5", 1),
        ("levy.rate", "NaN", 1),
        ("pay_delay", "7", 1),
        ("reminder_ladder.consumer", '[{"step": 1}]', 1),
        ("expense_approval_threshold", "250.001", 1),
    ],
)
def test_a_wrong_value_or_a_past_day_changes_no_policy(
    be: Cooperative, key: str, value: str, days: int
) -> None:
    _admin, client = person_in(be, Role.COOP_ADMIN)
    with tenant_scope(be):
        before = PolicyRate.objects.count()
    day = (clock.today(be) + timedelta(days=days)).isoformat()
    answer = client.post(
        "/be/politiques/nouvelle/", {"key": key, "value": value, "valid_from": day, "source": "board"}
    )
    assert answer.status_code == 422
    with tenant_scope(be):
        assert PolicyRate.objects.count() == before


def test_an_administrator_gives_and_ends_roles_of_others(be: Cooperative) -> None:
    admin, client = person_in(be, Role.COOP_ADMIN)
    with tenant_scope(be):
        person = make_person()
    url = f"/be/personnes/{person.pk}/roles/"
    today = clock.today(be).isoformat()
    assert client.post(url, {"role": "finance", "valid_from": today, "valid_to": ""}).status_code == 302
    assert client.post(url, {"role": "finance", "valid_from": today, "valid_to": ""}).status_code == 422
    with tenant_scope(be):
        grant = RoleGrant.objects.get(person=person, role=Role.FINANCE)
        assert grant.granted_by == admin
    assert client.post(f"/be/roles/{grant.pk}/fin/").status_code == 302
    with tenant_scope(be):
        assert roles_of(person, clock.today()) == {Role.MEMBER}


def test_an_administrator_gives_themselves_nothing(be: Cooperative) -> None:
    admin, client = person_in(be, Role.COOP_ADMIN)
    answer = client.post(
        f"/be/personnes/{admin.pk}/roles/", {"role": "finance", "valid_from": clock.today(be).isoformat()}
    )
    assert answer.status_code == 403
    with tenant_scope(be):
        assert roles_of(admin, clock.today()) == {Role.COOP_ADMIN}


def test_the_audit_is_narrowed_and_leafed_through(be: Cooperative) -> None:
    _admin, client = person_in(be, Role.COOP_ADMIN)
    with tenant_scope(be):
        person = make_person()
        for number in range(60):
            services.update_person(person_id=person.pk, actor=SYSTEM, phone=str(number))
    today = clock.today(be).isoformat()
    first = client.get("/be/audit/", {"action": "members.person_upd", "since": today, "until": today})
    assert len(first.context["events"]) == 50
    second = client.get("/be/audit/" + first.context["older"])
    assert len(second.context["events"]) == 10
    assert not second.context["older"]
    assert not client.get("/be/audit/", {"until": "2020-01-01"}).context["events"]
    with tenant_scope(be):
        assert AuditEvent.objects.filter(action="members.person_updated").count() == 60


# --- who may open what -----------------------------------------------------------------------------------

EVERYBODY = frozenset(Role)
PAGES: dict[str, frozenset[Role]] = {
    "/be/moi/": EVERYBODY,
    "/be/moi/modifier/": EVERYBODY,
    "/be/moi/famille/": EVERYBODY,
    "/be/moi/numero-national/": EVERYBODY,
    "/be/bienvenue/": EVERYBODY,
    "/be/portefeuille/": frozenset({Role.ADVISER, Role.ADVISER_LEAD}),
    "/be/politiques/": frozenset({Role.COOP_ADMIN, Role.AUDITOR}),
    "/be/politiques/nouvelle/": frozenset({Role.COOP_ADMIN}),
    "/be/personnes/": frozenset({Role.COOP_ADMIN, Role.AUDITOR}),
    "/be/personnes/{pk}/roles/": frozenset({Role.COOP_ADMIN, Role.AUDITOR}),
    "/be/membres/{pk}/": frozenset({Role.ADVISER_LEAD, Role.COOP_ADMIN}),
    "/be/membres/{pk}/conseil/": frozenset({Role.ADVISER_LEAD, Role.COOP_ADMIN}),
    "/be/audit/": frozenset({Role.COOP_ADMIN, Role.AUDITOR}),
}


@pytest.mark.parametrize("role", Role)
def test_pages_open_to_their_roles_alone(be: Cooperative, role: Role) -> None:
    _person, client = person_in(be, role)
    with tenant_scope(be):
        other = make_person()
    for page, roles in PAGES.items():
        expected = {200} if role in roles else {403} if "membres" not in page else {403, 404}
        assert client.get(page.format(pk=other.pk)).status_code in expected, (role, page)


def test_signed_out_everything_leads_to_the_log_in(be: Cooperative) -> None:
    for page in PAGES:
        answer = Client().get(page.format(pk="01990000-0000-7000-8000-000000000000"))
        assert answer.status_code == 302
        assert "/accounts/" in answer["Location"]


def test_another_cooperative_is_another_world(be: Cooperative, cooperative_fr: Cooperative) -> None:
    """A team lead of Belgium sees nobody of France, and is nobody there."""
    _lead, client = person_in(be, Role.ADVISER_LEAD, Role.COOP_ADMIN)
    with tenant_scope(cooperative_fr):
        stranger = make_person(national_number=NUMBER)
        grant = RoleGrant.objects.get(person=stranger)
    for page in (f"/be/membres/{stranger.pk}/", f"/be/personnes/{stranger.pk}/roles/"):
        assert client.get(page).status_code == 404
    assert client.post(f"/be/membres/{stranger.pk}/numero-national/", {"purpose": "x"}).status_code == 404
    assert client.post(f"/be/roles/{grant.pk}/fin/").status_code == 404
    for page in ("/fr/portefeuille/", "/fr/politiques/", "/fr/audit/", f"/fr/membres/{stranger.pk}/"):
        assert client.get(page).status_code == 403
    with tenant_scope(cooperative_fr):
        assert not AccessLog.objects.exists()
        assert RoleGrant.objects.get(pk=grant.pk).valid_to is None


# --- queries do not grow with the rows ---------------------------------------------------------------------


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "url", ["/be/portefeuille/", "/be/personnes/", "/be/politiques/", "/be/audit/", "/be/moi/"]
)
def test_three_rows_cost_the_queries_of_one(be: Cooperative, url: str) -> None:
    me, client = person_in(be, Role.ADVISER, Role.ADVISER_LEAD, Role.COOP_ADMIN)

    def add_row() -> None:
        with tenant_scope(be):
            adviser = make_adviser()
            person = make_person(adviser=me, national_number="", user=True)
            services.write_note(
                person=person,
                author=me,
                text="Come back",
                written_on=clock.today(),
                follow_up_on=clock.today(),
                actor=actor(me),
            )
            services.reveal_national_number(person=me, actor=actor(adviser), purpose="test")

    add_row()
    one = queries_of(client, url)
    add_row()
    add_row()
    assert queries_of(client, url) == one


def test_three_notes_cost_the_queries_of_one(be: Cooperative) -> None:
    me, client = person_in(be, Role.ADVISER)
    with tenant_scope(be):
        person = make_person(adviser=me)

    def write() -> None:
        with tenant_scope(be):
            services.write_note(
                person=person, author=me, text="Called", written_on=clock.today(), actor=actor(me)
            )

    write()
    one = queries_of(client, f"/be/membres/{person.pk}/")
    write()
    write()
    assert queries_of(client, f"/be/membres/{person.pk}/") == one
