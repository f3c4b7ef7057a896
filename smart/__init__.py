"""Wiring: settings, addresses, entry points."""

from smart.celery import app as celery_app

__all__ = ("celery_app",)
