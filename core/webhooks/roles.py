"""Who may see and who may change endpoints, by the names that the members app hands out."""

ACT = frozenset({"coop_admin"})
SEE = frozenset({"coop_admin", "auditor"})
