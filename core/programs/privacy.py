"""How long it is kept what programs were allowed: a year after its end, for whoever doubts late."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from core.models import ApiToken
from core.privacy.registry import RetentionRule
from core.programs.models import OAuthGrant
from core.tenancy import current_cooperative

YEAR = 366


def _consents() -> QuerySet[OAuthGrant]:
    return OAuthGrant.objects.filter(client__cooperative=current_cooperative())


def _ended_consents(before: date) -> QuerySet[OAuthGrant]:
    moment = _start_of(before)
    over = Q(revoked_at__lt=moment) | Q(ends_at__lt=moment) | Q(client__revoked_at__lt=moment)
    return _consents().filter(over)


def _tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(cooperative=current_cooperative())


def _ended_tokens(before: date) -> QuerySet[ApiToken]:
    moment = _start_of(before)
    return _tokens().filter(Q(revoked_at__lt=moment) | Q(expires_at__lt=moment))


def _start_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


RULES = (
    RetentionRule(
        "consents", _("Programs that were allowed"), "Smart", YEAR, _ended_consents, _consents, True
    ),
    RetentionRule("tokens", _("Personal tokens"), "Smart", YEAR, _ended_tokens, _tokens, True),
)
