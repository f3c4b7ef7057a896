"""REST doors told by what they declare: one thing is shown, made, or moved from state to state; things that
the caller may see are listed.

A room says once what its things look like and who finds them (`output`, `found`); each of its doors adds who
may come, what it takes and the one service that it calls. A door that does more is written out by hand, with
`core.api`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.access import Identity
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.openapi import DoorSchema
from core.types import Actor

Row = TypeVar("Row", bound=Model)

FILE = ("multipart/form-data",)
"""How a body is sent that brings a file."""

PAPER = (*FILE, "application/json")
"""How a body is sent that may bring a file."""


class DeclaredSchema(DoorSchema):
    """The description of a door, from what it declares; its text is the docstring of its class."""

    view: Door  # type: ignore[override]  # it describes no other

    def get_operation_id(self) -> str:
        """As the door calls itself, else made of its path."""
        return self.view.operation_id or str(super().get_operation_id())

    def get_request_serializer(self) -> Any:
        """What it takes, and how it may be sent."""
        view = self.view
        return dict.fromkeys(view.media, view.body) if view.media else view.body

    def get_response_serializers(self) -> Any:
        """What it answers."""
        return {self.view.status: self.view.output}


class Door(APIView):
    """A door whose answer is one thing, in the shape `output`, with the status `status`. What it takes has
    the shape `body`; `media` says how it may be sent, where that is not told by the shape.
    """

    required_roles: ClassVar[frozenset[str]]
    output: ClassVar[type[BaseSerializer[Any]]]
    body: ClassVar[type[BaseSerializer[Any]] | None] = None
    media: ClassVar[tuple[str, ...]] = ()
    status: ClassVar[int] = 200
    operation_id: ClassVar[str] = ""
    schema = DeclaredSchema()

    @property
    def identity(self) -> Identity:
        """Person and roles of the caller."""
        return identity_behind(self.request)

    @property
    def actor(self) -> Actor:
        """Who acts, for services and audit."""
        return actor_behind(self.request)

    def given(self) -> dict[str, Any]:
        """What the body holds, as `body` accepts it. Raises `ValidationError`."""
        return read_body(self.body, self.request) if self.body else {}

    def answer(self, row: Any) -> Response:
        """The thing as the caller sees it; rooms whose answer holds more find it again here."""
        return Response(self.output(row).data, status=self.status)


class ThingDoor(Door, ABC):
    """A door of one thing that is there already: what the doors of a room have in common."""

    @abstractmethod
    def found(self, pk: UUID) -> Any:
        """The thing, when the caller may do here what the door is for; else its room's *not found*."""


# `get` and `post` have no docstring: the schema then gives that of the door's class.


class ShowDoor(ThingDoor):
    """One thing, shown."""

    def get(self, request: Request, pk: UUID) -> Response:
        return self.answer(self.found(pk))


class ActDoor(ThingDoor):
    """One thing, moved on by one service; it is found before the body is judged, so that nobody learns by a
    refused field what is not theirs.
    """

    @abstractmethod
    def act(self, found: Any, /, *args: Any, **given: Any) -> Any:
        """Call the service with what was found and what the body holds; what it gives back is answered."""

    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        found = self.found(pk)
        return self.answer(self.act(found, **self.given()))


class NewDoor(Door, ABC):
    """Something that begins with a body."""

    status = 201

    @abstractmethod
    def make(self, *args: Any, **given: Any) -> Any:
        """Call the service with what the body holds; what it gives back is answered."""

    @idempotent
    def post(self, request: Request) -> Response:
        return self.answer(self.make(**self.given()))


class SeenList(generics.ListAPIView[Row]):
    """A list of what the caller may see: nothing, for an account that is nobody here. `seen` is a selector,
    asked with person and roles.
    """

    seen: staticmethod[[Any, frozenset[str]], QuerySet[Any]]

    def get_queryset(self) -> QuerySet[Row]:
        """In the order of the selector."""
        identity = identity_behind(self.request)
        if identity.person is None:
            return super().get_queryset().none()
        return self.seen(identity.person, identity.roles)
