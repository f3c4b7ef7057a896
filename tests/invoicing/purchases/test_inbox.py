"""What waits at the access point is kept once, whatever happens between keeping and saying so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core.models import Cooperative
from core.operations.errors import NotDead
from core.tenancy import tenant_scope
from invoicing.purchases.given_up import ANSWERS
from invoicing.purchases.inbox import FolderInbox, fetch_documents
from invoicing.purchases.models import Purchase, SupplierAnswer
from invoicing.purchases.port import Answer, Waiting
from invoicing.purchases.services import carry_answers, receive_document, refuse_purchase
from invoicing.purchases.services.answering import MOST_FAILURES
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


def refused(house: Cooperative) -> Purchase:
    """A document of the network that somebody refused."""
    with tenant_scope(house):
        purchase = receive(paper())
        return refuse_purchase(purchase_id=purchase.pk, reason="Pas commandé", on=DAY, actor=SYSTEM)


def answer_of(house: Cooperative) -> SupplierAnswer:
    """The row of the one answer."""
    with tenant_scope(house):
        return SupplierAnswer.objects.get()


def due_again(house: Cooperative) -> None:
    """Pauses are over."""
    with tenant_scope(house):
        rows = SupplierAnswer.objects.filter(next_attempt_at__isnull=False)
        rows.update(next_attempt_at=timezone.now() - timedelta(seconds=1), lease_until=None)


class Closed(FolderInbox):
    """The way to the network is closed."""

    def answer(self, answer: Answer) -> None:
        raise ConnectionRefusedError


class Strange(FolderInbox):
    """The network answers what nobody understands."""

    def answer(self, answer: Answer) -> None:
        raise ValueError("<html>")


def test_a_refusal_goes_back_to_who_sent_it_once(house: Cooperative, tmp_path: Path) -> None:
    purchase = refused(house)
    inbox = FolderInbox(tmp_path)

    assert carry_answers(house, inbox=inbox) == 1
    assert carry_answers(house, inbox=inbox) == 0

    told = json.loads((tmp_path / "answers" / f"{purchase.pk}-RE.json").read_text(encoding="utf-8"))
    assert (told["code"], told["number"], told["reason"]) == ("RE", purchase.number, "Pas commandé")
    assert (answer_of(house).state, answer_of(house).attempt) == ("sent", 1)


def test_what_did_not_come_by_the_network_is_not_answered_there(house: Cooperative, content: bytes) -> None:
    with tenant_scope(house):
        brought = receive_document(
            content=content, name="a.xml", origin="upload", received_on=DAY, actor=SYSTEM
        ).purchase
        refuse_purchase(purchase_id=brought.pk, reason="Pas commandé", on=DAY, actor=SYSTEM)
        assert not SupplierAnswer.objects.exists()


def test_a_closed_way_is_tried_again_then_given_up_and_taken_up_by_a_person(
    house: Cooperative, tmp_path: Path
) -> None:
    refused(house)
    for _time in range(MOST_FAILURES):
        due_again(house)
        assert carry_answers(house, inbox=Closed(tmp_path)) == 1
    assert carry_answers(house, inbox=Closed(tmp_path)) == 0

    with tenant_scope(house):
        (dead,) = ANSWERS.find(10)
        assert (ANSWERS.count(), dead.code, dead.attempts) == (1, "ConnectionRefusedError", MOST_FAILURES)
        assert "Papeterie Lune" in dead.subject
        ANSWERS.retry(dead.id, timezone.now(), SYSTEM)
        with pytest.raises(NotDead):
            ANSWERS.retry(dead.id, timezone.now(), SYSTEM)
    assert carry_answers(house, inbox=FolderInbox(tmp_path)) == 1
    assert answer_of(house).state == "sent"


def test_a_network_that_nobody_understands_is_shown_at_once_and_may_be_dropped(
    house: Cooperative, tmp_path: Path
) -> None:
    refused(house)
    carry_answers(house, inbox=Strange(tmp_path))

    row = answer_of(house)
    assert (row.state, row.error, row.next_attempt_at) == ("failed", "ValueError", None)
    with tenant_scope(house):
        assert ANSWERS.drop is not None
        ANSWERS.drop(row.pk)
        assert ANSWERS.count() == 0


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
