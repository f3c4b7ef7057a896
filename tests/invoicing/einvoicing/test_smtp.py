"""Letters leave through a real mail server when the settings name one."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import ClassVar

import pytest
from django.test import override_settings

from core.documents import render_one
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import ClientMessage
from invoicing.services import send_invoice, send_waiting_messages
from smart.settings import mail_backend
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative


class MailServer(socketserver.StreamRequestHandler):
    """The few words of RFC 5321 that a letter needs; refuses recipients at `refused.example`."""

    letters: ClassVar[list[tuple[str, bytes]]] = []

    def handle(self) -> None:
        """One conversation."""
        self.say("220 mail.example")
        recipient = ""
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb in ("EHLO", "HELO"):
                self.say("250 mail.example")
            elif verb == "RCPT" and "refused.example" in words:
                self.say("550 nobody of that name")
            elif verb == "RCPT":
                recipient = words.partition(":")[2].strip(" <>")
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                content = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    content += part.removeprefix(b".") if part.startswith(b"..") else part
                MailServer.letters.append((recipient, content))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, words: str) -> None:
        """Answer."""
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[None]:
    """A mail server on this machine, and the settings that name it."""
    MailServer.letters.clear()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer)
    server.daemon_threads = True
    worker = threading.Thread(target=server.serve_forever, daemon=True)
    worker.start()
    with override_settings(
        EMAIL_BACKEND=mail_backend("smtp"), EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.server_address[1]
    ):
        yield
    server.shutdown()
    server.server_close()
    worker.join(5)


def send(cooperative: Cooperative, address: str) -> ClientMessage:
    """A person is sent an invoice by e-mail; the house works until the letter left or failed."""
    with tenant_scope(cooperative):
        load_cooperative()
        activity = make_activity()
        client = make_client(
            activity, kind="consumer", vat_number="", enterprise_number="", name="Anna Dubois", email=address
        )
        invoice = make_invoice(activity, client)
        send_invoice(invoice_id=invoice.pk, on=NOVEMBER, actor=SYSTEM, sentence="À bientôt !")
    while render_one(cooperative):
        pass
    send_waiting_messages(cooperative)
    with tenant_scope(cooperative):
        return ClientMessage.objects.get()


@pytest.mark.usefixtures("mail_server")
def test_a_letter_reaches_the_mail_server_whole(cooperative_be: Cooperative) -> None:
    row = send(cooperative_be, "anna@example.org")
    assert row.state == "sent"
    ((recipient, content),) = MailServer.letters
    assert recipient == "anna@example.org"
    letter = email.message_from_bytes(content, policy=default)
    assert isinstance(letter, EmailMessage)
    assert letter["Message-ID"] == f"<{row.pk}@be.smart.example>"
    assert letter["Subject"] == row.subject
    assert letter["Reply-To"]
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and "À bientôt !" in text.get_content()
    assert html is not None and "À bientôt !" in html.get_content()
    (enclosed,) = letter.iter_attachments()
    assert enclosed.get_content_type() == "application/pdf"
    assert enclosed.get_content().startswith(b"%PDF-1.7")


@pytest.mark.usefixtures("mail_server")
def test_a_refused_recipient_is_tried_again_later(cooperative_be: Cooperative) -> None:
    row = send(cooperative_be, "anna@refused.example")
    assert (row.state, row.attempt) == ("pending", 1)
    assert row.error.startswith("SMTPRecipientsRefused")
    assert MailServer.letters == []


def test_the_settings_name_the_way_of_letters() -> None:
    assert mail_backend("smtp") == "django.core.mail.backends.smtp.EmailBackend"
    assert mail_backend("files") == mail_backend("") == "django.core.mail.backends.filebased.EmailBackend"
    assert mail_backend("some.module.Backend") == "some.module.Backend"
