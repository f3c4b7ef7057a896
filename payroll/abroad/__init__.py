"""Work abroad: the form at encoding, what follows from it, A1 certificates, the back office."""
