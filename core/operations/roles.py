"""Who may see how the house is and who may act, by the names that the members app hands out."""

ACT = frozenset({"coop_admin"})
SEE = frozenset({"coop_admin", "auditor"})
