"""Each person finds the places of the work in few groups, and what is about the person in the own menu."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import Cooperative
from core.registry import NavEntry, nav_entries, register_nav
from core.tenancy import tenant_scope
from members.enums import Role
from tests.factories import make_person, make_user


def labels(groups: list[object]) -> list[tuple[str, list[str]]]:
    """What the side of the page shows: each heading with the names under it."""
    return [(group.label, [str(place.label) for place in group.places]) for group in groups]  # type: ignore[attr-defined]


def signed_in(cooperative: Cooperative, *roles: Role) -> Client:
    """A browser of somebody with these roles."""
    user = make_user()
    with tenant_scope(cooperative):
        make_person(*roles, user=user)
    client = Client()
    client.force_login(user)
    return client


def test_a_member_sees_the_work_in_groups_and_the_rest_in_the_own_menu(cooperative_be: Cooperative) -> None:
    page = signed_in(cooperative_be, Role.MEMBER).get("/be/factures/")

    assert labels(page.context["nav_groups"]) == [
        ("", ["Mes Activités"]),
        ("", ["Mission rapide"]),
        ("Vendre et acheter", ["Devis", "Factures", "Client·es", "Achats"]),
        ("Travail", ["Contrats", "Ma paie", "Mon dossier"]),
        ("", ["Mes parts"]),
    ]
    own = {str(place.label) for place in page.context["own_places"]}
    assert own == {"Mon profil", "Mes fichiers", "Programmes et jetons", "Mes données"}


def test_lists_that_belong_to_a_place_are_its_tabs(cooperative_be: Cooperative) -> None:
    page = signed_in(cooperative_be, Role.MEMBER).get("/be/heures/")

    tabs = [str(place.label) for place in page.context["family"]]
    assert tabs == ["Factures", "Factures récurrentes", "Heures", "Envois"]
    assert [str(place.label) for place in page.context["nav"] if place.active] == ["Factures"]


def test_a_tab_is_a_place_of_its_own_to_whoever_may_not_open_the_page_above(
    cooperative_be: Cooperative,
) -> None:
    adviser = signed_in(cooperative_be, Role.ADVISER).get("/be/cdi/absences/")
    payroll = signed_in(cooperative_be, Role.PAYROLL_ADMIN).get("/be/cdi/absences/")

    tabs = ["Contrats", "Contrats à durée indéterminée", "Absences", "Chômage temporaire"]
    assert [str(place.label) for place in payroll.context["family"]] == tabs
    assert [str(place.label) for place in payroll.context["nav"] if place.active] == ["Contrats"]
    assert [str(place.label) for place in adviser.context["family"]] == tabs[1:3]
    assert [str(place.label) for place in adviser.context["nav"] if place.active] == [tabs[1]]
    assert "Chômage temporaire" in [str(place.label) for place in adviser.context["nav"]]


def test_payroll_begins_with_the_month_and_what_it_declares(cooperative_be: Cooperative) -> None:
    client = signed_in(cooperative_be, Role.PAYROLL_ADMIN)

    assert client.get("/be/").headers["Location"] == "/be/cycle-de-paie/"
    first = labels(client.get("/be/cycle-de-paie/").context["nav_groups"])[0]
    assert first[1][:3] == ["Mois de paie", "Déclarations", "Déclarations périodiques"]


def test_whoever_keeps_the_money_begins_at_the_bank(cooperative_be: Cooperative) -> None:
    client = signed_in(cooperative_be, Role.FINANCE)

    assert client.get("/be/").headers["Location"] == "/be/banque/"
    first = labels(client.get("/be/banque/").context["nav_groups"])[0]
    assert first == ("Argent", ["Banque", "Trésorerie", "Paiements", "Échéances"])


def test_two_places_never_share_a_key() -> None:
    known = nav_entries()[0]

    with pytest.raises(ValueError, match=known.key):
        register_nav(NavEntry(known.key, "Another", "landing", frozenset(), 1))

    assert known in nav_entries()
