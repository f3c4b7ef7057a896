"""The worker's file: attestations, hours worked elsewhere, accidents, holiday certificates, insurance."""
