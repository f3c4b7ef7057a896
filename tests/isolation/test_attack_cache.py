"""What is remembered between requests: every key names its cooperative, or is on a list."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from core.cache import HouseCache, tenant_key
from core.embedded.layout import CHECKOUT
from core.tenancy import tenant_scope
from tests.isolation.test_attack_sql import PRODUCT
from tests.isolation.towns import Town

USERS = {
    "core/cache.py": "the cache itself",
    "core/signed_links.py": "how often an address knocked, whatever the cooperative: global",
    "core/operations/pulse.py": "signs of life of processes, of no cooperative: global",
}
"""Modules of ours that speak to the cache. Others do through it: throttles, the limits of the log-in."""

REMEMBERED = {
    "core/calendar.py:legal_holidays": "the law, by year",
    "core/calendar.py:weekdays_of_month": "the calendar, by month",
    "core/identifiers.py:normalise_enterprise_number": "how a number is written, by what was typed",
    "core/identifiers.py:normalise_iban": "how a number is written, by what was typed",
    "core/keyring.py:keyring": "the installation's keys, by setting",
    "core/api.py:_written_schema": "the description of the doors, by language",
    "core/observability/health.py:_check_schema": "the schema, of all",
    "core/privacy/processing.py:processing_register": "a published file",
    "core/programs/catalogue.py:_described": "a published file",
    "core/programs/catalogue.py:_doors": "the product's own addresses",
    "core/reference/__init__.py:published": "published files, by cooperative",
    "core/rows.py:_defaults": "what new rows of a model hold unless told, by model",
    "core/rows.py:_writer": "how values of a column are written, by column",
    "core/rows.py:_statement": "how rows of a table are added, without values, by table and columns",
    "activities/reference/__init__.py:_country": "published files, by country",
    "invoicing/collection/law.py:_table": "published files, by country",
    "invoicing/collection/law.py:semesters": "published files, by country",
    "invoicing/collection/wording/__init__.py:wording": "published files, by language",
    "invoicing/countries.py:country_names": "names of countries, by language",
    "invoicing/einvoicing/access_point/chosen.py:_simulator": "the simulated network, by file",
    "invoicing/einvoicing/validation.py:_rules": "the public rules of invoices",
    "invoicing/einvoicing/validation.py:_schema": "the public schemas of invoices",
    "invoicing/portal/wording/__init__.py:wording": "published files, by language",
    "invoicing/quotes/wording/__init__.py:wording": "published files, by language",
    "invoicing/terms.py:_table": "a published file",
    "invoicing/timesheets/wording.py:wording": "published files, by language",
    "invoicing/vat/__init__.py:_table": "published files, by country",
    "invoicing/vatreturns/grids.py:form_of": "published files, by country",
    "invoicing/wording/__init__.py:wording": "published files, by language",
    "ledger/loaders.py:_chart": "published files, by cooperative",
    "ledger/treasury/dues/rules.py:_file": "a published file",
    "ledger/treasury/dues/rules.py:creditors_of": "a published file, by country",
    "ledger/treasury/dues/rules.py:rules_of": "a published file, by country",
    "payroll/abroad/countries.py:codes_by_name": "names of countries",
    "payroll/abroad/services/requests.py:_simulator": "the simulated office, by file",
    "payroll/contract_words/__init__.py:wording": "published words, by language",
    "payroll/dimona/anomalies.py:table": "a published file",
    "payroll/documents.py:_sheet": "the published stylesheet and fonts",
    "payroll/documents.py:pen": "how a language writes numbers",
    "payroll/engine/engines.py:engine_of": "the engine with its published figures, by country",
    "payroll/engine/statutory.py:countries": "published files",
    "payroll/engine/statutory.py:figures_of": "published files, by country",
    "payroll/returns/services/sending.py:_simulator": "the simulated office, by file",
    "payroll/services/declarations.py:_simulator": "the simulated office, by file",
    "payroll/services/declarations.py:_online": "the way to the office, by client and key",
    "payroll/services/settlement/rows.py:_family": "how a family situation is written, by its answers",
    "payroll/wording/__init__.py:_read": "published words, by language",
    "payroll/workers/documents.py:words": "published words, by language",
    "smart/demo/people.py:encoded_password": "the demonstration's one pass phrase",
}
"""Functions that remember their answers as long as the process lives, and of what: never of a cooperative."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product."""
    for path in (p for package in PRODUCT for p in sorted((CHECKOUT / package).rglob("*.py"))):
        yield str(path.relative_to(CHECKOUT)), ast.parse(path.read_text(encoding="utf-8"))


def test_who_speaks_to_the_cache_is_on_the_list() -> None:
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("django.core.cache")
        or isinstance(node, ast.Import)
        and any(alias.name.startswith("django.core.cache") for alias in node.names)
    }
    assert found == set(USERS)


def test_what_is_remembered_for_good_is_on_the_list() -> None:
    remembering = re.compile(r"(functools\.)?(lru_)?cache(\(.*\))?")
    found = {
        f"{name}:{node.name}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(remembering.fullmatch(ast.unparse(mark)) for mark in node.decorator_list)
    }
    assert found == set(REMEMBERED)


def test_every_cache_makes_its_keys_the_same_way() -> None:
    assert {entry["KEY_FUNCTION"] for entry in settings.CACHES.values()} == {"core.cache.tenant_key"}
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert SimpleRateThrottle.cache is cache or SimpleRateThrottle.cache.key_func is tenant_key
    assert "key_func" not in vars(HouseCache)
    assert inspect.signature(tenant_key).parameters.keys() == {"key", "prefix", "version"}


@pytest.fixture(scope="module")
def towns(both: tuple[Town, Town]) -> tuple[Town, Town]:
    """Belgium and France."""
    return both


def test_keys_name_the_cooperative_whoever_asks_what(towns: tuple[Town, Town], settings: Any) -> None:
    """After pages, REST doors, refused log-ins: each key begins with a cooperative or `global`."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "keys", "OPTIONS": {}}
    settings.CACHES = {"default": settings.CACHES["default"] | memory}
    for town in towns:
        browser = Client()
        assert town.people["staff"].user is not None
        browser.force_login(town.people["staff"].user)
        slug = town.cooperative.slug
        for path in (
            "api/v1/me/",
            "api/v1/invoices/",
            "factures/",
            "recherche/?q=theatre",
            "api/v1/nothing/",
        ):
            browser.get(f"/{slug}/{path}")
        Client().get(f"/{slug}/api/v1/me/")
    Client().post("/accounts/login/", {"login": "nobody@example.org", "password": "wrong"})

    keys = set(cache._cache)  # type: ignore[attr-defined]
    owners = {tuple(key.split(":")[:2]) for key in keys}
    assert {("smart", "1"), ("smart", "2")} <= owners <= {("smart", "1"), ("smart", "2"), ("smart", "global")}


HELD = ("balance", "share-account-1", "1", "", "2:1:balance", "global:1:balance", "../2:balance")


@pytest.mark.parametrize("key", HELD)
def test_what_one_cooperative_keeps_the_other_misses(towns: tuple[Town, Town], key: str) -> None:
    """By the same key, and by keys that look like the other's whole key."""
    be, fr = towns
    with tenant_scope(be.cooperative):
        cache.set(key, "secret")
    with tenant_scope(fr.cooperative):
        for guess in (key, f"1:1:{key}", f"smart:1:1:{key}", f"../1:1:{key}", f"1:{key}"):
            assert cache.get(guess) is None
            assert guess not in cache
        assert cache.get_many([key]) == {}
        assert cache.add(key, "mine")
        cache.delete(key)
    assert cache.get(key) is None
    with tenant_scope(be.cooperative):
        assert cache.get(key) == "secret"


def test_a_share_of_requests_is_counted_per_cooperative(towns: tuple[Town, Town]) -> None:
    """The same account in both: what it asked in one is not known in the other."""
    be, fr = towns
    user = be.people["staff"].user
    assert user is not None
    with tenant_scope(fr.cooperative):
        from tests.factories import make_person

        make_person(user=user)
    browser = Client()
    browser.force_login(user)
    left = [
        int(browser.get(f"/{slug}/api/v1/me/")["RateLimit-Remaining"])
        for slug in ("be", "be", "be", "fr", "be")
    ]
    assert [left[0] - one for one in left] == [0, 1, 2, 0, 3]
