"""The Celery application."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smart.settings")
app = Celery("smart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
