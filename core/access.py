"""Who is asking, and may they: roles are names that the members app hands out, per cooperative and dated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from core import clock
from core.accounts import second_factor
from core.models import Cooperative
from core.tenancy import current_cooperative_or_none, tenant_scope
from core.types import Actor

View = Callable[..., HttpResponseBase]


class PersonLike(Protocol):
    """What the house needs to know of a person."""

    pk: UUID

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """The account of a request as seen inside the cooperative."""

    person: Any
    roles: frozenset[str]


NOBODY = Identity(None, frozenset())

_source: list[Callable[[Any, Any], Identity]] = []


def register_identity_source(source: Callable[[Any, Any], Identity]) -> None:
    """Say how (account, day) becomes a person with roles in the current cooperative."""
    _source[:] = [source]


_names: list[Callable[[Iterable[UUID]], Mapping[UUID, str]]] = []


def register_names(source: Callable[[Iterable[UUID]], Mapping[UUID, str]]) -> None:
    """Say what people of the current cooperative are called, by their keys, in one query."""
    _names[:] = [source]


def names_of(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people; those who are gone have none."""
    return dict(_names[0](people)) if _names else {}


def identity_of(request: HttpRequest) -> Identity:
    """Person and roles of the request, read once. Outside a tenant or signed out: nobody."""
    cached: Identity | None = getattr(request, "_identity", None)
    if cached is None:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or current_cooperative_or_none() is None or not _source:
            cached = NOBODY
        else:
            cached = _source[0](user, clock.today())
        request._identity = cached  # type: ignore[attr-defined]
    return cached


def identity_in(user: Any, cooperative: Cooperative) -> Identity:
    """Person and roles of an account in a cooperative today, where no request says which one."""
    with tenant_scope(cooperative):
        return _source[0](user, clock.today()) if _source else NOBODY


def cooperatives_of(user: Any, cooperatives: Iterable[Cooperative]) -> list[Cooperative]:
    """Those of the cooperatives in which an account is somebody."""
    found = []
    for cooperative in cooperatives:
        with tenant_scope(cooperative):
            if _source and _source[0](user, clock.today()).person is not None:
                found.append(cooperative)
    return found


def roles_anywhere(user: Any) -> frozenset[str]:
    """Every role that an account holds today in any cooperative: for acts that stand outside tenants."""
    found: set[str] = set()
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            found |= _source[0](user, clock.today()).roles if _source else set()
    return frozenset(found)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request, for services; a program that acts for somebody is named beside them."""
    identity = identity_of(request)
    user = request.user
    program = getattr(request, "program", "")
    return Actor(
        kind="user",
        label=f"{identity.person or user}{program and f' · {program}'}"[:120],
        user_id=user.pk,
        person_id=identity.person.pk if identity.person else None,
    )


def requires(*roles: str) -> Callable[[View], View]:
    """Page guard: signed in, and holding one of the roles (none named: any signed-in account).

    Signed out leads to the log-in page, a missing second factor to where it is set up; lacking the role is a
    403. The roles stay readable as `view.required_roles`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if second_factor.is_required() and second_factor.is_wanted(request, identity_of(request).roles):
                return second_factor.ask(request)
            if roles and not identity_of(request).roles.intersection(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a page as open to everyone, so that the permission table can tell a choice from an oversight."""
    view.required_roles = None  # type: ignore[attr-defined]
    return view
