"""What waits at the access point is kept once, whatever happens between keeping and saying so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.models import Cooperative, OutboxMessage
from core.registry import Message
from core.tenancy import tenant_scope
from invoicing.purchases.handlers import purchase_refused
from invoicing.purchases.inbox import FolderInbox, Waiting, fetch_documents
from invoicing.purchases.models import Purchase
from invoicing.purchases.services import refuse_purchase
from invoicing.ubl import write_document
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.purchases.papers import DAY, paper, receive


@pytest.fixture
def house(cooperative_be: Cooperative) -> Cooperative:
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def content(house: Cooperative) -> bytes:
    with tenant_scope(house):
        return write_document(paper())


def kept(house: Cooperative) -> int:
    with tenant_scope(house):
        return Purchase.objects.count()


def test_a_folder_is_emptied_and_bad_files_are_rejected_with_a_reason(
    house: Cooperative, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_bytes(content)
    (tmp_path / "b.xml").write_bytes(b"<html/>")
    (tmp_path / "c.xml.part").write_bytes(content)
    (tmp_path / "d.xml").symlink_to("/etc/hostname")

    assert fetch_documents(house, inbox=FolderInbox(tmp_path), on=DAY) == (1, 1)

    assert kept(house) == 1
    assert (tmp_path / "taken" / "a.xml").read_bytes() == content
    assert (tmp_path / "rejected" / "b.xml.txt").read_text(encoding="utf-8")
    assert fetch_documents(house, inbox=FolderInbox(tmp_path), on=DAY) == (0, 0)


def test_a_missing_folder_holds_nothing(house: Cooperative, tmp_path: Path) -> None:
    assert fetch_documents(house, inbox=FolderInbox(tmp_path / "none"), on=DAY) == (0, 0)


def test_a_refusal_goes_back_to_who_sent_it(house: Cooperative, settings: Any, tmp_path: Path) -> None:
    settings.SIMULATORS = tmp_path
    with tenant_scope(house):
        purchase = receive(paper())
        refuse_purchase(purchase_id=purchase.pk, reason="Pas commandé", on=DAY, actor=SYSTEM)
        news = OutboxMessage.objects.get(topic="purchase.refused")
        message = Message(news.pk, news.topic, news.subject_type, news.subject_id, news.payload)
        for _twice in (1, 2):
            purchase_refused(message)

    folder = tmp_path / "peppol" / "inbox" / "be" / "answers"
    told = json.loads((folder / f"{purchase.pk}-RE.json").read_text(encoding="utf-8"))
    assert (told["code"], told["number"], told["reason"]) == ("RE", purchase.number, "Pas commandé")


def test_killed_before_saying_so_it_is_kept_once(house: Cooperative, content: bytes) -> None:
    class Killed(Exception):
        """The process ends here."""

    class Dying(FolderInbox):
        """Its acknowledgement never arrives, once."""

        alive = False

        def __init__(self) -> None:
            super().__init__(Path())

        def waiting(self, most: int) -> Iterator[Waiting]:
            yield Waiting("a", content)

        def acknowledge(self, key: str) -> None:
            if not self.alive:
                raise Killed

    inbox = Dying()
    with pytest.raises(Killed):
        fetch_documents(house, inbox=inbox, on=DAY)
    inbox.alive = True

    assert fetch_documents(house, inbox=inbox, on=DAY) == (1, 0)
    assert kept(house) == 1
