"""REST doors of clients."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import (
    actor_behind,
    edits,
    idempotent,
    identity_behind,
    read_body,
    read_query,
    versioned,
)
from core.bulk import ATOMIC, bulk, results_of
from core.doors import SeenList
from core.locks import row_version
from core.rest import CursorPages, SortedPages
from invoicing import selectors, services
from invoicing.api.asked import MEMBERS, READ, OfClient, client_of, own_activity
from invoicing.duplicates import Pair, Sign, possible_duplicates
from invoicing.filters import ClientFilter
from invoicing.models import Client, ClientContact
from invoicing.roles import CONTROLLERS, MERGERS
from invoicing.serializers import ClientInput, ClientOutput
from invoicing.serializers.clients import (
    AdviceOutput,
    AdviceQuery,
    ChangedClientInput,
    ContactInput,
    ContactOutput,
    MemberInput,
    MergeInput,
    PairOutput,
)
from invoicing.services.drafts import suggestion_for
from invoicing.vat.suggestion import Supply
from ledger.selectors import entity_by_code
from members.enums import Role
from members.errors import UnknownPerson

KEEP = frozenset({Role.MEMBER, *CONTROLLERS})
"""Who keeps a client's particulars."""


class Clients(SeenList[Client]):
    """Clients that I may see; making one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = ClientOutput
    filterset_class = ClientFilter
    queryset = Client.objects.none()
    seen = staticmethod(selectors.visible_clients)

    @extend_schema(request=ClientInput, responses={201: ClientOutput}, operation_id="clients_create")
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a client known to one of my Activities."""
        return Response(_new_client(request, request.data), status=201)


def _new_client(request: Request, row: Any) -> dict[str, Any]:
    data = ClientInput(data=row)
    data.is_valid(raise_exception=True)
    fields: dict[str, Any] = dict(data.validated_data)
    activity_id = own_activity(request, fields.pop("activity"))
    client = services.create_client(activity_id=activity_id, actor=actor_behind(request), **fields)
    shown: dict[str, Any] = ClientOutput(client).data
    return shown


class ManyClients(APIView):
    """Clients by the hundred."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(
        parameters=[ATOMIC],
        request=ClientInput(many=True),
        responses={207: results_of(ClientOutput)},
        operation_id="clients_create_many",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make clients known to Activities of mine: a result per row."""
        return bulk(request, partial(_new_client, request))


class OneClient(APIView):
    """One client; changing it."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=ClientOutput, operation_id="clients_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """What is known of it; of a client that was merged, the one that it turned out to be. The ETag names
        its version.
        """
        client = client_of(request, pk)
        return versioned(ClientOutput(client).data, row_version(client))

    @extend_schema(request=ChangedClientInput, responses=ClientOutput, operation_id="clients_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Replace everything that is known of it; documents already issued stay as they are."""
        if not identity_behind(request).roles & KEEP:
            raise PermissionDenied
        found = _kept(request, pk)
        given = read_body(ChangedClientInput, request)
        client = services.change_client(
            client_id=found.pk,
            version=version,
            actor=actor_behind(request),
            vouched=_vouches(request),
            **given,
        )
        return versioned(ClientOutput(client).data, row_version(client))


class ClientAct(OfClient):
    """An act after which the client is shown."""

    output = ClientOutput


class CheckAddresses(ClientAct):
    """The addresses of the client and its contacts are its own: they open its area."""

    operation_id = "clients_check_addresses"

    def act(self, client: Client) -> Client:
        return services.check_addresses(client_id=client.pk, on=clock.today(), actor=self.actor)


class ByName(CursorPages):
    """People by name."""

    ordering = ("name", "pk")  # type: ignore[assignment]  # the base names one


class Contacts(generics.ListAPIView[ClientContact]):
    """People at a client, by name."""

    required_roles: ClassVar[frozenset[str]] = KEEP
    serializer_class = ContactOutput
    pagination_class = ByName
    queryset = ClientContact.objects.none()

    def get_queryset(self) -> QuerySet[ClientContact]:
        """All of them."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.contacts_of(client_of(self.request, self.kwargs["pk"]))

    @extend_schema(
        request=ContactInput, responses={201: ContactOutput}, operation_id="clients_contacts_create"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Name somebody at a client."""
        client = _kept(request, pk)
        given = read_body(ContactInput, request)
        contact = services.add_contact(
            client_id=client.pk,
            actor=actor_behind(request),
            vouched=_vouches(request),
            **given,
        )
        return Response(ContactOutput(contact).data, status=201)


class OneContact(APIView):
    """Somebody at a client."""

    required_roles: ClassVar[frozenset[str]] = KEEP

    @extend_schema(responses=ContactOutput, operation_id="contacts_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """What is known of them; the ETag names the version."""
        contact = _contact(request, pk)
        return versioned(ContactOutput(contact).data, row_version(contact))

    @extend_schema(request=ContactInput, responses=ContactOutput, operation_id="contacts_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Replace everything that is known of them."""
        found = _kept_contact(request, pk)
        given = read_body(ContactInput, request)
        contact = services.change_contact(
            client_id=found.client_id,
            contact_id=pk,
            version=version,
            actor=actor_behind(request),
            vouched=_vouches(request),
            **given,
        )
        return versioned(ContactOutput(contact).data, row_version(contact))

    @extend_schema(responses={204: None}, operation_id="contacts_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Forget them."""
        services.remove_contact(
            client_id=_kept_contact(request, pk).client_id,
            contact_id=pk,
            version=version,
            actor=actor_behind(request),
        )
        return Response(status=204)


class Advice(APIView):
    """Which VAT fits a client."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(parameters=[AdviceQuery], responses=AdviceOutput, operation_id="clients_vat_advice")
    def get(self, request: Request, pk: UUID) -> Response:
        """The VAT code that usually fits what an entity sells to the client today, and why."""
        client = client_of(request, pk)
        asked = read_query(AdviceQuery, request)
        found = suggestion_for(
            entity_by_code(asked["entity"]),
            client,
            on=clock.today(),
            supply=Supply(asked["supply"]),
        )
        return Response(AdviceOutput({"code": found.code, "reason": str(found.reason)}).data)


class PairPages(SortedPages):
    """Pairs, the surest first."""

    @staticmethod
    def key_of(row: Pair) -> tuple[str | int, ...]:
        """By the sign that speaks for them."""
        return list(Sign).index(row.sign), str(row.older), str(row.newer)


@extend_schema(filters=False)
class Duplicates(generics.ListAPIView):  # type: ignore[type-arg]  # its rows are computed
    """Clients that may be one, the surest pairs first."""

    required_roles: ClassVar[frozenset[str]] = frozenset(MERGERS)
    serializer_class = PairOutput
    pagination_class = PairPages

    def get_queryset(self) -> Any:
        """Every pair."""
        return possible_duplicates(None)


class MergeClients(ClientAct):
    """Make the client part of another one, which is answered."""

    required_roles = frozenset(MERGERS)
    body = MergeInput
    operation_id = "clients_merge"

    def act(self, client: Client, into: UUID) -> Client:
        return services.merge_clients(
            merged_id=self.kwargs["pk"],  # `client` is already the other one where it was merged before
            survivor_id=into,
            on=clock.today(),
            actor=self.actor,
        )


class TellApart(ClientAct):
    """They are proposed for merging no more; `into` names the other one."""

    required_roles = frozenset(MERGERS)
    body = MergeInput
    operation_id = "clients_tell_apart"

    def act(self, client: Client, into: UUID) -> Client:
        services.tell_apart(
            first_id=client.pk,
            second_id=client_of(self.request, into).pk,
            on=clock.today(),
            actor=self.actor,
        )
        return client


class LinkMember(ClientAct):
    """Say which member it is by their e-mail address; without one, that it is none. Members approve no
    money of their own.
    """

    required_roles = frozenset(MERGERS)
    body = MemberInput
    operation_id = "clients_link_member"

    def act(self, client: Client, email: str) -> Client:
        person = selectors.member_by_email(email) if email else None
        if email and person is None:
            raise UnknownPerson
        return services.link_person(client_id=client.pk, person=person, actor=self.actor)


def _kept(request: Request, pk: UUID) -> Client:
    identity = identity_behind(request)
    return selectors.client_to_keep(identity.person, pk, roles=identity.roles)


def _kept_contact(request: Request, pk: UUID) -> ClientContact:
    identity = identity_behind(request)
    return selectors.contact_to_keep(identity.person, pk, roles=identity.roles)


def _vouches(request: Request) -> bool:
    """Whether addresses that the caller writes need no second look."""
    return bool(identity_behind(request).roles & set(CONTROLLERS))


def _contact(request: Request, pk: UUID) -> ClientContact:
    identity = identity_behind(request)
    return selectors.visible_contact(identity.person, pk, roles=identity.roles)
