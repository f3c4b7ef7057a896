"""The house as seen from outside: log lines, health, metrics, slow queries, reports of crashes.

Nothing here knows a domain word, and nothing that leaves by it names a person.
"""
