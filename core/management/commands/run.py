"""The whole product in one command: web server, workers, clock ticks and outbox relay."""

import json
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.embedded.household import Household, Member
from core.embedded.layout import Layout
from core.embedded.locks import FileLock
from core.embedded.processes import free_port

OWNER = ("SMART_OWNER_DATABASE_URL", "SMART_OWNER_DATABASE_URL_FILE")
WITHHELD = (
    *OWNER,
    *("SMART_BOOTSTRAP_DATABASE_URL", "SMART_BOOTSTRAP_DATABASE_URL_FILE"),
    *("DATABASE_URL", "DATABASE_URL_FILE"),
)
"""What the processes that face people are not told: how to be more than smart_app."""

PATIENCE = 60.0


class Command(BaseCommand):
    """Run everything until SIGINT or SIGTERM. Logs go to ``var/log``; the address goes to standard output."""

    requires_system_checks = ()  # `make check` and `migrate` ask them; a restart shall be quick
    help = "Run the web server, the workers, the clock ticks and the outbox relay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="0, or a taken port: any free one")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--web-workers", type=int, default=2, help="web server processes")

    def handle(self, *args: Any, **options: Any) -> None:
        layout = Layout(Path(settings.VAR))
        layout.prepare()
        alone = FileLock(layout.run / "run.lock")
        if not alone.try_exclusive():
            raise CommandError(f"The product already runs from {layout.root}.")
        host, port = options["host"], _port(options["host"], options["port"])
        address = f"http://{host}:{port}/"
        state = layout.run / "web.json"
        household = Household(
            members=members(layout, host, port, options["web_workers"]),
            log=layout.log,
            cwd=Path(settings.BASE_DIR),
            env={"SMART_SITE_URL": address, **_environment(layout)},
            notice=lambda line: self.stderr.write(line),
        )

        give_up = time.monotonic() + PATIENCE

        def is_up() -> bool:
            if time.monotonic() > give_up:
                raise CommandError(f"The web server does not answer: see {layout.log / 'web.log'}.")
            return _answers(host, port)

        def announce() -> None:
            state.write_text(json.dumps({"address": address, "port": port, "pid": os.getpid()}))
            self.stdout.write(address)
            self.stdout.flush()

        try:
            household.run(is_up, announce)
        finally:
            state.unlink(missing_ok=True)
            alone.close()


def _environment(layout: Layout) -> dict[str, str]:
    """What the processes are told: everything but how to be more, and where they add up their counts."""
    counts = layout.run / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir()
    told = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    return {"PROMETHEUS_MULTIPROC_DIR": str(counts)} | told


def members(layout: Layout, host: str, port: int, web_workers: int) -> list[Member]:
    """The processes of the product."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "smart.celery:app"]
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
    nightly = Member(
        "backup",
        [*manage, "backup", settings.BACKUP_DIR, "--keep", "14", "--nightly"],
        more={name: os.environ[name] for name in OWNER if name in os.environ},
    )
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]

    def celery_worker(name: str, *command: str) -> Member:
        """SIGTERM lets a worker finish its task; SIGQUIT drops it, for the sweep to send again."""
        return Member(name, [*worker, *command], patience=30.0, death_signal=signal.SIGQUIT)

    return [
        Member(
            "web",
            [
                *(*python, "granian", "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)),
                *("--workers", str(web_workers), "--blocking-threads", "4", "--backpressure", "64"),
                *("--respawn-failed-workers", "--workers-kill-timeout", "10", "smart.wsgi:application"),
            ],
        ),
        celery_worker(
            "worker", "-n", "default@%h", "-Q", settings.CELERY_TASK_DEFAULT_QUEUE, "--concurrency", "2"
        ),
        celery_worker(
            "documents",
            *("-n", "documents@%h", "-Q", "documents", "--concurrency", "1"),
            *("--pool", "prefork", "--max-tasks-per-child", "100"),
        ),
        Member(
            "beat",
            [*celery, "beat", "--schedule", str(layout.run / "beat-schedule"), "--pidfile", ""],
        ),
        Member("relay", [*manage, "relay"]),
        *([nightly] if settings.BACKUP_DIR else []),
    ]


def _port(host: str, wanted: int) -> int:
    """The wanted port when it is free, else any free one."""
    if wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, wanted))
            except OSError:
                return free_port()
            return wanted
    return free_port()


def _answers(host: str, port: int) -> bool:
    """Whether the web server answers a request."""
    reach = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared, not bound
    try:
        with socket.create_connection((reach, port), timeout=10) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return bool(connection.recv(16))
    except OSError:
        return False
