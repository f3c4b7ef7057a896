"""The living page of the UI kit; mounted in development only."""

from django.urls import path

from core import ui_views

urlpatterns = [
    path("", ui_views.ui_kit, name="ui_kit"),
    path("live/", ui_views.ui_kit_live, name="ui_kit_live"),
]
