"""How often a program may ask: a share per token, program, account or address, told in every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from core.models import ApiToken
from core.programs.models import OAuthToken

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ShareThrottle(SimpleRateThrottle):
    """So many requests a minute for each token, program, account or address, counted in the shared cache.

    The answer says what is left: `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` (seconds); a
    refusal says in `Retry-After` when to come again.
    """

    scope = "share"

    def get_rate(self) -> str:
        """The larger share; `get_cache_key` takes the smaller one for those who did not sign in."""
        return str(settings.API_RATES["known"])

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Whose share it is."""
        if isinstance(request.auth, ApiToken):
            who = f"token-{request.auth.pk}"
        elif isinstance(request.auth, OAuthToken):
            who = f"client-{request.auth.grant.client_id}"
        elif request.user is not None and request.user.is_authenticated:
            who = f"account-{request.user.pk}"
        else:
            self.num_requests, self.duration = self.parse_rate(settings.API_RATES["unknown"])
            who = f"address-{self.get_ident(request)}"
        return f"share-{who}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and write what is left into the answer's headers."""
        allowed: bool = super().allow_request(request, view)
        share, asked = self.num_requests or 0, len(self.history)
        reset = self.duration if allowed else self.wait() or self.duration
        headers: dict[str, Any] = view.headers
        headers["RateLimit-Limit"] = str(share)
        headers["RateLimit-Remaining"] = str(max(0, share - asked))
        headers["RateLimit-Reset"] = str(round(reset or 0))
        return allowed


def per_minute(share: str) -> int:
    """How many requests a minute are in a share: `known` or `unknown`."""
    requests, seconds = ShareThrottle().parse_rate(settings.API_RATES[share])
    return round((requests or 0) * 60 / (seconds or 60))
