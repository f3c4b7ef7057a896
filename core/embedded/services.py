"""What a command does to have the services: find the running ones, else start them; let go at the end."""

import json
import os
import signal
import subprocess
import sys
import time
from types import TracebackType

from core.embedded import broker, postgres
from core.embedded.errors import EmbeddedError
from core.embedded.layout import CHECKOUT, Layout
from core.embedded.locks import FileLock, exclusive, is_held
from core.embedded.state import SERVICES, guard_lock, read_state, state_file, users_lock

PATIENCE = 60.0
"""Seconds that a server may take to answer: crash recovery can be long."""


class Services:
    """The cluster and the broker, for the length of a ``with`` block.

    Several commands may hold the same services; the last to leave stops them. A command that is killed has
    left. After entering, ``postgres_url`` (superuser) and ``redis_url`` say where they are.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        names: tuple[str, ...] = (postgres.NAME, broker.NAME),
        throwaway: bool = False,
    ) -> None:
        self.layout = layout
        self.names = names
        self.options = {"throwaway": throwaway}
        self.started: set[str] = set()
        self.states: dict[str, dict[str, object]] = {}
        self._users: dict[str, FileLock] = {}
        self._owner = os.getpid()

    @property
    def postgres_url(self) -> str:
        """URL of the cluster's superuser."""
        return postgres.url(self.layout, self.states[postgres.NAME])

    @property
    def redis_url(self) -> str:
        """URL of the broker."""
        return broker.url(self.layout, self.states[broker.NAME])

    def __enter__(self) -> "Services":
        self.layout.prepare()
        try:
            for name in self.names:
                self._users[name] = FileLock(users_lock(self.layout, name))
                self._users[name].shared(timeout=PATIENCE)
            for name in self.names:
                self._have(name)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go; the last to hold a service stops it and waits until it is gone. A fork does nothing."""
        if os.getpid() != self._owner:
            return
        last = []
        for name, users in self._users.items():
            if users.try_exclusive() and self._ask_to_stop(name):
                last.append(name)
        for name in last:
            self._wait_for_end(name)
        for users in self._users.values():
            users.close()
        self._users.clear()

    def _have(self, name: str) -> None:
        """Make the service answer; on return ``states[name]`` is true."""
        with exclusive(self.layout.run / f"{name}.start"):
            if is_held(guard_lock(self.layout, name)):
                self._wait_for_answer(name, None)
                return
            state_file(self.layout, name).unlink(missing_ok=True)
            with (self.layout.log / "guard.log").open("ab") as log:
                guard = subprocess.Popen(  # noqa: S603  # our own module
                    [
                        sys.executable,
                        *("-m", "core.embedded.guard", name, str(self.layout.root), json.dumps(self.options)),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=CHECKOUT,
                    start_new_session=True,
                    env=_guard_environment(),
                )
            self._wait_for_answer(name, guard)
            self.started.add(name)

    def _wait_for_answer(self, name: str, guard: subprocess.Popen[bytes] | None) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = read_state(self.layout, name)
            if "code" in state and guard is not None and state.get("guard") == guard.pid:
                raise EmbeddedError(str(state["code"]), str(state["detail"]))
            if "port" in state and SERVICES[name].answers(self.layout, state):
                self.states[name] = state
                return
            gone = guard.poll() is not None if guard else not is_held(guard_lock(self.layout, name))
            if gone and "code" not in read_state(self.layout, name):
                break
            time.sleep(0.03)
        raise EmbeddedError(
            f"{name}_does_not_start", f"The server does not answer. Its log is in {self.layout.log}."
        )

    def _ask_to_stop(self, name: str) -> bool:
        pid = read_state(self.layout, name).get("guard")
        if not isinstance(pid, int) or not is_held(guard_lock(self.layout, name)):
            return False
        try:
            os.kill(pid, signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _wait_for_end(self, name: str) -> None:
        end = time.monotonic() + 40
        while is_held(guard_lock(self.layout, name)) and time.monotonic() < end:
            time.sleep(0.02)


def _guard_environment() -> dict[str, str]:
    """The guard needs to find programs and modules; it gets no secret."""
    kept = (
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "SMART_SERVICES",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "PYTHONDONTWRITEBYTECODE",
    )
    return {name: os.environ[name] for name in kept if name in os.environ}
