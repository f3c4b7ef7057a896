"""Who sees purchases and who answers them."""

from activities.selectors import READERS
from members.enums import Role

SEE = frozenset({Role.MEMBER, Role.ADVISER, *READERS})
"""Members those of their Activities, advisers those of their portfolio and what waits, staff all."""
QUEUE = frozenset({Role.FINANCE, Role.ADVISER, Role.ADVISER_LEAD})
"""Who says whose a document is."""
BRING = QUEUE | {Role.MEMBER}
"""Who brings documents."""
ACT = BRING
"""Who answers them; the services say to which."""
APPROVE = frozenset({Role.ADVISER, Role.ADVISER_LEAD})
SUPPLIERS = frozenset({Role.FINANCE, Role.AUDITOR})
"""Who sees the accounts of suppliers."""
CONFIRM = frozenset({Role.FINANCE})
