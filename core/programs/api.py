"""REST doors of tokens: a program looks after its own access."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import idempotent
from core.models import ApiToken, User
from core.programs import selectors, services
from core.programs.scopes import SCOPES
from core.programs.services import DEFAULT_DAYS, MOST_DAYS
from core.tenancy import current_cooperative


class TokenOutput(serializers.ModelSerializer[ApiToken]):
    """A token without its text."""

    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ("id", "name", "scopes", "created_at", "last_used_at", "expires_at")


class NewTokenOutput(TokenOutput):
    """With its text, this once."""

    token = serializers.CharField()

    class Meta(TokenOutput.Meta):
        fields = (*TokenOutput.Meta.fields, "token")


class TokenInput(serializers.Serializer[Any]):
    """What it is for, what it may do, for how many days."""

    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES), min_length=1)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=DEFAULT_DAYS)


class Tokens(APIView):
    """My tokens."""

    required_roles: ClassVar[frozenset[str]] = frozenset()
    asks_again = ("POST",)

    @extend_schema(operation_id="tokens", responses=TokenOutput(many=True))
    def get(self, request: Request) -> Response:
        """Those that open something in this cooperative."""
        rows = selectors.tokens_of(_user(request), current_cooperative())
        return Response(TokenOutput(rows, many=True).data)

    @extend_schema(operation_id="tokens_issue", request=TokenInput, responses={201: NewTokenOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """A new token; its text is in this answer and in no other.

        It may do no more than the token that asks.
        """
        data = TokenInput(data=request.data)
        data.is_valid(raise_exception=True)
        held = getattr(request.auth, "scopes", None)
        asked = data.validated_data
        if held:
            asked["scopes"] = [scope for scope in asked["scopes"] if scope in held]
        token, text = services.issue_token(user=_user(request), cooperative=current_cooperative(), **asked)
        return Response(TokenOutput(token).data | {"token": text}, status=201)


class OneToken(APIView):
    """One token of mine."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        """It opens nothing any more."""
        services.revoke_token(user=_user(request), cooperative=current_cooperative(), token_id=number)
        return Response(status=204)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
