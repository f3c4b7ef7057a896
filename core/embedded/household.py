"""Several child processes kept running side by side: the web server, the workers, the relay."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from core.embedded.processes import start_child

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a process that keeps falling."""

STEADY = 60.0
"""Seconds after which a process counts as healthy again."""


@dataclass
class Member:
    """One process: its command, the signal that ends it in order, the patience for that, and what it alone is
    told (`more`, variables).
    """

    name: str
    command: list[str]
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    more: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    not_before: float = 0.0


@dataclass
class Household:
    """Runs the members until it is told to stop. A member that ends is started again, later each time."""

    members: list[Member]
    log: Path
    cwd: Path
    env: Mapping[str, str]
    notice: Callable[[str], None]
    _stopping: bool = field(default=False)

    def run(self, is_up: Callable[[], bool], when_up: Callable[[], None]) -> None:
        """Start all, call ``when_up`` once ``is_up`` says so, watch until SIGINT or SIGTERM, stop all."""
        up = False
        with _woken_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as wake:
            try:
                for member in self.members:
                    self._start(member)
                while not select.select([wake], [], [], 0.5 if up else 0.1)[0]:
                    self._watch()
                    if not up and is_up():
                        up = True
                        when_up()
            finally:
                self._stop()

    def _start(self, member: Member) -> None:
        member.child = start_child(
            member.command,
            log=self.log / f"{member.name}.log",
            on_parent_death=member.death_signal,
            cwd=self.cwd,
            env={**self.env, **member.more},
        )
        member.started = time.monotonic()

    def _watch(self) -> None:
        now = time.monotonic()
        for member in self.members:
            if member.child is not None and member.child.poll() is not None:
                _end_group(member.child.pid)
                member.falls = 1 if now - member.started > STEADY else member.falls + 1
                pause = min(2.0 ** (member.falls - 1), LONGEST_PAUSE)
                member.not_before = now + pause
                self.notice(
                    f"{member.name} ended with status {member.child.returncode}; "
                    f"it starts again in {pause:.0f} s (see {self.log / member.name}.log)"
                )
                member.child = None
            if member.child is None and now >= member.not_before:
                self._start(member)

    def _stop(self) -> None:
        running = [member for member in self.members if member.child is not None]
        for member in running:
            if member.child is not None and member.child.poll() is None:
                member.child.send_signal(member.stop_signal)
        end = time.monotonic() + max((member.patience for member in running), default=0)
        for member in running:
            if member.child is None:
                continue
            try:
                member.child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.notice(f"{member.name} does not stop: it is killed")
            _end_group(member.child.pid)
            member.child.wait()


def _end_group(group: int) -> None:
    """Kill what a member left behind in its process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def _woken_by(*signals: signal.Signals) -> Iterator[int]:
    """A descriptor that becomes readable when one of the signals arrives."""
    read, write = os.pipe()

    def wake(number: int, frame: FrameType | None) -> None:
        del number, frame
        os.write(write, b".")

    before = {sign: signal.signal(sign, wake) for sign in signals}
    try:
        yield read
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
        os.close(read)
        os.close(write)
