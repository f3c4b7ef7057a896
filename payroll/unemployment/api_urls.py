"""REST doors of temporary unemployment."""

from django.urls import path

from payroll.unemployment import api

app_name = "unemployment-api"
urlpatterns = [
    path("unemployment/", api.Spells.as_view(), name="spells"),
    path("contracts/<uuid:pk>/unemployment/", api.Record.as_view(), name="record"),
]
