"""Documents that wait for us at the access point: a port, and a folder that plays it.

Source: Peppol receives on behalf of its participants; an access point keeps what came until it is fetched and
acknowledged. Without a contract the simulator is a folder: whoever puts an XML file in
`<simulators>/peppol/inbox/<cooperative>/` has sent it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.conf import settings

from core.errors import DomainError
from core.models import Cooperative
from core.scanning import ScannerAway
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.purchases.enums import Origin
from invoicing.purchases.port import Answer, Inbox, Waiting
from invoicing.purchases.services import receive_document
from invoicing.ubl.intake import LARGEST

log = logging.getLogger(__name__)

NETWORK = Actor.system("electronic network")
MOST_AT_ONCE = 200


class FolderInbox:
    """The simulator: files of a folder; taken ones go to `taken`, rejected ones to `rejected` with a reason,
    answers to `answers`.

    A file larger than any document is read only as far as is needed to refuse it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def waiting(self, most: int) -> Iterator[Waiting]:
        """Files whose names end in .xml, by name."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*.xml"))[:most]:
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as stream:
                yield Waiting(path.name, stream.read(LARGEST + 1))

    def acknowledge(self, key: str) -> None:
        """Move it away."""
        self._move(key, "taken")

    def reject(self, key: str, reason: str) -> None:
        """Move it away with the reason beside it."""
        target = self.folder / "rejected"
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{key}.txt").write_text(reason, encoding="utf-8")
        self._move(key, "rejected")

    def answer(self, answer: Answer) -> None:
        """Write it down, once per document and code."""
        target = self.folder / "answers"
        target.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(answer), ensure_ascii=False)
        (target / f"{answer.key}-{answer.code}.json").write_text(text, encoding="utf-8")

    def _move(self, key: str, where: str) -> None:
        target = self.folder / where
        target.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # another worker was faster; the document is kept once all the same
            (self.folder / key).replace(target / key)


def inbox_of(cooperative: Cooperative) -> Inbox:
    """Where the documents of a cooperative wait."""
    return FolderInbox(settings.SIMULATORS / "peppol" / "inbox" / cooperative.slug)


def fetch_documents(cooperative: Cooperative, *, inbox: Inbox, on: date) -> tuple[int, int]:
    """Keep what waits at the access point, then acknowledge it; answers how many were kept and rejected.

    Called outside of any scope: each document is kept in a transaction of its own, so that none waits for
    another. Whoever is killed between keeping and acknowledging finds the document again and keeps it once.
    When no scanner answers, what is left waits.
    """
    kept = rejected = 0
    for waiting in inbox.waiting(MOST_AT_ONCE):
        try:
            with tenant_scope(cooperative):
                receive_document(
                    content=waiting.content,
                    name=waiting.key,
                    origin=Origin.NETWORK,
                    received_on=on,
                    actor=NETWORK,
                )
        except ScannerAway:
            log.warning("no scanner: documents of the network wait")
            break
        except DomainError as refusal:
            log.info("a document of the network was rejected: %s", refusal.code)
            inbox.reject(waiting.key, refusal.detail)
            rejected += 1
            continue
        inbox.acknowledge(waiting.key)
        kept += 1
    return kept, rejected
