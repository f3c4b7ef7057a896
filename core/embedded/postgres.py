"""One PostgreSQL cluster: make it, run it, ask whether it answers."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2

from core.embedded.binaries import Programs, find_postgres
from core.embedded.errors import EmbeddedError
from core.embedded.layout import Layout
from core.embedded.processes import end_processes_in, start_child
from core.embedded.vault import load_secrets

NAME = "postgres"
SUPERUSER = "postgres"
STOP = [(signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)]
"""Fast shutdown: sessions are cut, a checkpoint is written; then immediate shutdown."""

ON_PARENT_DEATH = signal.SIGINT

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "jit": "off",
    "synchronous_commit": "on",
    "fsync": "on",
    "wal_level": "replica",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "password_encryption": "scram-sha-256",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
"""Server settings. Statements and parameters stay out of the log: they hold personal data."""

THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "off",
    "max_connections": "200",
}
"""What differs in a cluster that may be lost: the one of the tests."""


def start(
    layout: Layout, options: dict[str, object], port: int
) -> tuple[subprocess.Popen[bytes], dict[str, object]]:
    """Start the cluster (made first when there is none); answers the child and what clients must know."""
    programs = find_postgres(layout)
    directory = layout.own_directory(f"postgres-{programs.major}")
    data = directory / "data"
    if not (data / "global" / "pg_control").exists():
        _initialise(layout, programs, data)
    end_processes_in(data)
    (data / "postmaster.pid").unlink(missing_ok=True)
    settings = SETTINGS | (THROWAWAY if options.get("throwaway") else {})
    command = [programs.program("postgres"), "-D", str(data), "-p", str(port)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    child = start_child(
        command,
        log=layout.log / "postgres.log",
        account=layout.account,
        on_parent_death=ON_PARENT_DEATH,
        cwd=data.parent if os.getuid() == layout.account.uid else Path("/"),
        env=_environment(),
    )
    return child, {
        "port": port,
        "version": programs.version,
        "provider": programs.provider,
        "data": str(data),
    }


def url(layout: Layout, state: dict[str, object]) -> str:
    """The superuser's URL."""
    password = load_secrets(layout)["superuser"]
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{state['port']}/postgres"


def answers(layout: Layout, state: dict[str, object]) -> bool:
    """Whether the cluster accepts a connection of its superuser.

    Raises `EmbeddedError` ``secret_mismatch`` when it refuses the password.
    """
    try:
        psycopg2.connect(url(layout, state), connect_timeout=3).close()
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            raise EmbeddedError(
                "secret_mismatch",
                f"The cluster in {state['data']} was made with another {layout.secret_file}. "
                "Put that file back, or remove the cluster to start anew.",
            ) from error
        return False
    return True


def _initialise(layout: Layout, programs: Programs, data: Path) -> None:
    """initdb beside the final place, so that a broken attempt is never taken for a cluster."""
    partial = data.with_name("data.partial")
    for leftover in (partial, data):
        if leftover.exists():
            shutil.rmtree(leftover)
    password_file = data.with_name("password")
    fd = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as stream:
        stream.write(load_secrets(layout)["superuser"])
    os.chown(password_file, layout.account.uid, layout.account.gid)
    command = [
        programs.program("initdb"),
        *("-D", str(partial), "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8"),
        *("--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync"),
    ]
    try:
        answer = subprocess.run(  # type: ignore[call-overload]  # noqa: S603  # initdb itself
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            **layout.account.popen_arguments,
        )
    finally:
        password_file.unlink(missing_ok=True)
    if answer.returncode != 0:
        raise EmbeddedError("initdb_failed", json.dumps(f"{answer.stdout}\n{answer.stderr}".strip()))
    os.sync()
    partial.rename(data)


def _environment() -> dict[str, str]:
    """What PostgreSQL may know of our environment: where programs are, no secret of ours."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
