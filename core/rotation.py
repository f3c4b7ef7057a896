"""Keys are replaced while people work: apps say what they keep under keys, `rotate_keys` brings it under the
first one.

A new key is put in front of its ring (`SMART_FIELD_KEYS=2:<new>,1:<old>`); then everything is written anew,
batch by batch, each a transaction of its own, so that a run that is killed goes on where it stood.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.encryption import DoesNotOpen
from core.errors import DomainError
from core.keyring import keyring
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)

BATCH = 200
"""Rows in one transaction."""

PATIENCE = 30.0
"""Seconds that a run waits for rows that somebody holds."""

PAUSE = 0.5
SHARED = "shared"
"""Stands for rows of no cooperative."""


class KeyMissing(DomainError):
    """Rows need a key that this installation does not have."""

    code = "key_missing"
    kind = "conflict"
    message = _(
        "%(count)s rows (%(what)s of %(cooperative)s) need the key %(key)s, which is not set: put it back"
        " behind the first one, then start again. Nothing was changed."
    )


@dataclass(frozen=True, slots=True)
class KeptUnderKeys:
    """Rows that need keys of a ring.

    name: stable, in snake case. ring: name of the setting. count: rows by the id of the key without which
    they cannot be read or checked, inside a scope. pending: rows that `rotate` would still write. rotate:
    writes up to so many rows anew with the first key and says how many, leaving those that others hold and
    those that do not open (`renewed`); None where an old key must stay for ever (a seal is never signed
    again). shared: rows of no cooperative (global tables); they are looked at once, outside of any scope.
    """

    name: str
    ring: str
    count: Callable[[], Mapping[str, int]]
    pending: Callable[[], int] | None = None
    rotate: Callable[[Actor, int], int] | None = None
    shared: bool = False


_kept: dict[str, KeptUnderKeys] = {}


def register_kept_under_keys(kept: KeptUnderKeys) -> None:
    """Say what an app keeps under keys."""
    _kept[kept.name] = kept


def kept_under_keys() -> list[KeptUnderKeys]:
    """All of it, by name."""
    return [_kept[name] for name in sorted(_kept)]


def missing_keys(*, shared: bool) -> dict[str, int]:
    """Rows of the cooperative of the scope (or of none, `shared`) by `<what> <key>`, for each key that rows
    need and no ring has.
    """
    return {
        f"{kept.name} {kept.ring}/{key_id}": count
        for kept in kept_under_keys()
        if kept.shared == shared
        for key_id, count in kept.count().items()
        if key_id not in keyring(getattr(settings, kept.ring), kept.ring)
    }


def rows_without_key() -> float:
    """How many rows, the cooperative's and shared ones, cannot be read or checked; for the gauges."""
    return float(sum(missing_keys(shared=False).values()) + sum(missing_keys(shared=True).values()))


def rows_under_old_keys() -> float:
    """How many rows `rotate_keys` would still write, for the operations page."""
    return float(sum(kept.pending() for kept in kept_under_keys() if kept.pending))


def rotate_keys(cooperatives: Iterable[Cooperative], *, actor: Actor, patience: float = PATIENCE) -> Rotation:
    """Bring everything under the first key of its ring. Outside of any scope: each batch is a transaction.

    Raises `KeyMissing` before anything is written. Killed, it goes on when called again; called when all is
    done, it writes nothing. Rows that people hold are waited for, `patience` seconds in all.
    """
    places: list[Cooperative | None] = [*cooperatives, None]
    for place in places:
        with _inside(place):
            _refuse_missing(place)
    until = time.monotonic() + patience
    report = {
        place.slug if place else SHARED: {
            kept.name: _rotate(place, kept, actor, until)
            for kept in kept_under_keys()
            if kept.shared == (place is None)
        }
        for place in places
    }
    return Rotation(report.pop(SHARED), report)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one kind of row in a cooperative: written anew, still pending, and rows by key id."""

    rotated: int
    pending: int
    keys: dict[str, int]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of each kind of row: of those that are shared, and of each cooperative's."""

    shared: dict[str, Kept]
    cooperatives: dict[str, dict[str, Kept]]

    @property
    def places(self) -> list[dict[str, Kept]]:
        """All of them."""
        return [self.shared, *self.cooperatives.values()]

    @property
    def complete(self) -> bool:
        """Whether nothing is left under an older key that could be brought under the first one."""
        return not any(kept.pending for kinds in self.places for kept in kinds.values())

    def unused(self) -> list[str]:
        """Keys as `<ring>/<id>` that no row needs any more: they may be taken out of the ring."""
        rings = {kept.ring for kept in kept_under_keys()}
        needed = {
            f"{_kept[name].ring}/{key_id}"
            for kinds in self.places
            for name, kept in kinds.items()
            for key_id in kept.keys
        }
        return [
            f"{ring}/{key_id}"
            for ring in sorted(rings)
            for key_id in list(keyring(getattr(settings, ring), ring))[1:]
            if self.complete and f"{ring}/{key_id}" not in needed
        ]


def renewed(rows: Iterable[Row], renew: Callable[[Row], None]) -> list[Row]:
    """The rows that `renew` could bring under the first key, in memory. One that does not open (altered
    behind the application's back) is told to the log by its key, stays as it is, and holds up no other.
    """
    done = []
    for row in rows:
        try:
            renew(row)
        except DoesNotOpen as problem:
            log.error("%s %s does not open: %s", row._meta.label_lower, row.pk, problem)
        else:
            done.append(row)
    return done


def _inside(place: Cooperative | None) -> AbstractContextManager[Any]:
    """The scope of a cooperative, or a transaction outside of any."""
    return tenant_scope(place) if place else transaction.atomic()


def _refuse_missing(place: Cooperative | None) -> None:
    for needed, count in missing_keys(shared=place is None).items():
        what, key = needed.split(" ")
        raise KeyMissing(count=count, what=what, cooperative=place.slug if place else SHARED, key=key)


def _rotate(place: Cooperative | None, kept: KeptUnderKeys, actor: Actor, until: float) -> Kept:
    rotated, waiting = 0, 0
    while kept.rotate is not None:
        with _inside(place):
            done = kept.rotate(actor, BATCH)
            waiting = kept.pending() if kept.pending and not done else 0
        rotated += done
        if done:
            continue
        if not waiting or time.monotonic() > until:
            break
        time.sleep(PAUSE)
    with _inside(place):
        return Kept(rotated, waiting, dict(sorted(kept.count().items())))
