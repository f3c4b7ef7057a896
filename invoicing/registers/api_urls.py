"""REST doors of the registers."""

from django.urls import path

from invoicing.registers import api

app_name = "registers-api"
urlpatterns = [
    path("clients/<uuid:pk>/lookups/", api.Lookups.as_view(), name="lookups"),
    path("clients/<uuid:pk>/lookups/ask/", api.Ask.as_view(), name="ask"),
]
