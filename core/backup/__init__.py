"""Backup and restore: one consistent copy of the database, of the files it names, and of what proves both.

A backup is a directory: `manifest.json`, `database.dump` (PostgreSQL's own format), `files/<tenant>/<sha256>`
and `anchors/`. Keys are never in it: the manifest tells which ones are needed.
"""
