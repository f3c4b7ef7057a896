"""REST doors of tokens and of connected programs."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import actor_of, identity_of
from core.api import idempotent, read_body
from core.errors import ScopeMissing
from core.models import ApiToken, User
from core.programs import selectors, services
from core.programs.enums import ProgramKind
from core.programs.models import OAuthClient, OAuthGrant
from core.programs.roles import ACT, SEE
from core.programs.scopes import CLIENT_SCOPES, SCOPES
from core.programs.services import DEFAULT_DAYS, MOST_DAYS, MOST_REDIRECTS
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

        It may do no more than the token that asks: what that one lacks is left out. With nothing left, it is
        refused.
        """
        asked = read_body(TokenInput, request)
        allowed = [scope for scope in asked["scopes"] if scope not in _lacking(request, asked["scopes"])]
        if not allowed:  # a token without scopes would open everything
            raise ScopeMissing(scope=asked["scopes"][0])
        asked["scopes"] = allowed
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


class ConsentOutput(serializers.ModelSerializer[OAuthGrant]):
    """A program that somebody allowed to act for them."""

    program = serializers.CharField(source="client.name")
    client_id = serializers.CharField(source="client.client_id")
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = OAuthGrant
        fields = ("id", "program", "client_id", "scopes", "created_at", "last_used_at", "ends_at")


class Consents(APIView):
    """Programs that act for me."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="consents", responses=ConsentOutput(many=True))
    def get(self, request: Request) -> Response:
        """Those that I allowed in this cooperative."""
        rows = selectors.grants_of(_user(request), current_cooperative())
        return Response(ConsentOutput(rows, many=True).data)


class OneConsent(APIView):
    """One program that acts for me."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="consents_one", responses=ConsentOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """What it may do, until when."""
        return Response(ConsentOutput(selectors.grant_for(_user(request), current_cooperative(), pk)).data)

    @extend_schema(operation_id="consents_end", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """It acts for me no more."""
        services.disallow(
            user=_user(request),
            cooperative=current_cooperative(),
            grant_id=pk,
            actor=actor_of(request._request),
        )
        return Response(status=204)


class ProgramOutput(serializers.ModelSerializer[OAuthClient]):
    """A registered program, without its secret."""

    client_id = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    redirect_uris = serializers.ListField(child=serializers.CharField())
    owner = serializers.EmailField(source="owner.email")

    class Meta:
        model = OAuthClient
        fields: tuple[str, ...] = (
            *("id", "client_id", "name", "kind", "scopes", "redirect_uris", "owner"),
            *("created_at", "secret_at", "revoked_at"),
        )


class NewProgramOutput(ProgramOutput):
    """With its secret, this once; absent for a native program."""

    secret = serializers.CharField(required=False)

    class Meta(ProgramOutput.Meta):
        fields = (*ProgramOutput.Meta.fields, "secret")


class ProgramInput(serializers.Serializer[Any]):
    """A program as it is registered."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=ProgramKind.choices)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=CLIENT_SCOPES), min_length=1)
    redirect_uris = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=MOST_REDIRECTS, default=list
    )


class Clients(generics.ListAPIView[OAuthClient]):
    """Programs registered for the cooperative."""

    required_roles: ClassVar[frozenset[str]] = SEE
    asks_again: ClassVar[tuple[str, ...]] = ("POST",)
    serializer_class = ProgramOutput
    queryset = OAuthClient.objects.none()

    def get_queryset(self) -> QuerySet[OAuthClient]:
        """All of them, also the revoked ones."""
        return selectors.clients_of(current_cooperative())

    @extend_schema(request=ProgramInput, responses={201: NewProgramOutput}, operation_id="programs_register")
    @idempotent
    def post(self, request: Request) -> Response:
        """Register a program; its secret is in this answer and in no other.

        It may ask for no more than the token that registers it.
        """
        _may_act(request)
        asked = read_body(ProgramInput, request)
        for scope in _lacking(request, asked["scopes"]):
            raise ScopeMissing(scope=scope)
        made, secret = services.register_client(
            cooperative=current_cooperative(),
            owner=_user(request),
            actor=actor_of(request._request),
            **asked,
        )
        return Response(_with_secret(made, secret), status=201)


class OneClient(APIView):
    """One registered program."""

    required_roles: ClassVar[frozenset[str]] = SEE
    asks_again: ClassVar[tuple[str, ...]] = ("DELETE",)

    @extend_schema(operation_id="programs_one", responses=ProgramOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """What it is and may ask."""
        return Response(ProgramOutput(selectors.client_for(current_cooperative(), pk)).data)

    @extend_schema(operation_id="programs_revoke", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """It is over, with all that people allowed it."""
        _may_act(request)
        services.revoke_client(
            cooperative=current_cooperative(), client_id=pk, actor=actor_of(request._request)
        )
        return Response(status=204)


class Rotate(APIView):
    """Another secret."""

    required_roles: ClassVar[frozenset[str]] = ACT
    asks_again: ClassVar[tuple[str, ...]] = ("POST",)

    @extend_schema(operation_id="programs_rotate", request=None, responses=NewProgramOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """A new secret, in this answer only; the one before is refused from now on."""
        changed, secret = services.rotate_secret(
            cooperative=current_cooperative(), client_id=pk, actor=actor_of(request._request)
        )
        return Response(_with_secret(changed, secret))


def _with_secret(client: OAuthClient, secret: str) -> dict[str, Any]:
    return dict(ProgramOutput(client).data) | ({"secret": secret} if secret else {})


def _may_act(request: Request) -> None:
    """Raise when the reader may only look."""
    if not identity_of(request._request).roles & ACT:
        raise PermissionDenied


def _lacking(request: Request, scopes: list[str]) -> list[str]:
    """Those of the scopes that the asking token does not have itself."""
    held = getattr(request.auth, "scopes", None)
    return [scope for scope in scopes if scope not in held] if held else []


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
