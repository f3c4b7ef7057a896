"""OAuth 2 (RFC 6749, 7009, 7636) as oauthlib reads it and as our rules answer it.

oauthlib takes requests apart and words the answers; what is known and what is written is asked of selectors
and services. Three ways to a token, no more: authorization code with PKCE (S256, for every program), refresh
token, client credentials. See `docs/decisions/0008-programs-that-act-for-people.md`.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from typing import Any
from urllib.parse import unquote_plus

from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    AuthorizationEndpoint,
    BearerToken,
    ClientCredentialsGrant,
    RefreshTokenGrant,
    RequestValidator,
    RevocationEndpoint,
    TokenEndpoint,
)
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, UnsupportedCodeChallengeMethodError

from core.models import User
from core.programs import selectors, services
from core.programs.enums import ProgramKind
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.programs.redirects import is_registered

GRANT_TYPES = {
    ProgramKind.WEB: ("authorization_code", "refresh_token"),
    ProgramKind.NATIVE: ("authorization_code", "refresh_token"),
    ProgramKind.SERVICE: ("client_credentials",),
}
"""Kind of program → the ways to a token that it may take."""

METHOD = "S256"
"""The only way to make a challenge; `plain` would show the verifier to whoever sees the request."""

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Rules(RequestValidator):
    """Our answers to oauthlib's questions, for one request: it remembers what was locked."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        self.user = user
        self.grant: OAuthGrant | None = None
        self.spent: OAuthToken | None = None

    # who asks

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        """A program that is not revoked."""
        request.client = selectors.live_client(client_id)
        return request.client is not None

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Everybody but native programs proves who it is."""
        client = selectors.live_client(request.client_id or "")
        return client is None or client.kind != ProgramKind.NATIVE or _basic(request) is not None

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By its secret: in the Authorization header, or in the body; never both."""
        header = _basic(request)
        name, secret = header or (request.client_id, request.client_secret)
        if header and (request.client_secret or request.client_id not in (None, name)):
            return False
        client = selectors.live_client(name or "")
        if client is None or not services.is_secret_of(client, secret or ""):
            return False
        request.client, request.client_id = client, client.client_id
        return True

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        """A native program only says its name; the verifier of its code is its proof."""
        request.client = selectors.live_client(client_id)
        return request.client is not None and request.client.kind == ProgramKind.NATIVE

    # what it may ask

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: OAuthClient, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """By its kind; a service only while its owner may register programs."""
        if grant_type not in GRANT_TYPES[ProgramKind(client.kind)]:
            return False
        if grant_type == "client_credentials":
            self.grant = services.service_grant(client=client)
            return self.grant is not None
        return True

    def validate_response_type(
        self, client_id: str, response_type: str, client: OAuthClient, *args: Any, **kwargs: Any
    ) -> bool:
        """A code, for programs that act for people."""
        return response_type == "code" and client.kind != ProgramKind.SERVICE

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: OAuthClient, *args: Any, **kwargs: Any
    ) -> bool:
        """Some of those that it was registered with."""
        return bool(scopes) and set(scopes) <= set(client.scopes)

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Who names none asks for all that it was registered with."""
        return list(request.client.scopes)

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """One that was registered."""
        return is_registered(redirect_uri, request.client.redirect_uris, request.client.kind)

    def get_default_redirect_uri(self, *args: Any, **kwargs: Any) -> None:
        """There is none: it is said each time."""

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Of every program: a secret does not protect a code that is put into another's session."""
        return True

    # codes

    def save_authorization_code(
        self, client_id: str, code: dict[str, Any], request: Any, *args: Any, **kwargs: Any
    ) -> None:
        """The person said yes."""
        assert self.user is not None
        services.allow(
            client=request.client,
            user=self.user,
            scopes=request.scopes,
            redirect_uri=request.redirect_uri,
            challenge=request.code_challenge,
            code=code["code"],
        )

    def validate_code(
        self, client_id: str, code: str, client: OAuthClient, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Of this program, fresh, for the first time."""
        self.grant = services.take_code(client=client, code=code)
        if self.grant is None:
            return False
        request.user, request.scopes = self.grant.user, self.grant.scopes
        return True

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, *args: Any, **kwargs: Any
    ) -> bool:
        """The very one that the person was sent back to."""
        return self.grant is not None and redirect_uri == self.grant.code_redirect_uri

    def get_code_challenge(self, code: str, request: Any) -> str:
        """What the verifier must lead to."""
        return self.grant.code_challenge if self.grant else ""

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        """Always the same."""
        return METHOD

    def invalidate_authorization_code(self, *args: Any, **kwargs: Any) -> None:
        """Done with the tokens, in the same service."""

    # tokens

    def validate_refresh_token(
        self, refresh_token: str, client: OAuthClient, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Of this program, for the first time."""
        found = services.take_refresh(client=client, text=refresh_token)
        if found is None:
            return False
        self.grant, self.spent = found
        request.user = self.grant.user
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """What the person allowed."""
        return list(self.grant.scopes) if self.grant else []

    def rotate_refresh_token(self, request: Any) -> bool:
        """Always: each is good once."""
        return True

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Keep what is given out."""
        assert self.grant is not None
        services.keep_tokens(
            grant=self.grant,
            scopes=request.scopes,
            access=token["access_token"],
            refresh=token.get("refresh_token", ""),
            spent=self.spent,
        )

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Whatever kind it is: the hint helps nobody here."""
        services.revoke_held(client=request.client, text=token)


def authorization(rules: Rules) -> AuthorizationEndpoint:
    """Where a person is asked. Made for one request."""
    code = _code_grant(rules)
    return AuthorizationEndpoint(
        default_response_type="code", default_token_type=_bearer(rules), response_types={"code": code}
    )


def tokens(rules: Rules) -> TokenEndpoint:
    """Where codes, refresh tokens and secrets are changed for tokens. Made for one request."""
    ways = {
        "authorization_code": _code_grant(rules),
        "refresh_token": RefreshTokenGrant(rules),
        "client_credentials": ClientCredentialsGrant(rules),
    }
    return TokenEndpoint(
        default_grant_type="authorization_code", default_token_type=_bearer(rules), grant_types=ways
    )


def revocation(rules: Rules) -> RevocationEndpoint:
    """Where a program gives back what it holds. Made for one request."""
    return RevocationEndpoint(rules)


def _code_grant(rules: Rules) -> AuthorizationCodeGrant:
    return AuthorizationCodeGrant(rules, pre_auth=[_only_s256])


def _only_s256(request: Any) -> dict[str, Any]:
    """oauthlib takes `plain`, also by default, and another way to answer than the query: refuse both."""
    if request.code_challenge is not None:
        if request.code_challenge_method != METHOD:
            raise UnsupportedCodeChallengeMethodError(
                description=f"code_challenge_method must be {METHOD}.", request=request
            )
        if not _CHALLENGE.fullmatch(request.code_challenge):
            raise InvalidRequestError(description="code_challenge is not a SHA-256.", request=request)
    if request.response_mode not in (None, "query"):
        request.response_mode = "query"
        raise InvalidRequestError(description="response_mode must be query.", request=request)
    return {}


def _bearer(rules: Rules) -> BearerToken:
    return BearerToken(rules, token_generator=_new_text, expires_in=int(services.ACCESS_LIFE.total_seconds()))


def _new_text(_request: Any) -> str:
    return services.PREFIX + secrets.token_urlsafe(32)


def _basic(request: Any) -> tuple[str, str] | None:
    """Name and secret of the Authorization header, decoded as RFC 6749, 2.3.1 says."""
    scheme, _space, text = str(request.headers.get("Authorization", "")).partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (unquote_plus(name), unquote_plus(secret)) if colon else ("", "")
