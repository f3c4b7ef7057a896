"""Secrets of second factors at rest: whoever reads the database cannot make somebody's codes.

What a telephone's app and recovery codes are computed from is encrypted with the keys of
`settings.FIELD_KEYS`; what was kept in clear before is encrypted by `manage.py rotate_keys`.
"""

from __future__ import annotations

import logging

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Count, Func, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from core.encryption import SEALED, decrypt_text, encrypt_text, first_key_id, sealed_with
from core.rotation import KeptUnderKeys, renewed
from core.types import Actor

log = logging.getLogger(__name__)

PURPOSE = "second factor"
NAMES = ("secret", "seed")
"""Where the kinds of factors keep what is secret; passkeys have nothing that is."""


def seal(text: str) -> str:
    """How a secret is kept."""
    return encrypt_text(text, purpose=PURPOSE)


def unseal(text: str) -> str:
    """The secret. Raises `core.encryption.DoesNotOpen`."""
    return decrypt_text(text, purpose=PURPOSE)


def factors_by_key() -> dict[str, int]:
    """How many factors each key opens; those in clear need none."""
    key = Func("kept", Value(":"), Value(2), function="split_part", output_field=TextField())
    sealed = _with_secret().filter(kept__startswith=SEALED).annotate(key=key)
    return dict(sealed.order_by().values_list("key").annotate(Count("pk")))


def factors_under_old_keys(first: str) -> QuerySet[Authenticator]:
    """Factors whose secret is in clear or encrypted with another key than the first."""
    return _with_secret().exclude(kept__startswith=sealed_with(first))


@transaction.atomic
def rotate_factors(*, actor: Actor, most: int = 200) -> int:
    """Encrypt with the first key what is in clear or under another one; returns how many, at most `most`.

    Locks those it takes and leaves those that others hold or that do not open. Factors are of accounts, not
    of a cooperative: what was done stands in the log.
    """
    ids = list(factors_under_old_keys(first_key_id()).order_by("pk").values_list("pk", flat=True)[:most])
    rows = list(Authenticator.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True))
    done = renewed(rows, _renew)
    Authenticator.objects.bulk_update(done, ["data"])
    if done:
        log.warning("%s encrypted %d second factors with key %s", actor.label, len(done), first_key_id())
    return len(done)


def _renew(row: Authenticator) -> None:
    row.data |= {name: seal(unseal(row.data[name])) for name in NAMES if name in row.data}


def _with_secret() -> QuerySet[Authenticator]:
    kept = Coalesce(*(KeyTextTransform(name, "data") for name in NAMES), output_field=TextField())
    rows: QuerySet[Authenticator] = Authenticator.objects.annotate(kept=kept)
    return rows.filter(kept__isnull=False)


KEPT = KeptUnderKeys(
    "second_factors",
    "FIELD_KEYS",
    factors_by_key,
    lambda: factors_under_old_keys(first_key_id()).count(),
    lambda actor, most: rotate_factors(actor=actor, most=most),
    shared=True,
)
