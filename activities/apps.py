"""The activities app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Activities and their expenses."""

    name = "activities"
