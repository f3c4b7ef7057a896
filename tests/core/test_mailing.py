"""A letter that cannot go holds up no other, and says at once why it stays."""

from __future__ import annotations

import socket
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from core import mailing
from core.models import Cooperative, DocumentJob, StoredFile
from core.tenancy import tenant_scope
from invoicing.models import Client, ClientMessage
from invoicing.services import send_waiting_messages
from invoicing.services.messages import write_message
from tests.activities.builders import NOVEMBER, make_activity, make_client
from tests.factories import load_cooperative


@pytest.fixture
def client(cooperative_be: Cooperative) -> Client:
    with tenant_scope(cooperative_be):
        load_cooperative()
        return make_client(make_activity())


def write(client: Client, subject: str, *documents: Any) -> ClientMessage:
    return write_message(
        client=client, kind="reminder", subject=subject, body="Bonjour.", on=NOVEMBER, document_ids=documents
    )


def stands(be: Cooperative) -> list[tuple[str, str]]:
    with tenant_scope(be):
        return list(ClientMessage.objects.order_by("pk").values_list("state", "error"))


def test_a_letter_whose_document_the_disk_lost_holds_up_no_other(
    cooperative_be: Cooperative, client: Client
) -> None:
    document = uuid4()
    with tenant_scope(cooperative_be):
        lost = StoredFile.objects.create(
            sha256="0" * 64, size=1, content_type="application/pdf", name="a.pdf"
        )
        DocumentJob.objects.create(kind="invoice_pdf", source_id=document, state="done", file=lost)
        write(client, "Facture", document)
        write(client, "Rappel")

    assert send_waiting_messages(cooperative_be) == 1
    assert [letter.subject for letter in mail.outbox] == ["Rappel"]
    assert stands(cooperative_be) == [("failed", "FileGone"), ("sent", "")]


def test_a_letter_that_no_server_would_take_is_not_tried_again(
    cooperative_be: Cooperative, client: Client
) -> None:
    with tenant_scope(cooperative_be):
        write(client, "Facture\nBcc: everybody@example.org")
        write(client, "Rappel")

    assert send_waiting_messages(cooperative_be) == 1
    assert [letter.subject for letter in mail.outbox] == ["Rappel"]
    assert stands(cooperative_be) == [("failed", "BadHeaderError"), ("sent", "")]


def test_a_letter_waits_for_its_document(cooperative_be: Cooperative, client: Client) -> None:
    with tenant_scope(cooperative_be):
        letter = write(client, "Facture", uuid4())

    assert send_waiting_messages(cooperative_be) == 0
    assert mail.outbox == []
    with tenant_scope(cooperative_be):
        letter.refresh_from_db()
        assert (letter.state, letter.attempt) == ("pending", 0)


def test_a_server_that_is_away_is_asked_again(
    cooperative_be: Cooperative, client: Client, settings: Any
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening: refused
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()
        with tenant_scope(cooperative_be):
            letter = write(client, "Facture")
        assert send_waiting_messages(cooperative_be) == 0
    with tenant_scope(cooperative_be):
        letter.refresh_from_db()
        assert (letter.state, letter.attempt) == ("pending", 1)
        assert letter.error.startswith("ConnectionRefusedError")
        assert mailing.MOST_ATTEMPTS > 1
