"""A key is replaced while people work: nothing is lost, nothing is found twice, and the old key can go."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from core import rotation
from core.embedded.layout import CHECKOUT
from core.keyring import keyring
from core.models import AuditEvent, Cooperative
from core.rotation import KeyMissing, rotate_keys
from core.tenancy import tenant_scope
from core.webhooks import services as webhooks
from core.webhooks.models import WebhookEndpoint
from core.webhooks.signing import secret_of
from ledger.models import Seal
from members import services
from members.encryption import blind_indexes
from members.errors import NationalNumberTaken
from members.models import NationalNumber, Person
from members.selectors import reveal_national_number
from smart.demo.cast import members
from tests.cluster import FreshDatabase
from tests.demo_fixture import DemoDatabase
from tests.factories import SYSTEM, make_person, make_user

NUMBER = "85073003328"
OTHER = "93051822361"
NEW = base64.b64encode(b"n" * 32).decode()
HOOK = "https://example.org/hook"


@pytest.fixture
def old(settings: Any) -> str:
    """The only key of the installation, whose id is 0."""
    key: str = settings.FIELD_KEYS
    assert ":" not in key
    return key


def keys() -> set[tuple[str, str]]:
    return set(NationalNumber.objects.values_list("key_id", "index_key_id"))


def test_after_the_rotation_the_old_key_can_be_taken_away(
    cooperative_be: Cooperative, cooperative_fr: Cooperative, settings: Any, old: str
) -> None:
    people, hooks = {}, {}
    for cooperative in (cooperative_be, cooperative_fr):
        with tenant_scope(cooperative):
            people[cooperative.slug] = make_person(national_number=NUMBER)
            hook, secret = webhooks.register_endpoint(url=HOOK, events=["*"], actor=SYSTEM)
            hooks[cooperative.slug] = (hook.pk, secret)

    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    report = rotate_keys([cooperative_be, cooperative_fr], actor=SYSTEM)

    assert report.complete
    assert report.unused() == ["FIELD_KEYS/0"]
    for slug in ("be", "fr"):
        done = report.cooperatives[slug]
        assert (done["national_numbers"].rotated, done["national_numbers"].keys) == (1, {"2": 1})
        assert (done["webhook_secrets"].rotated, done["webhook_secrets"].keys) == (1, {"2": 1})
    settings.FIELD_KEYS = f"2:{NEW}"
    for cooperative in (cooperative_be, cooperative_fr):
        with tenant_scope(cooperative):
            person = people[cooperative.slug]
            assert reveal_national_number(person=person, actor=SYSTEM, purpose="declaration") == NUMBER
            with pytest.raises(NationalNumberTaken):
                make_person(national_number=NUMBER)
            assert Person.objects.count() == 1
            pk, secret = hooks[cooperative.slug]
            assert secret_of(WebhookEndpoint.objects.get(pk=pk), generation=1) == secret


def test_a_second_run_writes_nothing(tenant: Cooperative, settings: Any, old: str) -> None:
    make_person(national_number=NUMBER)
    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    rotate_keys([tenant], actor=SYSTEM)
    before = (list(NationalNumber.objects.values()), AuditEvent.objects.count())
    report = rotate_keys([tenant], actor=SYSTEM)
    assert report.cooperatives["be"]["national_numbers"].rotated == 0
    assert (list(NationalNumber.objects.values()), AuditEvent.objects.count()) == before


def test_in_the_middle_of_a_rotation_a_number_is_found_under_either_key(
    tenant: Cooperative, settings: Any, old: str
) -> None:
    first = make_person(national_number=NUMBER)
    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    second = make_person(national_number=OTHER)
    assert keys() == {("0", "0"), ("2", "2")}
    for taken in (NUMBER, OTHER):
        with pytest.raises(NationalNumberTaken):
            make_person(national_number=taken)
    assert Person.objects.count() == 2
    for person, number in ((first, NUMBER), (second, OTHER)):
        assert reveal_national_number(person=person, actor=SYSTEM, purpose="declaration") == number
    services.set_national_number(person=first, number=NUMBER, actor=SYSTEM)
    assert keys() == {("2", "2")}


def test_an_index_from_before_ids_were_noted_is_made_anew(
    tenant: Cooperative, settings: Any, old: str
) -> None:
    """Earlier the index came from the last key, also under a newer first one."""
    person = make_person(national_number=NUMBER)
    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    services.rotate_national_numbers(actor=SYSTEM)
    oldest = blind_indexes(NUMBER, tenant_id=tenant.pk)["0"]
    NationalNumber.objects.filter(person=person).update(index=oldest, index_key_id="")
    with pytest.raises(NationalNumberTaken):
        make_person(national_number=NUMBER)
    report = rotate_keys([tenant], actor=SYSTEM)
    assert report.cooperatives["be"]["national_numbers"].rotated == 1
    assert keys() == {("2", "2")}
    settings.FIELD_KEYS = f"2:{NEW}"
    with pytest.raises(NationalNumberTaken):
        make_person(national_number=NUMBER)
    assert Person.objects.count() == 1


def test_a_missing_key_is_named_and_nothing_is_changed(
    cooperative_be: Cooperative, cooperative_fr: Cooperative, settings: Any, old: str
) -> None:
    with tenant_scope(cooperative_be):
        make_person(national_number=NUMBER)
    settings.FIELD_KEYS = f"7:{NEW}"
    with tenant_scope(cooperative_fr):
        make_person(national_number=NUMBER)
    settings.FIELD_KEYS = f"8:{base64.b64encode(b'm' * 32).decode()},0:{old}"
    with pytest.raises(KeyMissing) as refusal:
        rotate_keys([cooperative_be, cooperative_fr], actor=SYSTEM)
    assert "FIELD_KEYS/7" in refusal.value.detail
    assert "fr" in refusal.value.detail
    with tenant_scope(cooperative_be):
        assert keys() == {("0", "0")}
    with tenant_scope(cooperative_fr):
        assert keys() == {("7", "7")}
        assert rotation.rows_without_key() == 1.0


def test_what_does_not_open_is_named_by_its_row_stays_and_holds_up_nothing(
    tenant: Cooperative, settings: Any, old: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_person(national_number=OTHER)
    spoiled = make_person(national_number=NUMBER)
    row = NationalNumber.objects.get(person=spoiled)
    moved = NationalNumber.objects.exclude(pk=row.pk).get().ciphertext
    NationalNumber.objects.filter(pk=row.pk).update(ciphertext=moved)
    hook, _secret = webhooks.register_endpoint(url=HOOK, events=["*"], actor=SYSTEM)
    WebhookEndpoint.objects.filter(pk=hook.pk).update(carried=b"x" * 40)
    Authenticator.objects.create(
        user=make_user(), type="totp", data={"secret": f"sealed:0:{base64.b64encode(b'x' * 40).decode()}"}
    )
    TOTP.activate(make_user(), "KRSXG5CTMVRXEZLU")

    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    report = rotate_keys([tenant], actor=SYSTEM, patience=0.0)

    be = report.cooperatives["be"]
    assert not report.complete
    assert report.unused() == []
    assert (be["national_numbers"].rotated, be["national_numbers"].pending) == (1, 1)
    assert (be["webhook_secrets"].rotated, be["webhook_secrets"].pending) == (0, 1)
    assert (report.shared["second_factors"].rotated, report.shared["second_factors"].pending) == (1, 1)
    assert bytes(NationalNumber.objects.get(pk=row.pk).ciphertext) == bytes(moved)
    for pk in (row.pk, hook.pk):
        assert f"{pk} does not open" in caplog.text
    assert NUMBER not in caplog.text
    assert OTHER not in caplog.text


def test_a_receiver_keeps_its_secrets_through_two_rotations_and_gets_new_ones_from_the_new_key(
    tenant: Cooperative, settings: Any, old: str
) -> None:
    hook, first = webhooks.register_endpoint(url=HOOK, events=["*"], actor=SYSTEM)
    hook, second = webhooks.rotate_secret(endpoint_id=hook.pk, actor=SYSTEM)
    third = base64.b64encode(b"t" * 32).decode()
    for ring in (f"2:{NEW},0:{old}", f"3:{third},2:{NEW}", f"3:{third}"):
        settings.FIELD_KEYS = ring
        rotate_keys([tenant], actor=SYSTEM)
        hook = WebhookEndpoint.objects.get(pk=hook.pk)
        assert (secret_of(hook, generation=1), secret_of(hook, generation=2)) == (first, second)
    assert hook.key_id == "3"
    assert first.encode() not in bytes(hook.carried or b"")
    hook, fresh = webhooks.rotate_secret(endpoint_id=hook.pk, actor=SYSTEM)
    assert fresh not in (first, second)
    assert secret_of(hook, generation=2) == second


def test_seals_stay_with_the_key_that_signed_them(
    tenant: Cooperative, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEAL_KEYS = f"2027:{NEW},0:{settings.SEAL_KEYS}"
    assert rotate_keys([tenant], actor=SYSTEM).unused() == ["SEAL_KEYS/0"]
    kept = rotation._kept["seals"]
    assert kept.rotate is None
    signed = rotation.KeptUnderKeys(kept.name, kept.ring, lambda: {"0": 12, "2027": 3})
    monkeypatch.setitem(rotation._kept, "seals", signed)
    report = rotate_keys([tenant], actor=SYSTEM)
    assert report.cooperatives["be"]["seals"].keys == {"0": 12, "2027": 3}
    assert report.complete
    assert report.unused() == []
    assert not Seal.objects.exists()


@pytest.mark.parametrize("ring", ["", f":{NEW}", f"{'x' * 21}:{NEW}", f"1:{NEW},1:{NEW}", "1:short", "1:!!"])
def test_a_ring_that_is_none_is_refused_without_telling_the_key(ring: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        keyring(ring, "FIELD_KEYS")
    assert NEW not in str(refusal.value)


# --- with other processes ----------------------------------------------------------------------------------


@pytest.fixture
def be(fresh_database: FreshDatabase) -> Cooperative:
    return Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])


def test_killed_it_goes_on_and_what_somebody_holds_is_waited_for(
    be: Cooperative, fresh_database: FreshDatabase, old: str
) -> None:
    environment = {**fresh_database.environment, "SMART_FIELD_KEYS": f"2:{NEW},0:{old}"}
    with tenant_scope(be):
        people = [make_person() for _ in range(3)]
        for person, number in zip(people, (NUMBER, OTHER, "85073003427"), strict=True):
            services.set_national_number(person=person, number=number, actor=SYSTEM)
    command = [sys.executable, str(CHECKOUT / "manage.py"), "rotate_keys", "--json"]
    with tenant_scope(be):
        held = NationalNumber.objects.select_for_update().get(person=people[1])
        running = subprocess.Popen(command, env=environment, start_new_session=True)
        try:
            until = time.monotonic() + 60
            while NationalNumber.objects.filter(key_id="2").count() < 2:
                assert time.monotonic() < until, "the rotation does not get on with the rows that are free"
                time.sleep(0.1)
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait(30)
        assert NationalNumber.objects.get(pk=held.pk).key_id == "0"

    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    done = json.loads(answer.stdout)
    assert done["complete"] is True
    assert done["unused_keys"] == ["FIELD_KEYS/0"]
    assert done["cooperatives"]["be"]["national_numbers"] == {"rotated": 1, "pending": 0, "keys": {"2": 3}}
    with tenant_scope(be):
        assert AuditEvent.objects.filter(action="members.national_number_rotated").count() == 3


def test_rows_that_stay_held_are_told_and_left_as_they_were(
    be: Cooperative, fresh_database: FreshDatabase, settings: Any, old: str
) -> None:
    with tenant_scope(be):
        person = make_person(national_number=NUMBER)
    settings.FIELD_KEYS = f"2:{NEW},0:{old}"

    def work(what: str) -> Any:
        if what == "rotate":
            time.sleep(0.5)
            return rotate_keys([be], actor=SYSTEM, patience=1.0)
        with tenant_scope(be):
            NationalNumber.objects.select_for_update().get(person=person)
            time.sleep(4)
        return None

    _holder, rotated = fresh_database.in_threads(work, ("hold",), ("rotate",))
    assert rotated.ok, rotated.detail
    assert not rotated.value.complete
    assert rotated.value.unused() == []
    assert rotated.value.cooperatives["be"]["national_numbers"].pending == 1
    with tenant_scope(be):
        assert keys() == {("0", "0")}
    call_command("rotate_keys")
    with tenant_scope(be):
        assert keys() == {("2", "2")}


def test_two_servers_that_put_another_key_first_never_keep_a_number_twice(
    be: Cooperative, fresh_database: FreshDatabase, settings: Any, old: str
) -> None:
    """One has been told of the new order of the keys, the other not yet."""

    def register(email: str, ring: str) -> str:
        settings.FIELD_KEYS = ring
        with tenant_scope(be):
            pk = str(make_person(email=email, national_number=NUMBER).pk)
            time.sleep(0.5)
            return pk

    new_first, old_first = f"2:{NEW},0:{old}", f"0:{old},2:{NEW}"
    outcomes = fresh_database.in_processes(
        register, ("a@example.org", new_first), ("b@example.org", old_first)
    )
    assert sorted(outcome.error for outcome in outcomes) == ["", "NationalNumberTaken"]
    with tenant_scope(be):
        assert (Person.objects.count(), NationalNumber.objects.count()) == (1, 1)


# --- second factors ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_secrets_of_second_factors_are_encrypted_and_rotated_with_the_rest(settings: Any, old: str) -> None:
    user = make_user()
    in_clear = Authenticator.objects.create(
        user=make_user(), type="totp", data={"secret": "JBSWY3DPEHPK3PXP", "step": 7}
    )
    app = TOTP.activate(user, "KRSXG5CTMVRXEZLU").instance
    codes = RecoveryCodes.activate(user)
    printed = codes.get_unused_codes()
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "key"})
    assert "KRSXG5CTMVRXEZLU" not in str(app.data)
    assert app.data["secret"].startswith("sealed:0:")
    assert in_clear.wrap().validate_code(totp("JBSWY3DPEHPK3PXP")), "what was kept in clear still counts"

    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    assert rotation.rows_under_old_keys() == 3.0
    report = rotate_keys([], actor=SYSTEM)
    assert (report.shared["second_factors"].rotated, report.shared["second_factors"].keys) == (3, {"2": 3})
    assert report.unused() == ["FIELD_KEYS/0"]

    settings.FIELD_KEYS = f"2:{NEW}"
    cache.clear()  # a code counts once
    for row, secret in ((app, "KRSXG5CTMVRXEZLU"), (in_clear, "JBSWY3DPEHPK3PXP")):
        kept = Authenticator.objects.get(pk=row.pk)
        assert secret not in str(kept.data)
        assert kept.wrap().validate_code(totp(secret))
    assert Authenticator.objects.get(pk=in_clear.pk).data["step"] == 7
    assert RecoveryCodes(Authenticator.objects.get(pk=codes.instance.pk)).get_unused_codes() == printed
    assert Authenticator.objects.get(pk=passkey.pk).data == {"name": "key"}


@pytest.mark.django_db
def test_a_factor_whose_key_is_gone_is_named_and_nothing_is_changed(
    settings: Any, old: str, cooperative_be: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        make_person(national_number=NUMBER)
    TOTP.activate(make_user(), "KRSXG5CTMVRXEZLU")
    Authenticator.objects.update(data={"secret": "sealed:7:AAAA"})
    settings.FIELD_KEYS = f"2:{NEW},0:{old}"
    with pytest.raises(KeyMissing) as refusal:
        rotate_keys([cooperative_be], actor=SYSTEM)
    assert "FIELD_KEYS/7" in refusal.value.detail
    with tenant_scope(cooperative_be):
        assert keys() == {("0", "0")}


def totp(secret: str) -> str:
    """The code that a telephone shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


# --- with two months of work in it -------------------------------------------------------------------------


def test_the_demonstration_goes_on_without_its_old_key(demo_database: DemoDatabase, old: str) -> None:
    """Everything comes under the new key; the old one is thrown away; numbers, files and books still hold."""
    cluster = demo_database.cluster
    copy = DemoDatabase(cluster, f"{demo_database.name}_keys", cluster.files / "demo-keys")
    cluster.copy(copy.name, demo_database.name)
    shutil.copytree(demo_database.files, copy.files, dirs_exist_ok=True)

    def manage(ring: str, *arguments: str) -> Any:
        answer = subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments, "--json"],
            env={**copy.environment, "SMART_FIELD_KEYS": ring},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr + answer.stdout
        found: Any = json.loads(answer.stdout)
        return found

    try:
        rotated = manage(f"2:{NEW},0:{old}", "rotate_keys")
        assert rotated["complete"]
        assert rotated["unused_keys"] == ["FIELD_KEYS/0"]
        numbers = rotated["cooperatives"]["be"]["national_numbers"]
        assert numbers["rotated"] >= 60
        assert numbers["keys"] == {"2": numbers["rotated"]}
        again = manage(f"2:{NEW}", "rotate_keys")
        assert again["cooperatives"]["be"]["national_numbers"] == numbers | {"rotated": 0}
        files = manage(f"2:{NEW}", "files_check")["cooperatives"]["be"]
        assert files["read"] == files["files"] > 20
        assert manage(f"2:{NEW}", "check_ledger")["ok"]
        declared = manage(f"2:{NEW}", "export_dimona", "--all", "--cooperative", "be")
        assert any(member.national_number in declared for member in members())
    finally:
        cluster.drop(copy.name)
        shutil.rmtree(copy.files, ignore_errors=True)
