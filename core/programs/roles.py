"""Who may see and who may register programs, by the names that the members app hands out."""

ACT = frozenset({"coop_admin"})
SEE = frozenset({"coop_admin", "auditor"})
