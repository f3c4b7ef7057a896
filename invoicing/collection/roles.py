"""Who decides what of late money."""

from members.enums import Role

WRITERS_DOWN = (Role.FINANCE, Role.LEGAL)
"""Who writes down, agrees and gives up: the books are theirs."""
