"""The broker: a Valkey or Redis server in memory. It is a doorbell only, so nothing of it is kept on disk."""

import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from core.embedded.binaries import find_broker
from core.embedded.errors import EmbeddedError
from core.embedded.layout import Layout
from core.embedded.processes import start_child
from core.embedded.vault import load_secrets

NAME = "broker"
STOP = [(signal.SIGTERM, 5.0)]
ON_PARENT_DEATH = signal.SIGTERM


def start(
    layout: Layout, options: dict[str, object], port: int
) -> tuple[subprocess.Popen[bytes], dict[str, object]]:
    """Start the server; answers the child and what clients must know.

    The password goes in by standard input: the command line is public.
    """
    del options
    program = find_broker(layout)
    directory = layout.own_directory("broker")
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": load_secrets(layout)["broker"],
        "dir": str(directory),
        "save": '""',
        "appendonly": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "databases": "16",
    }
    with tempfile.TemporaryFile() as stream:
        stream.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        stream.seek(0)
        child = start_child(
            [program, "-"],
            log=layout.log / "broker.log",
            account=layout.account,
            on_parent_death=ON_PARENT_DEATH,
            cwd=Path("/"),
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=stream,
        )
    return child, {"port": port, "program": program}


def url(layout: Layout, state: dict[str, object]) -> str:
    """The URL for Celery and the cache."""
    return f"redis://:{load_secrets(layout)['broker']}@127.0.0.1:{state['port']}/0"


def answers(layout: Layout, state: dict[str, object]) -> bool:
    """Whether the server answers a PING after our password."""
    password = load_secrets(layout)["broker"]
    try:
        with socket.create_connection(("127.0.0.1", int(str(state["port"]))), timeout=3) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = connection.recv(256)
                if not part:
                    break
                answer += part
    except OSError:
        return False
    if b"WRONGPASS" in answer:
        raise EmbeddedError("secret_mismatch", f"The broker was started with another {layout.secret_file}.")
    return b"+PONG" in answer
