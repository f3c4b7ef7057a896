"""How log lines are written, as the LOGGING setting.

Read before Django is ready, so it imports nothing of it.
"""

from __future__ import annotations

from typing import Any


def configuration(*, style: str, level: str) -> dict[str, Any]:
    """The LOGGING setting.

    `style` is json or text, `level` that of everything but requests and slow queries.
    """
    fields = "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(tenant)s %(account)s"
    formatters: dict[str, dict[str, Any]] = {
        "json": {
            "()": "core.observability.logs.BlottedJson",
            "fmt": fields,
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
        "text": {
            "()": "core.observability.logs.BlottedText",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"work": {"()": "core.observability.logs.WorkFilter"}},
        "formatters": {"line": formatters[style]},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["work"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "smart.requests": {"level": "INFO" if style == "json" else level},
            "smart.tasks": {"level": "INFO" if style == "json" else level},
            "smart.queries": {"level": "WARNING"},
        },
    }
