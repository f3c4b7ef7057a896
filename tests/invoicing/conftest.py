"""The same people in front of the pages as for Activities."""

from tests.activities.conftest import be, world

__all__ = ["be", "world"]
