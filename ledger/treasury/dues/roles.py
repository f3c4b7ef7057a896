"""Who may see dues and who may act on them, by the names that the members app hands out."""

FINANCE, AUDITOR = "finance", "auditor"

SEE = frozenset({FINANCE, AUDITOR})
ACT = frozenset({FINANCE})
