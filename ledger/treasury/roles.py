"""Who may see the treasury and who may act in it, by the names that the members app hands out."""

FINANCE, AUDITOR, PAYROLL_ADMIN = "finance", "auditor", "payroll_admin"

SEE = frozenset({FINANCE, AUDITOR})
SEE_PAYMENTS = frozenset({FINANCE, AUDITOR, PAYROLL_ADMIN})
ACT = frozenset({FINANCE})
