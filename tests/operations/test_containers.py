"""The containers cannot be started here, so their description is held to the settings and to `run`."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from core.embedded.errors import EmbeddedError
from core.embedded.given import given
from core.embedded.layout import CHECKOUT, Layout
from core.management.commands.run import members
from smart.settings import _database

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
FACING_PEOPLE = ("web", "worker", "documents", "beat", "relay")


def test_every_process_of_the_product_is_a_container_with_the_same_command() -> None:
    for member in members(Layout(Path("/data")), "0.0.0.0", 8000, 2):
        wanted = ["python", *member.command[1:]]
        wanted = [part.replace("/data/run/beat-schedule", "/tmp/beat-schedule") for part in wanted]
        wanted = ["manage.py" if part == str(CHECKOUT / "manage.py") else part for part in wanted]
        assert SERVICES[member.name]["command"] == wanted, member.name


def test_every_queue_has_a_worker() -> None:
    served = {
        service["command"][service["command"].index("-Q") + 1]
        for service in OURS.values()
        if "-Q" in service["command"]
    }
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert served == queues | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_every_variable_is_one_that_the_product_reads() -> None:
    sources = [CHECKOUT / "smart" / "settings.py", *(CHECKOUT / "core").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for service in OURS.values():
        for name in service["environment"]:
            assert f'"{name.removesuffix("_FILE")}"' in text or name == "PROMETHEUS_MULTIPROC_DIR", name


def test_secrets_come_from_files_that_somebody_makes() -> None:
    """Nothing secret is written in the description, and each container is told no more than it needs."""
    made = set(re.findall(r"^keep (\w+) ", (CHECKOUT / "deploy" / "make-secrets.sh").read_text(), re.M))
    assert made == set(COMPOSE["secrets"])
    for name, service in SERVICES.items():
        environment = service.get("environment", {})
        named = {value.removeprefix("/run/secrets/") for key, value in environment.items() if "_FILE" in key}
        assert named <= set(service.get("secrets", [])), name
        for key, value in environment.items():
            if re.search(r"KEY|PASSWORD|TOKEN|DATABASE_URL|REDIS_URL|SECRET", key):
                assert key.endswith("_FILE"), f"{name}: {key}={value}"
    for name in FACING_PEOPLE:
        assert not {"owner_database_url", "bootstrap_database_url"} & set(SERVICES[name]["secrets"])
    for ignored in (".gitignore", ".dockerignore"):
        assert "deploy/secrets" in (CHECKOUT / ignored).read_text()


def test_only_the_proxy_is_open_and_nobody_is_root() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name
        if not name.endswith("-volumes"):
            assert service.get("mem_limit"), name
            assert "build" in service or not service["user"].startswith("0"), name
    dockerfile = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\w+)$", dockerfile, re.M) == ["smart"]
    for name in ("proxy", "web", "worker", "documents", "postgres", "valkey"):
        assert SERVICES[name]["healthcheck"]["test"], name


def test_the_schema_stands_before_anything_runs_and_volumes_are_declared() -> None:
    for name in (*FACING_PEOPLE, "backup"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "owner_database_url" in SERVICES["migrate"]["secrets"]
    assert SERVICES["migrate"]["command"][-4:] == ["migrate", "--database", "owner", "--no-input"]
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(COMPOSE["volumes"])


def test_the_secrets_that_are_made_open_the_settings(tmp_path: Path) -> None:
    """Made once and never over others; the product comes up in production with nothing else."""
    script = tmp_path / "make-secrets.sh"
    shutil.copy(CHECKOUT / "deploy" / "make-secrets.sh", script)
    subprocess.run([str(script)], check=True)
    before = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    again = subprocess.run([str(script)], check=False, capture_output=True)
    environment = {
        name: value.replace("/run/secrets", str(tmp_path / "secrets"))
        for name, value in SERVICES["migrate"]["environment"].items()
        if "$" not in value
    }
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT,
        env={
            "PATH": "/usr/bin:/bin",
            "SMART_HOSTS": "smart.example",
            "SMART_VAR": str(tmp_path),
            **environment,
        },
        check=False,
        capture_output=True,
        text=True,
    )

    assert again.returncode == 1
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == before
    assert answer.returncode == 0, answer.stderr


def test_a_secret_that_cannot_be_read_is_not_taken_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    monkeypatch.delenv("SMART_TOLD", raising=False)
    monkeypatch.setenv("SMART_TOLD_FILE", str(kept))
    for content in (None, "\n"):
        if content is not None:
            kept.write_text(content)
        with pytest.raises(EmbeddedError, match="SMART_TOLD_FILE") as refused:
            given("SMART_TOLD")
        assert refused.value.code == "secret_unreadable"

    kept.write_text("open sesame\n")
    assert given("SMART_TOLD") == "open sesame"


def test_the_url_of_a_database_may_ask_for_tls_and_more() -> None:
    found = _database(
        "postgresql://smart_app:p%40ss@db.example:6432/smart?sslmode=verify-full"
        "&sslrootcert=%2Fetc%2Fca.pem&application_name=web&options=-c%20jit%3Doff"
    )

    assert (found["HOST"], found["PORT"], found["NAME"], found["PASSWORD"]) == (
        "db.example",
        "6432",
        "smart",
        "p@ss",
    )
    assert found["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "application_name": "web",
        "options": "-c jit=off",
    }
