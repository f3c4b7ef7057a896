"""Statements of account, kept as they were printed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core import audit
from core.types import Actor
from invoicing.content import digest_of
from invoicing.models import Client
from invoicing.portal.account import accounts_of, content_of
from invoicing.portal.models import StatementOfAccount


@transaction.atomic
def keep_statement(*, client: Client, since: date, until: date, on: date, actor: Actor) -> StatementOfAccount:
    """Keep a client's account over a time as the books say it now, for the printer. While they say the same,
    the same row is answered. Raises `PeriodInvalid`.
    """
    content = content_of(client, since, until, accounts_of(client, since, until))
    statement, is_new = StatementOfAccount.objects.get_or_create(
        client=client,
        digest=digest_of(content),
        defaults={"since": since, "until": until, "content": content, "made_on": on},
    )
    if is_new:
        audit.record(actor, "portal.statement_kept", statement)
    return statement
