"""The only writer of personal tokens, of connected programs and of what these hold."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from hmac import compare_digest
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core import audit
from core.access import identity_in
from core.models import ApiToken, Cooperative, TenantModel, User
from core.programs.enums import ProgramKind, TokenKind
from core.programs.errors import (
    ClientNotFound,
    ClientWithoutSecret,
    GrantNotFound,
    NotAmongUs,
    RedirectMissing,
    ScopeNotForPrograms,
    TokenLifeWrong,
    TokenNotFound,
    TooManyTokens,
    UnknownScope,
)
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.programs.redirects import check_redirect
from core.programs.scopes import CLIENT_SCOPES, SCOPES
from core.programs.selectors import grants_of, may_serve, tokens_of
from core.tenancy import tenant_scope
from core.types import Actor

PREFIX = "smart_"
"""Tokens begin with it, so that scanners for leaked secrets know them."""

DEFAULT_DAYS = 90
MOST_DAYS = 365
MOST_TOKENS = 20
MOST_REDIRECTS = 10

CODE_LIFE = timedelta(seconds=60)
"""How long an authorization code is good (RFC 6749, 4.1.2: ten minutes at most)."""

ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=90)
"""How long a refresh token may lie unused; with each use another takes its place."""

GRANT_LIFE = timedelta(days=365)
"""After it, the person is asked again."""


@transaction.atomic
def issue_token(
    *, user: User, cooperative: Cooperative, name: str, scopes: list[str], days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """A token of an account in one cooperative. Answers it with its text, to be shown this once: only a
    digest is kept. Locks the account. Raises `UnknownScope`, `TokenLifeWrong`, `TooManyTokens`.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(scope=scope)
    if not 1 <= days <= MOST_DAYS:
        raise TokenLifeWrong(most=MOST_DAYS)
    User.objects.select_for_update().get(pk=user.pk)
    if tokens_of(user, cooperative).count() >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        cooperative=cooperative,
        name=name.strip()[:80] or "—",
        digest=ApiToken.digest_of(text),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, text


@transaction.atomic
def revoke_token(*, user: User, cooperative: Cooperative, token_id: int) -> None:
    """The token opens nothing any more. Raises `TokenNotFound` for another's; a repeat too."""
    count = tokens_of(user, cooperative).filter(pk=token_id).update(revoked_at=timezone.now())
    if not count:
        raise TokenNotFound


def note_use(*, token: ApiToken | OAuthToken, on: date) -> None:
    """Remember the day on which a token was last used: one write a day, not one a request."""
    held: ApiToken | OAuthGrant = token.grant if isinstance(token, OAuthToken) else token
    if held.last_used_at is not None and held.last_used_at.date() >= on:
        return
    if isinstance(held, OAuthGrant):
        OAuthGrant.objects.filter(pk=held.pk).update(last_used_at=timezone.now())
    else:
        ApiToken.objects.filter(pk=held.pk).update(last_used_at=timezone.now())


# --- programs, by administrators ---------------------------------------------------------------------------


@transaction.atomic
def register_client(
    *,
    cooperative: Cooperative,
    owner: User,
    name: str,
    kind: str,
    scopes: list[str],
    redirect_uris: list[str],
    actor: Actor,
) -> tuple[OAuthClient, str]:
    """A program may ask for tokens of a cooperative. Answers it with its secret, to be shown this once (empty
    for a native one). A service may act from now on, with the rights of its owner.

    Raises `UnknownScope`, `ScopeNotForPrograms`, `RedirectMissing`, `RedirectRefused`. A second call makes a
    second program.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(scope=scope)
        if scope not in CLIENT_SCOPES:
            raise ScopeNotForPrograms(scope=scope)
    wanted = range(1) if kind == ProgramKind.SERVICE else range(1, MOST_REDIRECTS + 1)
    if len(redirect_uris) not in wanted:
        raise RedirectMissing(most=MOST_REDIRECTS)
    for uri in redirect_uris:
        check_redirect(uri, kind)
    secret = "" if kind == ProgramKind.NATIVE else _new_text()
    client = OAuthClient.objects.create(
        cooperative=cooperative,
        owner=owner,
        name=name.strip()[:80] or "—",
        kind=kind,
        scopes=sorted(set(scopes)),
        redirect_uris=list(dict.fromkeys(redirect_uris)),
        secret_digest=ApiToken.digest_of(secret) if secret else "",
        secret_at=timezone.now() if secret else None,
    )
    if kind == ProgramKind.SERVICE:
        OAuthGrant.objects.create(client=client, user=owner, scopes=client.scopes)
    _record(actor, "programs.client_registered", client, kind=kind, scopes=client.scopes)
    return client, secret


@transaction.atomic
def rotate_secret(*, cooperative: Cooperative, client_id: UUID, actor: Actor) -> tuple[OAuthClient, str]:
    """Another secret, shown this once; the one before is no secret any more, and access tokens got with it
    are over. People's consents stay: they cannot be used without the new secret.

    Locks the program. Raises `ClientNotFound`, `ClientWithoutSecret`.
    """
    client = _client_for_update(cooperative, client_id)
    if client.kind == ProgramKind.NATIVE:
        raise ClientWithoutSecret
    secret = _new_text()
    client.secret_digest, client.secret_at = ApiToken.digest_of(secret), timezone.now()
    client.save(update_fields=["secret_digest", "secret_at"])
    OAuthToken.objects.filter(grant__client=client, kind=TokenKind.ACCESS).delete()
    _record(actor, "programs.secret_rotated", client)
    return client, secret


@transaction.atomic
def revoke_client(*, cooperative: Cooperative, client_id: UUID, actor: Actor) -> None:
    """The program is over, with all that it was allowed. Locks it. Raises `ClientNotFound`, a repeat too."""
    client = _client_for_update(cooperative, client_id)
    client.revoked_at = timezone.now()
    client.save(update_fields=["revoked_at"])
    _record(actor, "programs.client_revoked", client)


def is_secret_of(client: OAuthClient, text: str) -> bool:
    """Whether the text is the program's secret; in the same time whatever it is."""
    return bool(client.secret_digest) and compare_digest(ApiToken.digest_of(text), client.secret_digest)


# --- consents and tokens -----------------------------------------------------------------------------------


@transaction.atomic
def allow(
    *, client: OAuthClient, user: User, scopes: list[str], redirect_uri: str, challenge: str, code: str
) -> OAuthGrant:
    """An account lets a program act for it: within the scopes, in the program's cooperative. The code may be
    changed for tokens once, within a minute, by whoever knows what the challenge was made of.

    Raises `NotAmongUs`. Codes of this account that were never changed are forgotten.
    """
    identity = identity_in(user, client.cooperative)
    if identity.person is None:
        raise NotAmongUs(cooperative=client.cooperative.name)
    now = timezone.now()
    OAuthGrant.objects.filter(user=user, code_spent_at=None, code_ends_at__lt=now).delete()
    grant = OAuthGrant.objects.create(
        client=client,
        user=user,
        scopes=sorted(set(scopes)),
        ends_at=now + GRANT_LIFE,
        code_digest=ApiToken.digest_of(code),
        code_challenge=challenge,
        code_redirect_uri=redirect_uri,
        code_ends_at=now + CODE_LIFE,
    )
    actor = Actor("user", str(identity.person), user.pk, identity.person.pk)
    _record(actor, "programs.allowed", grant, client=client.client_id, scopes=grant.scopes)
    return grant


@transaction.atomic
def take_code(*, client: OAuthClient, code: str) -> OAuthGrant | None:
    """The grant of an authorization code of this program, locked; None when there is none, or no longer.

    A code that comes back was read by somebody else: all that came of it is revoked (RFC 6749, 4.1.2).
    """
    grant = _live_grants(client).filter(code_digest=ApiToken.digest_of(code)).first()
    if grant is None:
        return None
    if grant.code_spent_at is not None:
        _end(grant, "programs.code_replayed")
        return None
    return grant if grant.code_ends_at and grant.code_ends_at > timezone.now() else None


@transaction.atomic
def take_refresh(*, client: OAuthClient, text: str) -> tuple[OAuthGrant, OAuthToken] | None:
    """The grant and the refresh token of this program, the grant locked; None when there is none, or no
    longer.

    One that was used before was copied: all that came of the consent is revoked (RFC 9700, 4.14.2).
    """
    held = OAuthToken.objects.filter(digest=ApiToken.digest_of(text), kind=TokenKind.REFRESH)
    grant = _live_grants(client).filter(pk__in=held.values("grant")).first()
    token = held.first()  # read after the lock: whoever held it before may have spent it
    if grant is None or token is None:
        return None
    if token.spent_at is not None:
        _end(grant, "programs.refresh_reused")
        return None
    return (grant, token) if token.expires_at > timezone.now() else None


@transaction.atomic
def service_grant(*, client: OAuthClient) -> OAuthGrant | None:
    """What a service may act by; None when its owner no longer may register programs."""
    return _live_grants(client).filter(code_digest=None).first() if may_serve(client) else None


@transaction.atomic
def keep_tokens(
    *, grant: OAuthGrant, scopes: list[str], access: str, refresh: str = "", spent: OAuthToken | None = None
) -> None:
    """The texts given to a program are good from now on; the code or the refresh token that they were asked
    with is spent. The grant is locked by `take_code` or `take_refresh`; what expired of it is forgotten.
    """
    now = timezone.now()
    grant.tokens.filter(expires_at__lt=now).delete()
    if spent is not None:
        OAuthToken.objects.filter(pk=spent.pk).update(spent_at=now)
    if grant.code_digest is not None and grant.code_spent_at is None:
        OAuthGrant.objects.filter(pk=grant.pk).update(code_spent_at=now)
    kept = [(TokenKind.ACCESS, access, scopes, now + ACCESS_LIFE)]
    if refresh:
        until = min(now + REFRESH_LIFE, grant.ends_at or now + REFRESH_LIFE)
        kept.append((TokenKind.REFRESH, refresh, grant.scopes, until))
    OAuthToken.objects.bulk_create(
        OAuthToken(
            grant=grant,
            kind=kind,
            digest=ApiToken.digest_of(text),
            scopes=sorted(set(held)),
            expires_at=until,
        )
        for kind, text, held, until in kept
    )


@transaction.atomic
def revoke_held(*, client: OAuthClient, text: str) -> None:
    """A program gives back what it holds: an access token, or with the refresh token the whole consent (RFC
    7009). What it does not hold changes nothing, without a word.
    """
    token = OAuthToken.objects.filter(grant__client=client, digest=ApiToken.digest_of(text)).first()
    if token is None:
        return
    grant = _live_grants(client).filter(pk=token.grant_id).first()
    if token.kind == TokenKind.ACCESS:
        token.delete()
    elif grant is not None:
        _end(grant, "programs.given_back")


@transaction.atomic
def disallow(*, user: User, cooperative: Cooperative, grant_id: UUID, actor: Actor) -> None:
    """A person takes back what they allowed: the program is refused at once. Raises `GrantNotFound` for
    another's; a repeat too.
    """
    grant = grants_of(user, cooperative).select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None:
        raise GrantNotFound
    _end(grant, "programs.disallowed", actor)


@transaction.atomic
def forget_account(*, user_id: int, cooperative: Cooperative) -> None:
    """Nothing acts for an account in a cooperative any more: neither its tokens nor programs."""
    now = timezone.now()
    ApiToken.objects.filter(user_id=user_id, cooperative=cooperative, revoked_at=None).update(revoked_at=now)
    OAuthGrant.objects.filter(user_id=user_id, client__cooperative=cooperative, revoked_at=None).update(
        revoked_at=now
    )


def _new_text() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _client_for_update(cooperative: Cooperative, client_id: UUID) -> OAuthClient:
    rows = OAuthClient.objects.select_for_update(of=("self",)).filter(
        cooperative=cooperative, revoked_at=None
    )
    client = rows.filter(pk=client_id).first()
    if client is None:
        raise ClientNotFound
    return client


def _live_grants(client: OAuthClient) -> Any:
    """Grants of a program that are not over, to be locked by whoever takes one."""
    return (
        OAuthGrant.objects.select_related("user")
        .select_for_update(of=("self",))
        .filter(client=client, revoked_at=None, user__is_active=True)
        .exclude(ends_at__lte=timezone.now())
    )


def _end(grant: OAuthGrant, action: str, actor: Actor | None = None) -> None:
    """Revoke the family of a grant that is locked."""
    moment: datetime = timezone.now()
    OAuthGrant.objects.filter(pk=grant.pk).update(revoked_at=moment)
    client = grant.client
    by = actor or Actor(kind="client", label=f"{client.name} (OAuth)")
    _record(by, action, grant, client=client.client_id)


def _record(actor: Actor, action: str, subject: OAuthClient | OAuthGrant, **data: Any) -> None:
    """Into the trail of the program's cooperative: the tables are global, what happens to them is not."""
    client = subject if isinstance(subject, OAuthClient) else subject.client
    with tenant_scope(client.cooperative):
        audit.record(actor, action, cast(TenantModel, subject), **data)
