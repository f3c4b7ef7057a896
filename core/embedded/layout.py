"""Where the embedded services keep their files, and who owns them.

PostgreSQL refuses to run as root. Started by root, the services run as ``nobody``; when ``nobody`` cannot
reach the checkout (a home directory is closed to others), data and programs live in ``/var/lib/smart/<hash of
the directory>``. Nothing outside these two places is created, and the permissions of no parent directory are
changed.
"""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
"""The directory of ``manage.py``."""

OUTSIDE = Path("/var/lib/smart")
"""Home of data and programs that ``nobody`` could not reach in the checkout."""


@dataclass(frozen=True)
class Account:
    """The Unix account that the services run under: ids and the arguments that `subprocess` takes for it."""

    uid: int
    gid: int

    @property
    def popen_arguments(self) -> dict[str, object]:
        """Arguments of `subprocess.Popen` for a child under this account; none when we are it."""
        if os.getuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account() -> Account:
    """``nobody`` for root, else the caller."""
    if os.getuid() != 0:
        return Account(os.getuid(), os.getgid())
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Layout:
    """The files of one set of services: ``var/`` for the product, ``var/test/`` for its tests."""

    root: Path

    @classmethod
    def default(cls) -> "Layout":
        """``SMART_VAR`` when it is set, else ``var/`` in the checkout."""
        return cls(Path(os.environ.get("SMART_VAR") or CHECKOUT / "var").absolute())

    @property
    def secret_file(self) -> Path:
        """Passwords and keys, readable by the caller only."""
        return self.root / "secret"

    @property
    def run(self) -> Path:
        """State and lock files."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """One log file for each process."""
        return self.root / "log"

    @cached_property
    def account(self) -> Account:
        """The account of the services."""
        return service_account()

    @cached_property
    def data(self) -> Path:
        """Home of the data directories, reachable by the account of the services."""
        if self.reachable(self.root):
            return self.root
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:16]
        return OUTSIDE / digest

    def prepare(self) -> None:
        """Make the directories (idempotent)."""
        for directory in (self.root, self.run, self.log):
            directory.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(parents=True, exist_ok=True)

    def reachable(self, path: Path) -> bool:
        """Whether the account of the services can enter the directory or read and run the file."""
        if os.getuid() == self.account.uid:
            return True
        mode = "-x" if path.is_dir() else "-r"
        probe = subprocess.run(  # noqa: S603  # asks the kernel, as that account, about a path of ours
            ["/usr/bin/env", "test", mode, str(path)],
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
            **self.account.popen_arguments,  # type: ignore[call-overload]
        )
        return bool(probe.returncode == 0)

    def own_directory(self, name: str) -> Path:
        """A directory in the data home that belongs to the services alone."""
        directory = self.data / name
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.getuid() != self.account.uid:
            os.chown(directory, self.account.uid, self.account.gid)
        directory.chmod(0o700)
        return directory
