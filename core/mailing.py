"""Letters by e-mail: rows written in the transaction of an act, sent apart, at least once.

A model of letters has the columns `recipient`, `subject`, `body`, `state` (pending, sent, failed), `attempt`,
`lease_until`, `sent_at` and `error`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.utils import timezone

from core.gateway import carry
from core.models import Cooperative
from core.tenancy import current_cooperative, tenant_scope

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
UNTIL_MADE = timedelta(minutes=1)
"""When to look again whether what goes with a letter is made."""
MOST_ATTEMPTS = 5
"""Then people are shown the letter; when they send it again, it has as many to come."""
PAUSE, MOST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Half of the first pause between attempts, which doubles each time, and the longest."""
PENDING, SENT, FAILED, DROPPED = "pending", "sent", "failed", "dropped"

Attach = Callable[[Any, EmailMultiAlternatives], bool]
"""Adds what goes with a letter; False: it is not made yet. Called in the scope in which it is written."""


def send_waiting(
    letters: Any, cooperative: Cooperative, *, attach: Attach | None = None, most: int = 100
) -> int:
    """Send what waits of a model of letters; answers how many left. Opens its own scopes: call it outside.

    Each letter is leased in one transaction, handed to the mail server outside any, and recorded in another;
    a holder whose lease ran out is fenced by the attempt number. A sender who dies in between leaves a letter
    that goes once more under the same Message-ID, by which mail programs know it again. A letter waits for
    what goes with it.
    """
    sent = 0
    for _ in range(most):
        with tenant_scope(cooperative):
            letter = _lease(letters)
        if letter is None:
            return sent
        mine = letters.objects.filter(pk=letter.pk, attempt=letter.attempt, state=PENDING)
        problem = carry(
            cooperative,
            prepare=partial(_written, letter, mine, attach),
            call=_send,
            record=partial(_record, letter, mine),
            fail=partial(_fail, mine),
        )
        sent += problem == ""
    return sent


def _written(letter: Any, mine: Any, attach: Attach | None) -> EmailMultiAlternatives | None:
    email = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.body,
        to=[letter.recipient],
        headers={"Message-ID": f"<{letter.pk}@{current_cooperative().slug}.smart.example>"},
    )
    if attach is not None and not attach(letter, email):
        mine.update(attempt=letter.attempt - 1, lease_until=timezone.now() + UNTIL_MADE)
        return None
    return email


def _send(email: EmailMultiAlternatives) -> str:
    """Hand a letter to the mail server; answers what keeps it from leaving now, nothing when it left."""
    try:
        email.send()
    except (SMTPException, OSError) as failure:
        log.warning("a letter did not leave: %s", type(failure).__name__)
        return f"{type(failure).__name__}: {failure}"[:300]
    return ""


def _record(letter: Any, mine: Any, email: EmailMultiAlternatives, problem: str) -> None:
    if not problem:
        mine.update(state=SENT, sent_at=timezone.now(), error="")
    elif failures := letter.attempt % MOST_ATTEMPTS:
        pause = min(PAUSE * 2**failures, MOST_PAUSE)
        mine.update(error=problem, lease_until=timezone.now() + pause)
    else:
        mine.update(state=FAILED, error=problem, lease_until=timezone.now())


def _fail(mine: Any, email: EmailMultiAlternatives | None, error: Exception) -> None:
    """A letter that cannot be written (what goes with it is gone) holds up no other one."""
    mine.update(state=FAILED, error=type(error).__name__, lease_until=timezone.now())


def _lease(letters: Any) -> Any:
    moment = timezone.now()
    letter = (
        letters.objects.filter(state=PENDING)
        .filter(Q(lease_until=None) | Q(lease_until__lt=moment))
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if letter is not None:
        letter.attempt += 1
        letter.lease_until = moment + LEASE
        letter.save(update_fields=["attempt", "lease_until"])
    return letter
