"""Health of one container: `healthy.py` asks the web server, `healthy.py celery` this container's worker."""

import http.client
import os
import socket
import sys


def web() -> bool:
    """Whether the web server answers; a redirect to https counts."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    host = os.environ.get("SMART_HOSTS", "127.0.0.1").split(",")[0]
    connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
    return connection.getresponse().status == http.client.OK


def celery() -> bool:
    """Whether the worker of this container answers a ping over the broker."""
    from smart.celery import app

    answers = app.control.ping(timeout=10) or []
    here = socket.gethostname()
    return any(name.endswith(f"@{here}") for answer in answers for name in answer)


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    sys.exit(0 if (celery() if sys.argv[1:] == ["celery"] else web()) else 1)
