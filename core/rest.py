"""Who knocks at the REST doors, and how their answers are paged."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.access import identity_of
from core.accounts import recent, second_factor
from core.errors import ScopeMissing
from core.models import ApiToken
from core.programs.enums import ProgramKind
from core.programs.models import OAuthToken
from core.programs.roles import ACT
from core.programs.scopes import allows, scope_of
from core.programs.selectors import Bearer, bearer_of
from core.programs.services import note_use
from core.tenancy import current_cooperative_or_none

if TYPE_CHECKING:
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`, of a person or of a program that they allowed; a token of another
    cooperative is no token here. A service acts only while its owner may register programs.
    """

    def authenticate(self, request: Request) -> tuple[Any, Bearer] | None:
        parts = get_authorization_header(request).split()
        if len(parts) != 2 or parts[0].lower() != b"bearer":
            return None
        token = bearer_of(parts[1].decode("latin-1"), timezone.now())
        cooperative = current_cooperative_or_none()
        if token is None:
            raise exceptions.AuthenticationFailed(_("This token is not valid."))
        if cooperative is None or token.cooperative_id != cooperative.pk:
            raise Http404
        request._request.user = token.user
        if isinstance(token, OAuthToken):
            client = token.grant.client
            request._request.program = client.name  # type: ignore[attr-defined]  # for the audit trail
            if client.kind == ProgramKind.SERVICE and not identity_of(request._request).roles & ACT:
                raise exceptions.AuthenticationFailed(_("This token is not valid."))
        note_use(token=token, on=timezone.now().date())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasRole(BasePermission):
    """Signed in, with a second factor where one is wanted, and holding one of the view's `required_roles`; a
    view that names none lets nobody in. Methods that the view lists in `asks_again` want a recent log-in too.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        required: frozenset[str] | None = getattr(view, "required_roles", None)
        if required is None or isinstance(request.user, AnonymousUser):
            return False
        if isinstance(request.auth, ApiToken | OAuthToken):
            wanted = scope_of(view, str(request.method))
            if not allows(request.auth.scopes, wanted):
                raise ScopeMissing(scope=wanted)
        if second_factor.is_required():
            roles = identity_of(request._request).roles
            second_factor.insist(request._request, roles, by_token=request.auth is not None)
        if request.auth is None and request.method in getattr(view, "asks_again", ()):
            recent.insist(request._request)
        return not required or bool(identity_of(request._request).roles & required)


class CursorPages(CursorPagination):
    """Pages that stay right while rows are added: newest first, 50 a page, 200 at most."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        """As many as are asked for, 200 at most. Raises `ValidationError` for what is no number."""
        asked = request.query_params.getlist("limit")
        if not asked:
            return self.page_size
        if len(asked) > 1 or not re.fullmatch("[1-9][0-9]{0,8}", asked[0]):
            raise exceptions.ValidationError({"limit": [_("A whole number, from 1.")]})
        return min(int(asked[0]), self.max_page_size)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Fewer than one row is no page."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
        return parameters


class SortedPages(CursorPages, ABC):
    """Pages of rows that are computed, not kept. `key_of` gives the texts and whole numbers by which they are
    sorted; the next page begins after the key of the last row shown, so that it stays right while rows come
    and go.
    """

    @staticmethod
    @abstractmethod
    def key_of(row: Any) -> tuple[str | int, ...]:
        """By what a row is sorted."""

    def paginate_queryset(self, queryset: Iterable[Any], request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that is asked for. Raises `NotFound` for a cursor of something else."""
        size = self.get_page_size(request)
        seen: Counter[tuple[str | int, ...]] = Counter()
        keyed = []
        for row in sorted(queryset, key=self.key_of):
            key = self.key_of(row)
            seen[key] += 1
            keyed.append(((*key, seen[key]), row))  # rows that cannot be told apart count up
        after = request.query_params.get(self.cursor_query_param)
        if after and keyed:
            key = self._read(after, keyed[0][0])
            keyed = keyed[bisect_right(keyed, key, key=itemgetter(0)) :]
        page = keyed[:size]
        self.following = self._written(page[-1][0]) if len(keyed) > size else None
        self.asked = request.build_absolute_uri()
        return [row for _key, row in page]

    def get_paginated_response(self, data: Any) -> Response:
        """The rows, and where the next ones are; nobody goes back through computed rows."""
        following = None
        if self.following:
            following = replace_query_param(self.asked, str(self.cursor_query_param), self.following)
        return Response({"next": following, "previous": None, "results": data})

    @staticmethod
    def _written(key: tuple[str | int, ...]) -> str:
        return urlsafe_b64encode("\x1f".join(str(part) for part in key).encode()).decode()

    def _read(self, cursor: str, like: tuple[str | int, ...]) -> tuple[str | int, ...]:
        try:
            texts = urlsafe_b64decode(cursor.encode()).decode().split("\x1f")
            return tuple(type(part)(text) for part, text in zip(like, texts, strict=True))
        except ValueError:
            raise exceptions.NotFound(self.invalid_cursor_message) from None


class KnownFilters(DjangoFilterBackend):
    """The filters of the page's list, or what the view's `question` (a serializer) holds. A question that
    the list does not know is refused by name: ignored, it would be answered by more rows than were meant.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """The rows that pass. Raises `ValidationError`."""
        kit = self.get_filterset_class(view, queryset)
        pages = getattr(view, "paginator", None)
        known = {
            getattr(pages, "cursor_query_param", None),
            getattr(pages, "page_size_query_param", None),
            *(kit.base_filters if kit else ()),
            *(view.question().fields if hasattr(view, "question") else ()),
        }
        unknown = set(request.query_params) - known
        if unknown:
            text = _("This list has no such filter.")
            raise exceptions.ValidationError(
                {name: [exceptions.ErrorDetail(str(text), "unknown_filter")] for name in sorted(unknown)}
            )
        return super().filter_queryset(request, queryset, view)
