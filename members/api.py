"""REST doors of people."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, edits, idempotent, identity_behind, read_body, request_of, versioned
from core.doors import NewDoor, ShowDoor
from core.locks import row_version
from core.models import AuditEvent, PolicyRate, User
from core.rates import find_policy
from core.rest import CursorPages
from core.services import enter_policy
from core.tenancy import current_cooperative
from members import selectors, services
from members.enums import ADVISERS, Role
from members.errors import UnknownPerson
from members.filters import AccessFilter, AuditFilter, PersonFilter, PolicyFilter, RoleFilter
from members.models import AccessLog, AdviserNote, FamilySituation, Person, RoleGrant
from members.policies import parse_policy
from members.serializers import (
    AccessOutput,
    AuditOutput,
    ContactInput,
    FamilyInput,
    FamilyOutput,
    JoinInput,
    MeOutput,
    NoteInput,
    NoteOutput,
    NumberOutput,
    PersonOutput,
    PolicyInput,
    PolicyOutput,
    PurposeInput,
    RoleInput,
    RoleOutput,
)

SHEET = frozenset({Role.ADVISER, Role.ADVISER_LEAD, Role.COOP_ADMIN})
WATCHERS = frozenset({Role.COOP_ADMIN, Role.AUDITOR})


class PeoplePages(CursorPages):
    """People by name."""

    ordering = ("search_key", "pk")  # type: ignore[assignment]  # the base names one


def _me(request: Request) -> Person:
    """The person of the token; without one there is nobody to speak of. Raises `UnknownPerson`."""
    person: Person | None = identity_behind(request).person
    if person is None:
        raise UnknownPerson
    return selectors.person_by_id(person.pk)


def _need(request: Request, *roles: Role) -> None:
    """A door that reads for many and writes for few. Raises PermissionDenied."""
    if not identity_behind(request).roles.intersection(roles):
        raise PermissionDenied


def _me_data(person: Person) -> dict[str, Any]:
    today = clock.today()
    data: dict[str, Any] = MeOutput(
        {
            "person": person,
            "iban": person.iban,
            "national_number": selectors.masked_national_number(person),
            "roles": sorted(selectors.roles_of(person, today)),
            "family": selectors.family_situation(person, today),
        }
    ).data
    return data


class Me(APIView):
    """Who I am here; joining; changing what is known of me."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(responses=MeOutput, operation_id="me")
    def get(self, request: Request) -> Response:
        """Person, roles of today, family situation of today, masked national number."""
        me = _me(request)
        return versioned(_me_data(me), row_version(me))

    @extend_schema(request=JoinInput, responses={201: MeOutput}, operation_id="join")
    @idempotent
    def post(self, request: Request) -> Response:
        """Join the cooperative: a person with the role of member, accompanied by an adviser."""
        given = read_body(JoinInput, request)
        user = request_of(request).user
        if not isinstance(user, User):
            raise PermissionDenied
        person = services.join_cooperative(
            user=user,
            joined_on=clock.today(),
            actor=actor_behind(request),
            country=current_cooperative().country,
            **given,
        )
        return Response(_me_data(selectors.person_by_id(person.pk)), status=201)

    @extend_schema(request=ContactInput, responses=MeOutput, operation_id="change_me")
    @edits
    def patch(self, request: Request, version: int) -> Response:
        """Change contact, address, account."""
        given = read_body(ContactInput, request)
        services.update_person(
            person_id=_me(request).pk, version=version, actor=actor_behind(request), **given
        )
        me = _me(request)
        return versioned(_me_data(me), row_version(me))


class MyFamily(NewDoor):
    """A situation from a day on, today at the earliest."""

    required_roles = frozenset()
    body = FamilyInput
    output = FamilyOutput
    operation_id = "set_my_family"

    def make(self, **given: Any) -> FamilySituation:
        return services.set_family_situation(
            person=_me(self.request), today=clock.today(), actor=self.actor, **given
        )


class MyAccesses(generics.ListAPIView[AccessLog]):
    """Who read my national number or my payslips."""

    required_roles: ClassVar[frozenset[str]] = frozenset()
    serializer_class = AccessOutput
    filterset_class = AccessFilter
    queryset = AccessLog.objects.none()

    def get_queryset(self) -> QuerySet[AccessLog]:
        """About me alone."""
        return selectors.accesses_to(_me(self.request))


class Persons(generics.ListAPIView[Person]):
    """Members whom I accompany; every member for team leads and administrators."""

    required_roles = SHEET
    serializer_class = PersonOutput
    pagination_class = PeoplePages
    filterset_class = PersonFilter
    queryset = Person.objects.none()

    def get_queryset(self) -> QuerySet[Person]:
        """By name."""
        return selectors.visible_people(_me(self.request), identity_behind(self.request).roles)


def _member(request: Request, pk: UUID) -> Person:
    return selectors.person_for(_me(request), identity_behind(request).roles, pk)


class OnePerson(ShowDoor):
    """Contact, office, adviser."""

    required_roles = SHEET
    output = PersonOutput
    operation_id = "person"

    def found(self, pk: UUID) -> Person:
        """One whom the caller accompanies."""
        return _member(self.request, pk)


class Notes(generics.ListAPIView[AdviserNote]):
    """Notes about a member."""

    required_roles = SHEET
    serializer_class = NoteOutput
    queryset = AdviserNote.objects.none()

    def get_queryset(self) -> QuerySet[AdviserNote]:
        """Newest first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.notes_about(_member(self.request, self.kwargs["pk"]))

    @extend_schema(request=NoteInput, responses={201: NoteOutput})
    @idempotent
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write a note; advisers only."""
        _need(request, *ADVISERS)
        person = _member(request, kwargs["pk"])
        values = read_body(NoteInput, request)
        note = services.write_note(
            person=person,
            author=_me(request),
            written_on=clock.today(),
            actor=actor_behind(request),
            closes_id=values.pop("closes"),
            **values,
        )
        return Response(NoteOutput(note).data, status=201)


class RevealNumber(APIView):
    """Read a member's national number; the member sees who, when and why."""

    required_roles = SHEET
    asks_again = ("POST",)

    @extend_schema(request=PurposeInput, responses=NumberOutput, operation_id="reveal_national_number")
    def post(self, request: Request, pk: UUID) -> Response:
        """A read, logged first; never kept for repeats, so that each one is logged."""
        person = _member(request, pk)
        purpose = read_body(PurposeInput, request)["purpose"]
        number = services.reveal_national_number(person=person, actor=actor_behind(request), purpose=purpose)
        return Response({"national_number": number}, headers={"Cache-Control": "no-store"})


class Roles(generics.ListAPIView[RoleGrant]):
    """Roles held, to come and ended."""

    required_roles = WATCHERS
    asks_again = ("POST",)
    serializer_class = RoleOutput
    filterset_class = RoleFilter
    queryset = RoleGrant.objects.none()

    def get_queryset(self) -> QuerySet[RoleGrant]:
        """Newest first."""
        return selectors.role_grants()

    @extend_schema(request=RoleInput, responses={201: RoleOutput})
    @idempotent
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a role to somebody else; administrators only."""
        _need(request, Role.COOP_ADMIN)
        values = read_body(RoleInput, request)
        grant = services.grant_role(
            person=selectors.person_by_id(values.pop("person")),
            actor=actor_behind(request),
            today=clock.today(),
            **values,
        )
        return Response(RoleOutput(grant).data, status=201)


class EndRole(APIView):
    """End a role today."""

    required_roles: ClassVar[frozenset[str]] = frozenset({Role.COOP_ADMIN})
    asks_again = ("POST",)

    @extend_schema(request=None, responses=RoleOutput, operation_id="end_role")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The role is held no more from today."""
        grant = services.end_role(grant_id=pk, on=clock.today(), actor=actor_behind(request))
        return Response(RoleOutput(grant).data)


class Policies(generics.ListAPIView[PolicyRate]):
    """Dated policies of the cooperative."""

    required_roles = WATCHERS
    serializer_class = PolicyOutput
    filterset_class = PolicyFilter
    queryset = PolicyRate.objects.none()

    def get_queryset(self) -> QuerySet[PolicyRate]:
        """Newest first."""
        return selectors.policies()

    @extend_schema(request=PolicyInput, responses={201: PolicyOutput})
    @idempotent
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Another value from a day on, today at the earliest; administrators only."""
        _need(request, Role.COOP_ADMIN)
        values = read_body(PolicyInput, request)
        today = clock.today()
        current = find_policy(values["key"], on=today)
        value = parse_policy(values["key"], values.pop("value"), like=current.value if current else None)
        row = enter_policy(value=value, today=today, actor=actor_behind(request), **values)
        return Response(PolicyOutput(row).data, status=201)


class Audit(generics.ListAPIView[AuditEvent]):
    """Who did what, newest first."""

    required_roles = WATCHERS
    serializer_class = AuditOutput
    filterset_class = AuditFilter
    queryset = AuditEvent.objects.none()

    def get_queryset(self) -> QuerySet[AuditEvent]:
        """Everything; narrow it by act, person, subject and days."""
        return selectors.audit_events()
