"""The only writer of sessions' standing, of tries and of refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core import audit
from core.access import identity_in
from core.accounts.enums import Knock
from core.accounts.errors import SessionNotFound, TooManyTries
from core.accounts.models import Attempt, DeniedAccess
from core.accounts.second_factor import has_one
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor

WINDOW = timedelta(minutes=15)
"""Tries are counted over the last quarter of an hour; so a lock-out ends by itself."""

MOST_DENIED_A_MINUTE = 30

MOST = {
    Knock.LOG_IN: (5, 50),
    Knock.SECOND_FACTOR: (5, 50),
    Knock.SIGN_UP: (10, 30),
    Knock.PASSWORD_RESET: (5, 30),
}
"""How many tries in the window: for one account, from one network address (an office shares one)."""


def count_try(*, knock: Knock, account: str, address: str) -> tuple[int, ...]:
    """Count a try before it is judged; answers its rows, for `forgive` when it succeeds.

    `account` is the e-mail address typed (whether or not an account has it) or another name of the account,
    `address` the network address. The rows are committed at once (log-ins stand outside tenants, without a
    transaction around them), so that no later refusal undoes them, and counted only then, so that many tries
    at once cannot all pass. They need nothing but the database: a cache that is away changes nothing.

    Raises `TooManyTries`, which keeps no row: a lock-out ends a quarter of an hour after the tries that made
    it, and knocking on does not prolong it.
    """
    now = timezone.now()
    whose = [_digest("account", account.strip().lower()), _digest("address", address)]
    rows = Attempt.objects.bulk_create([Attempt(knock=knock, who=who, at=now) for who in whose])
    counted = dict(
        Attempt.objects.filter(knock=knock, who__in=whose, at__gt=now - WINDOW)
        .values_list("who")
        .annotate(Count("pk"))
    )
    made = tuple(row.pk for row in rows)
    if any(counted.get(who, 0) > most for who, most in zip(whose, MOST[knock], strict=True)):
        forgive(made)
        raise TooManyTries
    return made


def forgive(tries: tuple[int, ...]) -> None:
    """A try succeeded: its rows go, earlier ones stay, or somebody with one account could guess at others."""
    Attempt.objects.filter(pk__in=tries).delete()


def unlock(*, user: Any) -> None:
    """Whoever chose a new password through the mailbox of the account may log in with it at once."""
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    whose = [_digest("account", address.strip().lower()) for address in addresses]
    Attempt.objects.filter(knock=Knock.LOG_IN, who__in=whose).delete()


@transaction.atomic
def forget_factors(*, user: Any, actor: Actor) -> tuple[int, int]:
    """Passkeys, app and recovery codes of an account go, every session ends; how many of each.

    Written down in every cooperative in which the account is somebody. A repeat takes nothing more.
    """
    factors, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            person = identity_in(user, cooperative).person
            if person is not None and (factors or sessions):
                audit.record(actor, "accounts.factors_forgotten", person, factors=factors)
    return factors, len(sessions)


def note_denied(
    *, user: Any, person_id: UUID | None, route: str, subject_id: UUID | None, method: str, status: int
) -> DeniedAccess | None:
    """Write down that an account was turned away from a door of the open cooperative.

    A flood is told by its first thirty rows a minute; then nothing is written, and None returned.
    """
    lately = DeniedAccess.objects.filter(at__gt=timezone.now() - timedelta(minutes=1), user_id=user.pk)
    if lately.count() >= MOST_DENIED_A_MINUTE:
        return None
    return DeniedAccess.objects.create(
        user_id=user.pk,
        person_id=person_id,
        route=route[:80],
        subject_id=subject_id,
        method=method[:8],
        status=status,
    )


def note_seen(*, session_key: str, address: str) -> None:
    """A session of an account was used just now, from this network address."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now(), ip=address)


def _digest(kind: str, value: str) -> str:
    return salted_hmac(f"core.accounts.{kind}", value, algorithm="sha256").hexdigest()


def trust_session(request: HttpRequest, *, user: Any, factor: Authenticator) -> None:
    """The session in which a factor was set up has shown it; every other session ends, because none has."""
    record_authentication(request, user, "mfa", id=factor.pk, type=factor.type)
    end_other_sessions(request, user=user)


def distrust_sessions(request: HttpRequest, *, user: Any) -> None:
    """Without a factor left, no session has shown one: the others end, this one forgets."""
    if has_one(user):
        return
    kept = [record for record in get_authentication_records(request, user) if record.get("method") != "mfa"]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
    end_other_sessions(request, user=user)


def end_session(*, user: Any, session_id: int) -> None:
    """A session of the account is signed out. Raises `SessionNotFound` for another's; a repeat too."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise SessionNotFound
    session.end()


def end_other_sessions(request: HttpRequest, *, user: Any) -> int:
    """Every session of the account but this one is signed out; how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))
    for session in others:
        session.end()
    return len(others)
