"""Which connection does what."""

from typing import Any


class OwnerMigrates:
    """Everything reads and writes as the application; tables are made by their owner alone."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
