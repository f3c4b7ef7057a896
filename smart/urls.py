"""Addresses: accounts stand outside tenants, everything else lives under /<cooperative>/."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import get_converters

from core import pages
from core.api import SchemaView
from core.observability import views as health
from core.programs.views import oauth


class CooperativeConverter:
    """Two letters: the country."""

    regex = "[a-z]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


if "coop" not in get_converters():  # this module is read again when tests change the address book
    register_converter(CooperativeConverter, "coop")

APPS = (
    "core.search",
    "core.exports",
    "core.webhooks",
    "core.programs",
    "core.accounts",
    "core.operations",
    "members",
    "members.privacy",
    "activities",
    "invoicing.purchases",
    "invoicing.vatreturns",
    "invoicing",
    "invoicing.registers",
    "invoicing.einvoicing",
    "invoicing.quotes",
    "invoicing.recurring",
    "invoicing.timesheets",
    "invoicing.collection",
    "invoicing.guarantee",
    "invoicing.portal",
    "payroll.abroad",
    "payroll.returns",
    "payroll.deductions",
    "payroll.balances",
    "payroll.unemployment",
    "payroll.workers",
    "payroll",
    "payroll.cdi",
    "governance",
    "ledger",
    "ledger.treasury",
    "ledger.treasury.dues",
)


def _included(module: str) -> list[URLResolver]:
    return [
        path("", include(f"{app}.{module}"))
        for app in APPS
        if find_spec(app) and find_spec(f"{app}.{module}")
    ]


tenant_urls: list[URLPattern | URLResolver] = [
    path("", pages.landing, name="landing"),
    *_included("urls"),
    path("api/v1/", include([path("schema/", SchemaView.as_view(), name="schema"), *_included("api_urls")])),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.choose_cooperative, name="home"),
    path("accounts/", include("core.accounts.entrance_urls")),
    path("accounts/", include("allauth.urls")),
    path("oauth/", include("core.programs.oauth_urls")),
    path(".well-known/oauth-authorization-server/oauth", oauth.metadata, name="oauth_metadata"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("<coop:cooperative>/", include(tenant_urls)),
]
if not settings.PRODUCTION and find_spec("core.ui_urls"):
    urlpatterns.insert(0, path("ui-kit/", include("core.ui_urls")))
