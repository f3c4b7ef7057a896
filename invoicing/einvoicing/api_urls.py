"""REST doors of sending."""

from django.urls import path

from invoicing.einvoicing import api

app_name = "einvoicing-api"
urlpatterns = [path("invoices/<uuid:pk>/deliveries/", api.Deliveries.as_view(), name="deliveries")]
