"""The adviser's sheet of a member shows the Activities, and no other's."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import Cooperative
from core.tenancy import tenant_scope
from tests.activities.builders import make_activity
from tests.factories import load_cooperative, make_adviser, make_person

pytestmark = pytest.mark.django_db


def test_the_sheet_lists_the_activities_of_the_member_alone(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        adviser = make_adviser()
        member, idle = make_person(adviser=adviser), make_person(adviser=adviser)
        mine = make_activity(member, name="Atelier Lumières")
        make_activity(make_person(), name="Somebody else's")
    browser = Client()
    assert adviser.user is not None
    browser.force_login(adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(f"/be/membres/{member.pk}/").content.decode()
    assert "Atelier Lumières" in page
    assert f"/be/activites/{mine.pk}/" in page
    assert "Somebody else" not in page
    assert 'id="person-activities"' not in browser.get(f"/be/membres/{idle.pk}/").content.decode()
