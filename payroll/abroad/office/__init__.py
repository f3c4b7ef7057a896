"""The door to the office that gives A1 certificates."""
