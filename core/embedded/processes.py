"""Child processes that do not outlive their parent, and the remains of those that were killed."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from core.embedded.layout import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends ``sign`` to the child when its parent ends, also by kill -9.

    It runs after the change of account, which would clear the setting. Call `subprocess.Popen` in the main
    thread: the kernel watches the thread that forked.
    """
    parent = os.getpid()

    def arrange() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def start_child(
    command: list[str],
    *,
    log: Path,
    account: Account | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    stdin: int | IO[bytes] | None = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group, with its output in ``log``, that dies with this process."""
    with log.open("ab") as stream:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # noqa: S603  # our own programs
            command,
            stdin=stdin,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            process_group=0,
            preexec_fn=dies_with_parent(on_parent_death),
            **(account.popen_arguments if account else {}),
        )


def stop_child(child: subprocess.Popen[bytes], steps: list[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait its seconds until the child has ended; then SIGKILL."""
    for sign, patience in [*steps, (signal.SIGKILL, 10.0)]:
        if child.poll() is not None:
            return
        child.send_signal(sign)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_in(directory: Path) -> list[int]:
    """Processes that work in ``directory``: a PostgreSQL cluster does so in its data directory."""
    found = []
    wanted = os.path.realpath(directory)
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            here = os.readlink(entry / "cwd")
        except OSError:
            continue
        if here == wanted:
            found.append(int(entry.name))
    return found


def end_processes_in(directory: Path, patience: float = 15.0) -> None:
    """Wait for the processes of a former run in ``directory`` to end, then kill them."""
    end = time.monotonic() + patience
    while processes_in(directory):
        if time.monotonic() > end:
            for pid in processes_in(directory):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            end = time.monotonic() + 1
        time.sleep(0.05)
