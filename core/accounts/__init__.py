"""Who gets in: second factors, sessions, limits and lock-out, and the record of who was turned away."""
