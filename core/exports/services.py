"""The only writer of lists as files: ask, make, end."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone, translation

from core import audit
from core.access import identity_in
from core.doorbell import ring
from core.enums import DocumentState
from core.errors import DomainError
from core.exports.enums import ExportForm
from core.exports.errors import ListNotFound, TooManyExports
from core.exports.models import ExportPart, ListExport
from core.exports.sources import ListSource, source_for
from core.exports.writing import WRITERS, write_zip
from core.models import Cooperative, User
from core.privacy.house import start_of
from core.tenancy import current_cooperative, tenant_scope
from core.types import Actor

log = logging.getLogger(__name__)

MOST_ROWS = 200_000
"""Rows of a file: more than that no spreadsheet shows well, and nobody reads."""

MOST_DOCUMENTS = 300
"""Documents of a zip: they may have to be made while somebody waits."""

BATCH = 1_000
DAYS = 7
"""How long a file is kept."""

MOST_WAITING = 5
"""Files of one person that may wait at the same time."""

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
PAUSE = timedelta(seconds=15)
"""Half of the first pause between attempts; it doubles each time."""
OPEN = (DocumentState.PENDING, DocumentState.RUNNING)
_HARMLESS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d(-\d\d)?|[a-z_]{1,20}")
FREE_TEXT = frozenset({"q"})


@transaction.atomic
def ask_export(
    *, key: str, form: str, filters: QueryDict, user: User, language: str, at: datetime, actor: Actor
) -> ListExport:
    """Somebody wants a list as a file, with the filters in force. Each call asks for another one. `at` is the
    moment in the cooperative's clock, from which its week counts.

    Raises `ListNotFound`, `FiltersUnreadable`, `TooManyExports`; then nothing is written.
    """
    identity = identity_in(user, current_cooperative())
    source = source_for(key, identity.roles)
    if form == ExportForm.ZIP and source.document is None:
        raise ListNotFound
    source.rows(identity.person, identity.roles, filters)
    waiting = ListExport.objects.filter(user_id=user.pk, state__in=OPEN).count()
    if waiting >= MOST_WAITING:
        raise TooManyExports(count=waiting)
    export = ListExport.objects.create(
        list=key,
        form=ExportForm(form),
        filters={name: values for name, values in filters.lists() if any(values)},
        language=language[:2],
        user_id=user.pk,
        asked_by=actor.label[:120],
        asked_at=at,
    )
    audit.record(actor, "exports.asked", export, list=key, form=form, filters=_told(export.filters))
    ring("exports.make", current_cooperative().pk)
    return export


def make_one(cooperative: Cooperative) -> bool:
    """Take the longest waiting file and make it; False when none waits. Outside of any scope.

    Leased in one transaction and made in another, with the rights that the person has at that moment. A
    killed worker leaves no piece; its file is taken up again when the lease runs out. A failure stays on the
    row.
    """
    with tenant_scope(cooperative):
        taken = _lease()
    if taken is None:
        return False
    export_id, attempt = taken
    try:
        with tenant_scope(cooperative):
            _make(export_id, attempt)
    except DomainError as refusal:
        with tenant_scope(cooperative):
            _give_up(export_id, attempt, refusal.code, final=True)
    except Exception as error:  # noqa: BLE001 - the row keeps the failure; the next file must still be made
        log.exception("export %s failed", export_id)
        with tenant_scope(cooperative):
            _give_up(export_id, attempt, type(error).__name__, final=False)
    return True


def _lease() -> tuple[UUID, int] | None:
    moment = timezone.now()
    export = (
        ListExport.objects.filter(state__in=OPEN)
        .filter(Q(lease_until=None) | Q(lease_until__lt=moment))
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if export is None:
        return None
    if export.state == DocumentState.RUNNING and export.attempt % MOST_ATTEMPTS == 0:
        _give_up(export.pk, export.attempt, "worker_lost", final=True)
        return (export.pk, export.attempt)
    export.state, export.lease_until = DocumentState.RUNNING, moment + LEASE
    export.attempt += 1
    export.save(update_fields=["state", "lease_until", "attempt"])
    return (export.pk, export.attempt)


def _make(export_id: UUID, attempt: int) -> None:
    """Write the pieces. The row is held meanwhile, so that nobody else takes it whatever its lease says."""
    export = (
        ListExport.objects.filter(pk=export_id, attempt=attempt, state=DocumentState.RUNNING)
        .select_for_update(of=("self",))
        .first()
    )
    if export is None:
        return
    user = User.objects.filter(pk=export.user_id, is_active=True).first()
    identity = identity_in(user, current_cooperative()) if user is not None else None
    source = source_for(export.list, identity.roles if identity else frozenset())
    asked = QueryDict(mutable=True)
    for name, values in export.filters.items():
        asked.setlist(name, values)
    person = identity.person if identity else None
    with translation.override(export.language):
        most = MOST_DOCUMENTS if export.form == ExportForm.ZIP else MOST_ROWS
        found = source.rows(person, identity.roles if identity else frozenset(), asked)
        reading = _Reading(source, found, most)
        if export.form == ExportForm.ZIP and source.document is not None:
            pieces = write_zip(source.columns(), reading.rows(), str(source.label), source.document)
        else:
            pieces = WRITERS[export.form](source.columns(), reading.rows(), str(source.label))
        export.size = 0
        for number, content in enumerate(pieces):
            ExportPart.objects.create(export=export, number=number, content=content)
            export.size += len(content)
    export.state, export.done_at, export.lease_until = DocumentState.DONE, timezone.now(), None
    export.rows, export.cut, export.error = reading.count, reading.cut, ""
    export.save()
    actor = Actor("user", export.asked_by, export.user_id, person.pk if person else None)
    audit.record(
        actor, "exports.made", export, list=export.list, form=export.form, rows=export.rows, cut=export.cut,
        filters=_told(export.filters),
    )  # fmt: skip


class _Reading:
    """The rows of a list in batches of keys: `count` and `cut` are known at the end."""

    def __init__(self, source: ListSource, rows: QuerySet[Any], most: int) -> None:
        self.source = source
        self.most = most
        self.wanted = rows.order_by("pk")
        self.count = 0
        self.cut = False

    def rows(self) -> Iterator[Any]:
        """Row by row, `most` at most."""
        last: Any = None
        while True:
            following = self.wanted if last is None else self.wanted.filter(pk__gt=last)
            batch = list(following[:BATCH])
            if not batch:
                return
            last = batch[-1].pk
            if self.source.dress is not None:
                self.source.dress(batch)
            for row in islice(batch, self.most - self.count):
                self.count += 1
                yield row
            if self.count >= self.most:
                self.cut = self.wanted.filter(pk__gt=row.pk).exists()
                return


def _give_up(export_id: UUID, attempt: int, error: str, *, final: bool) -> None:
    """Wait, longer each time, or give up. Attempts are never counted anew: they fence late holders."""
    failures = attempt % MOST_ATTEMPTS
    over = final or not failures
    ListExport.objects.filter(pk=export_id, attempt=attempt, state=DocumentState.RUNNING).update(
        state=DocumentState.FAILED if over else DocumentState.PENDING,
        error=error[:60],
        lease_until=timezone.now() + (timedelta(0) if over else PAUSE * 2**failures),
    )


def _told(filters: dict[str, list[str]]) -> dict[str, str]:
    """Filters as the audit trail keeps them: choices, keys and days; what somebody typed is not kept."""
    return {
        name: ",".join(
            value if name not in FREE_TEXT and _HARMLESS.fullmatch(value) else "*" for value in values
        )
        for name, values in filters.items()
    }


def ended(before: date) -> QuerySet[ListExport]:
    """Files whose week is over on a day that many days later; their pieces go with them."""
    return ListExport.objects.filter(asked_at__lt=start_of(before))
