"""What belongs to a client and goes with it when it turns out to be another one.

Every table that points to clients follows by itself, but what is never changed (documents as issued). A room
whose rows need more than a new reference says so in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps

from core.models import TenantModel
from invoicing.models import Client, ClientActivity, ClientDistinction

Merge = Callable[[Client, Client], None]
"""(merged, survivor), both locked: move the rows of one to the other."""

_OWN_WAY: tuple[type[TenantModel], ...] = (Client, ClientActivity, ClientDistinction)
"""Tables that the merge itself looks after."""

_merges: dict[str, Merge] = {}


def register_merge(label: str, merge: Merge) -> None:
    """Say how the rows of a model (`quotes.Quote`) go from one client to another."""
    _merges[label] = merge


def followers() -> Iterator[tuple[type[TenantModel], str]]:
    """Models and fields that point to a client and may be changed, in a fixed order."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if not issubclass(model, TenantModel) or model.append_only or model in _OWN_WAY:
            continue
        for field in model._meta.local_fields:
            if getattr(field.remote_field, "model", None) is Client:
                yield model, field.name


def move_followers(merged: Client, survivor: Client) -> dict[str, int]:
    """Make everything that may change point to the survivor; how many rows of each model."""
    moved: dict[str, int] = {}
    for model, field in followers():
        label = model._meta.label
        if label in _merges:
            continue
        rows: Any = model._default_manager.filter(**{field: merged})
        moved[label] = moved.get(label, 0) + rows.update(**{field: survivor})
    for merge in _merges.values():
        merge(merged, survivor)
    return moved
