"""The register of processing activities (GDPR art. 30), as published with the product."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def processing_register() -> list[dict[str, Any]]:
    """Each processing.

    purpose, people, data, recipients, legal basis, retention, protection; and since when.
    """
    path = Path(__file__).with_name("processing.yaml")
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["processing"]
    return found
