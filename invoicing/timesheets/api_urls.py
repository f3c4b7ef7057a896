"""REST doors of hours."""

from django.urls import path

from invoicing.timesheets import api

app_name = "timesheets-api"
urlpatterns = [
    path("hours/", api.Hours.as_view(), name="hours"),
    path("hours/invoice/", api.InvoiceHours.as_view(), name="invoice"),
    path("hours/<uuid:pk>/", api.OneEntry.as_view(), name="entry"),
]
