"""Pages of webhooks: what stands beside the fields of a form."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import Cooperative
from core.tenancy import tenant_scope
from core.webhooks import services, signing
from core.webhooks.models import WebhookEndpoint
from members.enums import Role
from tests.factories import SYSTEM, make_person

URL = "https://93.184.216.34/hook"


@pytest.mark.parametrize("version", ["x", "²", "-1", "9" * 5000, "x\x00", ""])
def test_a_version_that_is_none_changes_no_endpoint(cooperative_be: Cooperative, version: str) -> None:
    with tenant_scope(cooperative_be):
        administrator = make_person(Role.COOP_ADMIN, user=True)
        endpoint, _secret = services.register_endpoint(url=URL, events=["*"], actor=SYSTEM)
    assert administrator.user is not None
    browser = Client()
    browser.force_login(administrator.user)
    page = f"/be/webhooks/{endpoint.pk}/modifier/"
    sent = {"url": URL, "description": "compta", "events": ["*"]}

    assert browser.post(page, sent | {"version": version}).status_code == 422

    with tenant_scope(cooperative_be):
        assert WebhookEndpoint.objects.get().description == ""
    assert browser.post(page, sent | {"version": "1"}).status_code == 302


@pytest.mark.parametrize("timestamp", ["²", "-1", "9" * 5000, ""])
def test_a_receiver_takes_no_nonsense_for_a_time(timestamp: str) -> None:
    assert not signing.verify(
        b"{}", message_id="m", timestamp=timestamp, signature="v1,x", secret="whsec_eA==", now=0
    )
