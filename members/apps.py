"""The members app."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """People, roles, offices, advisers."""

    name = "members"
