"""The process that holds one service: ``python -m core.embedded.guard <service> <directory> <options>``.

It is the parent of the server, starts it again when it falls, and ends with it as soon as no client holds
the lock ``<service>.users`` any more. File locks vanish with the process that holds them, so a client that
is killed counts as gone. The kernel ends the server when the guard itself is killed.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType, ModuleType

from core.embedded.errors import EmbeddedError
from core.embedded.layout import Layout
from core.embedded.locks import FileLock
from core.embedded.processes import free_port, stop_child
from core.embedded.state import SERVICES, guard_lock, state_file, users_lock, write_state

TICK = 0.5
SETTLED = 2.0
"""Seconds after which a server surely had its port: started again it takes the same one, for its clients."""

RESTARTS = 8
"""Starts within one minute after which the guard gives up."""


def main(arguments: list[str]) -> int:
    """Guard one service until its last client is gone."""
    service, root, options = arguments
    layout = Layout(Path(root))
    held = FileLock(guard_lock(layout, service))
    held.exclusive(timeout=45)
    users = FileLock(users_lock(layout, service))
    wake_read, wake_write = os.pipe()

    def wake(number: int, frame: FrameType | None) -> None:
        del number, frame
        os.write(wake_write, b".")

    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, wake)
    try:
        return _guard(SERVICES[service], layout, json.loads(options), users, wake_read)
    except EmbeddedError as error:
        write_state(layout, service, {"guard": os.getpid(), "code": error.code, "detail": error.detail})
        return 2


def _guard(module: ModuleType, layout: Layout, options: dict[str, object], users: FileLock, wake: int) -> int:
    """Start, watch, restart, stop."""
    starts: list[float] = []
    port = 0
    child: subprocess.Popen[bytes] | None = None
    try:
        while True:
            if child is None or child.poll() is not None:
                recent = [moment for moment in starts if time.monotonic() - moment < 60]
                if len(recent) >= RESTARTS:
                    raise EmbeddedError(
                        f"{module.NAME}_falls", f"It ended {RESTARTS} times in a minute: see {layout.log}."
                    )
                lived = time.monotonic() - starts[-1] if starts else 0.0
                if lived < SETTLED:  # perhaps somebody else took the port before us
                    port = free_port()
                starts.append(time.monotonic())
                child, state = module.start(layout, options, port)
                write_state(layout, module.NAME, {"guard": os.getpid(), "pid": child.pid, **state})
            ready, _, _ = select.select([wake], [], [], TICK)
            if ready or users.try_exclusive():
                return 0
    finally:
        if child is not None:
            stop_child(child, module.STOP)
        state_file(layout, module.NAME).unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
