"""pg_dump and pg_restore, of a version that understands the server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from core.backup.errors import DumpFailed, ProgramTooOld
from core.embedded.binaries import Programs, postgres_candidates

LONGEST = 6 * 3600
"""Seconds after which a dump is given up."""


def programs_for(server_version: int) -> Programs:
    """Programs at least as new as the server (its `server_version_num`). Raises `ProgramTooOld`."""
    major = server_version // 10_000
    found = postgres_candidates()
    fitting = [programs for programs in found if int(programs.major) >= major]
    if not fitting:
        newest = max((programs.major for programs in found), key=int, default="0")
        raise ProgramTooOld(server=major, programs=newest)
    return min(fitting, key=lambda programs: int(programs.major))


def run(programs: Programs, name: str, database: dict[str, Any], *arguments: str) -> None:
    """Run one of the programs against a database of the settings; its password is never on the command line.

    Raises `DumpFailed` with the last line that it said.
    """
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGDATABASE": str(database["NAME"]),
        "PGOPTIONS": "-c statement_timeout=0 -c lock_timeout=30s",
        **{f"PG{key.upper()}": str(value) for key, value in database.get("OPTIONS", {}).items()
           if key in ("sslmode", "sslrootcert", "sslcert", "sslkey")},
    }  # fmt: skip
    answer = subprocess.run(  # noqa: S603  # a program that was found by its name
        [programs.program(name), *arguments],
        env=environment,
        cwd=Path("/"),
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    if answer.returncode != 0:
        lines = answer.stderr.strip().splitlines() or ["no reason given"]
        raise DumpFailed(program=name, reason=lines[-1][:300])
